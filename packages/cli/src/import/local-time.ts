import { isTimeZone } from "@vestibule/core";
import type { IssueCode } from "./issue.ts";

/** A moment that was read, in epoch seconds, or why not. */
export type ReadTime =
  | { readonly kind: "time"; readonly at: number }
  | { readonly kind: "issue"; readonly code: IssueCode };

/** What a time is read with. */
export interface TimeSetting {
  /** `YYYY-MM-DD` for times that are a clock's alone. */
  readonly date: string | undefined;
  /** IANA name for times without an offset. */
  readonly zone: string | undefined;
  /** Of a local time that happens twice: the first for a beginning, the second for an end. */
  readonly end: boolean;
}

const withOffset =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;
const localText = /^(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** Reads a time: ISO 8601 with an offset, or the clock on a building's wall with date and zone. */
export function readTime(text: string, setting: TimeSetting): ReadTime {
  const absolute = withOffset.exec(text);
  if (absolute !== null) {
    const [, date = "", clock = "", offset = ""] = absolute;
    const ms = Date.parse(`${date}T${clock}${offset.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
    return Number.isNaN(ms) || !isDate(date)
      ? issueOf("time-form")
      : timeOf(Math.floor(ms / 1_000));
  }
  const local = localText.exec(text);
  if (local === null) return issueOf("time-form");
  const [, ownDate, hour = "", minute = "", second = "0"] = local;
  const date = ownDate ?? setting.date;
  if (date === undefined || !isDate(date)) return issueOf("time-form");
  // 24:00 is how schedules end a day.
  const ofDay = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  if (Number(minute) > 59 || Number(second) > 59 || ofDay > 86_400) return issueOf("time-form");
  if (setting.zone === undefined) return issueOf("zone-missing");
  if (!isTimeZone(setting.zone)) return issueOf("zone-unknown");
  return wallTime(Date.parse(`${date}T00:00:00Z`) / 1_000 + ofDay, setting.zone, setting.end);
}

/** Finds the instants at which a clock on that wall shows this time: none, one, or two. */
function wallTime(wall: number, zone: string, end: boolean): ReadTime {
  // A zone's offset changes at most once in a day, so the offsets a day before and after are all there are.
  const offsets = new Set([offsetAt(zone, wall - 86_400), offsetAt(zone, wall + 86_400)]);
  const instants = [...offsets]
    .map((offset) => wall - offset)
    .filter((at) => offsetAt(zone, at) === wall - at)
    .toSorted((left, right) => left - right);
  const at = end ? instants.at(-1) : instants[0];
  return at === undefined ? issueOf("time-skipped") : timeOf(at);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetAt(zone: string, at: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "medium",
    });
    formats.set(zone, format);
  }
  // Swedish writes `2026-11-18 08:00:00`, which is ISO 8601 but for the T.
  return Date.parse(`${format.format(at * 1_000).replace(" ", "T")}Z`) / 1_000 - at;
}

/** Whether a `YYYY-MM-DD` exists. */
export function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function timeOf(at: number): ReadTime {
  return { kind: "time", at };
}

function issueOf(code: IssueCode): ReadTime {
  return { kind: "issue", code };
}
