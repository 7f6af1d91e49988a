import { clockText, dateText, secondsPerDay } from "./calendar.ts";
import { planOf, type SchedulePlan } from "./day-plan.ts";
import type { OpeningHours, Schedule } from "./schedule.ts";
import { type ZoneSpan, zoneSpanAt } from "./zone.ts";

/**
 * `until` and `next` are the second of the next change, `undefined` when there is none within
 * {@link searchDays}. `localTime` is `HH:MM` at the building, `undefined` when its zone is unknown here
 * (it is then never open).
 */
export type Opening =
  | { readonly open: true; readonly until: number | undefined }
  | {
      readonly open: false;
      readonly next: number | undefined;
      readonly localTime: string | undefined;
    };

/** As long as a policy may live. */
export const searchDays = 400;

interface Stretch {
  readonly open: boolean;
  readonly from: number;
  readonly until: number | undefined;
}

interface Remembered {
  readonly hours: Pick<OpeningHours, "tz" | "holidays">;
  readonly plan: SchedulePlan;
  stretch?: Stretch;
}

// Keyed by the schedule's own object, which nobody changes: a cache of a pure function.
const remembered = new WeakMap<Schedule, Remembered>();

/**
 * Whether a building's hours admit somebody at an instant (epoch seconds).
 *
 * The clock on the wall decides: it is open exactly while a right clock at the building shows a time
 * within the hours. So where the clocks go forward, hours that fall into the missing hour do not
 * happen and hours across it are shorter; where they go back, the repeated hour counts both times.
 */
export function isOpen(hours: OpeningHours, atSeconds: number): Opening {
  const span = zoneSpanAt(hours.tz, atSeconds);
  if (span === undefined) return { open: false, next: undefined, localTime: undefined };
  const known = recall(hours);
  const last = known.stretch;
  const holds =
    last !== undefined && atSeconds >= last.from && atSeconds < (last.until ?? nextDay(last.from));
  const stretch = holds ? last : stretchAt(hours.tz, known.plan, { atSeconds, span });
  if (!holds) known.stretch = stretch;
  if (stretch.open) return { open: true, until: stretch.until };
  const second = (atSeconds + span.offset) % secondsPerDay;
  return { open: false, next: stretch.until, localTime: clockText(Math.floor(second / 60)) };
}

/** The building's local date, `YYYY-MM-DD`; `undefined` when the zone is unknown here. */
export function localDay(tz: string, atSeconds: number): string | undefined {
  const span = zoneSpanAt(tz, atSeconds);
  if (span === undefined) return undefined;
  return dateText(Math.floor((atSeconds + span.offset) / secondsPerDay));
}

function recall(hours: OpeningHours): Remembered {
  const found = remembered.get(hours.schedule);
  if (found?.hours.tz === hours.tz && found.hours.holidays === hours.holidays) return found;
  const fresh: Remembered = {
    hours: { tz: hours.tz, holidays: hours.holidays },
    plan: planOf(hours),
  };
  remembered.set(hours.schedule, fresh);
  return fresh;
}

/** How it is at one instant, and until when the same windows of the same day keep it so. */
interface Moment {
  readonly open: boolean;
  readonly until: number;
}

function nextDay(atSeconds: number): number {
  return (Math.floor(atSeconds / secondsPerDay) + 1) * secondsPerDay;
}

function stretchAt(
  tz: string,
  plan: SchedulePlan,
  start: { readonly atSeconds: number; readonly span: ZoneSpan },
): Stretch {
  const from = start.atSeconds;
  const first = momentAt(plan, from, start.span);
  let at = first.until;
  // Whole days, so that the answer is the same whether a stretch was remembered or is found again.
  const horizon = nextDay(from) + searchDays * secondsPerDay;
  while (at < horizon) {
    const span = zoneSpanAt(tz, at);
    if (span === undefined) break;
    const moment = momentAt(plan, at, span);
    if (moment.open !== first.open) return { open: first.open, from, until: at };
    at = moment.until;
  }
  return { open: first.open, from, until: undefined };
}

function momentAt(plan: SchedulePlan, at: number, span: ZoneSpan): Moment {
  const local = at + span.offset;
  const day = Math.floor(local / secondsPerDay);
  const second = local - day * secondsPerDay;
  const window = plan.on(day).find(({ to }) => second < to * 60);
  const open = window !== undefined && second >= window.from * 60;
  const end = window === undefined ? secondsPerDay : (open ? window.to : window.from) * 60;
  return { open, until: Math.min(at + end - second, span.until) };
}
