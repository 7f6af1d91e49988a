import type { AdmittedCarrier, Holiday, Policy, ScheduleRule, Weekday } from "@vestibule/core";
import { parseHolidays, weekdays } from "@vestibule/core";
import { type DoorDraft, doorDraftOf } from "./doors/door-draft.ts";

/** What the form may change of a policy. */
export type Draft = Pick<
  Policy,
  "carriers" | "limits" | "offline" | "apps" | "notice_s" | "members" | "quorum" | "paths"
> & {
  /** The entrances, some of them perhaps not whole yet. */
  readonly doors: readonly DoorDraft[];
};

/** The changeable parts of a policy. */
export function draftOf(policy: Policy): Draft {
  const { carriers, limits, offline, apps, notice_s, members, quorum, paths } = policy;
  const doors = policy.entrances.map(doorDraftOf);
  return { carriers, limits, offline, apps, notice_s, members, quorum, paths, doors };
}

/** The parts of a draft that stand in a policy as they are. */
export function partsOf(draft: Draft): Omit<Draft, "doors"> {
  const { carriers, limits, offline, apps, notice_s, members, quorum, paths } = draft;
  return { carriers, limits, offline, apps, notice_s, members, quorum, paths };
}

/** Whether two drafts say the same. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A draft with one carrier changed, or taken out where `changed` is undefined. */
export function withCarrier(
  draft: Draft,
  root: string,
  changed: AdmittedCarrier | undefined,
): Draft {
  const carriers = draft.carriers.flatMap((carrier) => {
    if (carrier.root !== root) return [carrier];
    return changed === undefined ? [] : [changed];
  });
  return { ...draft, carriers };
}

/** The hours a newly admitted carrier starts with: every working day's light. */
export const usualRule: ScheduleRule = {
  days: ["mon", "tue", "wed", "thu", "fri", "sat"],
  from: 8 * 60,
  to: 20 * 60,
};

/** A rule with a day put in or taken out; the last day stays, for a rule without days is none. */
export function toggleDay(rule: ScheduleRule, day: Weekday): ScheduleRule {
  const days = weekdays.filter((known) =>
    known === day ? !rule.days.includes(day) : rule.days.includes(known),
  );
  return days.length === 0 ? rule : { ...rule, days };
}

const minutesPerDay = 1_440;

/** `08:30` for 510; 24:00 is shown as 00:00 of the next day, as clocks do. */
export function clockOf(minute: number): string {
  const within = minute % minutesPerDay;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(within / 60))}:${two(within % 60)}`;
}

/** A rule with other hours; an end that is not after the start means the next day. */
export function withHours(rule: ScheduleRule, fromText: string, toText: string): ScheduleRule {
  const from = minuteOf(fromText);
  const end = minuteOf(toText);
  if (from === undefined || end === undefined) return rule;
  return { ...rule, from, to: end > from ? end : end + minutesPerDay };
}

function minuteOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const minute = Number(hours) * 60 + Number(minutes);
  return minute < minutesPerDay ? minute : undefined;
}

/** The dates that are closed all day, as a person writes them. */
export function closedDates(holidays: readonly Holiday[]): string {
  return holidays.filter((holiday) => typeof holiday === "string").join(", ");
}

/** Holidays with other closed dates; days with hours of their own stay. Undefined = not dates. */
export function withClosedDates(
  holidays: readonly Holiday[],
  text: string,
): readonly Holiday[] | undefined {
  const special = holidays.filter((holiday) => typeof holiday !== "string");
  const dates = text.split(/[\s,;]+/).filter(Boolean);
  const all = [...new Set(dates), ...special].toSorted((a, b) => (dateOf(a) < dateOf(b) ? -1 : 1));
  const parsed = parseHolidays(all);
  return parsed.kind === "parsed" ? parsed.holidays : undefined;
}

function dateOf(holiday: Holiday): string {
  return typeof holiday === "string" ? holiday : holiday.date;
}

/** A whole number from a field, within what a policy may say; the old one where it is none. */
export function bounded(
  text: string,
  { min, max, old }: { readonly min: number; readonly max: number; readonly old: number },
): number {
  const value = Number(text);
  return text !== "" && Number.isSafeInteger(value) && value >= min && value <= max ? value : old;
}
