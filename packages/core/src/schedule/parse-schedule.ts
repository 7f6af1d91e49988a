import { parseDate } from "./calendar.ts";
import {
  type DayHours,
  type Holiday,
  holidaysMax,
  hoursPerHolidayMax,
  minutesPerDay,
  rulesMax,
  type Schedule,
  type ScheduleRule,
  type Weekday,
  weekdays,
} from "./schedule.ts";

/** `field` is the path of what was not understood: `schedule[2].days`. */
export interface FieldRefused {
  readonly kind: "refused";
  readonly field: string;
}
export type ParsedSchedule =
  | { readonly kind: "parsed"; readonly schedule: Schedule }
  | FieldRefused;
export type ParsedHolidays =
  | { readonly kind: "parsed"; readonly holidays: readonly Holiday[] }
  | FieldRefused;

/** Reads a policy's `schedule`; unknown members, half minutes and unordered days are refused. */
export function parseSchedule(value: unknown): ParsedSchedule {
  if (!Array.isArray(value) || value.length > rulesMax) return refused("schedule");
  const schedule: ScheduleRule[] = [];
  for (const [index, entry] of value.entries()) {
    const at = `schedule[${index}]`;
    const members = membersOf(entry, ["days", "from", "to"]);
    if (members === undefined) return refused(at);
    const days = parseDays(members.get("days"));
    if (days === undefined) return refused(`${at}.days`);
    const hours = parseHours(members.get("from"), members.get("to"));
    if (typeof hours === "string") return refused(`${at}.${hours}`);
    schedule.push({ days, ...hours });
  }
  return { kind: "parsed", schedule };
}

/** Reads a policy's `holidays`: dates that exist, ascending, each once. */
export function parseHolidays(value: unknown): ParsedHolidays {
  if (!Array.isArray(value) || value.length > holidaysMax) return refused("holidays");
  const holidays: Holiday[] = [];
  let previous = Number.NEGATIVE_INFINITY;
  for (const [index, entry] of value.entries()) {
    const at = `holidays[${index}]`;
    const holiday = typeof entry === "string" ? entry : parseHoliday(entry, at);
    if (typeof holiday !== "string" && "kind" in holiday) return holiday;
    const text = typeof holiday === "string" ? holiday : holiday.date;
    const day = parseDate(text);
    if (day === undefined || day <= previous) {
      return refused(typeof holiday === "string" ? at : `${at}.date`);
    }
    previous = day;
    holidays.push(holiday);
  }
  return { kind: "parsed", holidays };
}

function parseHoliday(entry: unknown, at: string): Exclude<Holiday, string> | FieldRefused {
  const members = membersOf(entry, ["date", "hours"]);
  if (members === undefined) return refused(at);
  const date = members.get("date");
  if (typeof date !== "string") return refused(`${at}.date`);
  const list = members.get("hours");
  if (!Array.isArray(list) || list.length > hoursPerHolidayMax) return refused(`${at}.hours`);
  const hours: DayHours[] = [];
  for (const [index, item] of list.entries()) {
    const inner = membersOf(item, ["from", "to"]);
    if (inner === undefined) return refused(`${at}.hours[${index}]`);
    const window = parseHours(inner.get("from"), inner.get("to"));
    if (typeof window === "string") return refused(`${at}.hours[${index}].${window}`);
    hours.push(window);
  }
  return { date, hours };
}

/** The members of an object that has exactly these names. */
function membersOf(value: unknown, names: readonly string[]): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = new Map<string, unknown>(Object.entries(value));
  const exact = members.size === names.length && names.every((name) => members.has(name));
  return exact ? members : undefined;
}

function parseDays(value: unknown): readonly Weekday[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const days = weekdays.filter((day) => value.includes(day));
  const same = days.length === value.length && days.every((day, index) => value[index] === day);
  return same ? days : undefined;
}

/** The window, or the name of the member that is wrong. */
function parseHours(from: unknown, to: unknown): DayHours | "from" | "to" {
  if (!isMinute(from) || from >= minutesPerDay) return "from";
  return isMinute(to) && to > from && to <= from + minutesPerDay ? { from, to } : "to";
}

function isMinute(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function refused(field: string): FieldRefused {
  return { kind: "refused", field };
}
