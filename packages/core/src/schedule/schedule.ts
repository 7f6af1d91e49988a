/** Days as a policy writes them, in their order. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * A window of the day in minutes of the clock on the wall: open from `from`, shut at `to`.
 * `to` above 1,440 runs into the next day: 22:00 to 02:00 is `{ from: 1320, to: 1560 }`; the whole day
 * is `{ from: 0, to: 1440 }`.
 */
export interface DayHours {
  /** 0 to 1,439. */
  readonly from: number;
  /** Greater than `from`, at most 24 hours after it. */
  readonly to: number;
}

/** One rule: these hours begin on each of these days. */
export interface ScheduleRule extends DayHours {
  /** In the week's order, each once, at least one. */
  readonly days: readonly Weekday[];
}

/** Weekly hours; open where any rule says so. Without rules it is never open. */
export type Schedule = readonly ScheduleRule[];

/**
 * A local date with hours of its own; a bare date is closed. From midnight to midnight only these
 * hours count: what began the evening before ends at midnight.
 */
export type Holiday = string | { readonly date: string; readonly hours: readonly DayHours[] };

/** The three fields that stand together in a policy's carrier. */
export interface OpeningHours {
  readonly schedule: Schedule;
  /** IANA name. */
  readonly tz: string;
  /** Ascending by date, each once. */
  readonly holidays: readonly Holiday[];
}

export const minutesPerDay = 1_440;
export const rulesMax = 28;
export const holidaysMax = 128;
export const hoursPerHolidayMax = 4;
