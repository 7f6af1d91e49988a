import { parseDate, weekdayOf } from "./calendar.ts";
import { type DayHours, minutesPerDay, type OpeningHours, weekdays } from "./schedule.ts";

/** The hours of one local date, cut at its midnights, ascending, none touching another. */
export type DayPlan = readonly DayHours[];

/** A schedule made ready for lookups by day. */
export interface SchedulePlan {
  /** The hours that hold on a local date (days since 1970-01-01). */
  on(day: number): DayPlan;
}

/** Works out each weekday once; holidays, and the days after them, are worked out when asked for. */
export function planOf({ schedule, holidays }: OpeningHours): SchedulePlan {
  const weekly = weekdays.map((weekday) => schedule.filter(({ days }) => days.includes(weekday)));
  const own = new Map<number, readonly DayHours[]>();
  for (const holiday of holidays) {
    const day = parseDate(typeof holiday === "string" ? holiday : holiday.date);
    if (day !== undefined) own.set(day, typeof holiday === "string" ? [] : holiday.hours);
  }
  const begins = (day: number): readonly DayHours[] => own.get(day) ?? weekly[weekdayOf(day)] ?? [];
  const usual = weekly.map((hours, index) => mergeDay(hours, weekly[(index + 6) % 7] ?? []));
  return {
    on: (day) => {
      // A holiday is its own from midnight to midnight; no evening runs into it.
      if (own.has(day)) return mergeDay(begins(day), []);
      if (own.has(day - 1)) return mergeDay(begins(day), begins(day - 1));
      return usual[weekdayOf(day)] ?? [];
    },
  };
}

function mergeDay(today: readonly DayHours[], yesterday: readonly DayHours[]): DayPlan {
  const late = yesterday.filter(({ to }) => to > minutesPerDay);
  return mergeHours([
    ...late.map(({ to }) => ({ from: 0, to: to - minutesPerDay })),
    ...today.map(({ from, to }) => ({ from, to: Math.min(to, minutesPerDay) })),
  ]);
}

/** Ascending, with overlapping and touching windows made one. */
export function mergeHours(windows: readonly DayHours[]): DayPlan {
  const merged: DayHours[] = [];
  for (const window of windows.toSorted((left, right) => left.from - right.from)) {
    const last = merged.at(-1);
    if (last === undefined || window.from > last.to) merged.push(window);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, window.to) };
  }
  return merged;
}
