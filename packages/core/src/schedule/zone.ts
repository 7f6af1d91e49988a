import { dayNumber, secondsPerDay } from "./calendar.ts";

/** A stretch of time with one offset from UTC; `until` is exclusive. All in seconds. */
export interface ZoneSpan {
  readonly offset: number;
  readonly from: number;
  readonly until: number;
}

/** 1970 to 9999: what a paper's times can be. */
const secondsMax = 253_402_300_800;
const zoneNameLengthMax = 64;
/** Boundless keys would let a caller grow the caches; there are some 600 zones and 400 days in use. */
const zonesMax = 1_000;
const daysPerZoneMax = 1_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** The spans of each UTC day looked at so far: one, or two on a day whose offset changes. */
  readonly days: Map<number, readonly ZoneSpan[]>;
}

// A cache of a pure function of the name: no answer depends on what was asked before.
const zones = new Map<string, Zone | undefined>();

/** Whether this engine knows the IANA zone. Bare offsets such as `+05:30` are not names. */
export function isTimeZone(tz: string): boolean {
  return zoneOf(tz) !== undefined;
}

/**
 * The offset in force at an instant, with the stretch for which it is known to hold (within one UTC
 * day). `undefined` for an unknown zone, or an instant before 1970 or after 9999.
 */
export function zoneSpanAt(tz: string, atSeconds: number): ZoneSpan | undefined {
  if (!(atSeconds >= 0 && atSeconds < secondsMax)) return undefined;
  const zone = zoneOf(tz);
  if (zone === undefined) return undefined;
  const day = Math.floor(atSeconds / secondsPerDay);
  let spans = zone.days.get(day);
  if (spans === undefined) {
    spans = spansOfDay(zone.format, day);
    if (zone.days.size >= daysPerZoneMax) zone.days.clear();
    zone.days.set(day, spans);
  }
  return spans.find(({ until }) => atSeconds < until);
}

function zoneOf(tz: string): Zone | undefined {
  if (zones.has(tz)) return zones.get(tz);
  const format = formatOf(tz);
  const zone = format === undefined ? undefined : { format, days: new Map() };
  if (zones.size >= zonesMax) zones.clear();
  zones.set(tz, zone);
  return zone;
}

function formatOf(tz: string): Intl.DateTimeFormat | undefined {
  if (tz.length > zoneNameLengthMax || !/^[A-Za-z][0-9A-Za-z_+/-]*$/.test(tz)) return undefined;
  try {
    return new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone: tz,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    // RangeError: no such zone in this engine's tables.
    return undefined;
  }
}

/** No zone changes its offset twice within a day, so the change, if any, is found by halving. */
function spansOfDay(format: Intl.DateTimeFormat, day: number): readonly ZoneSpan[] {
  const from = day * secondsPerDay;
  const until = from + secondsPerDay;
  const before = offsetAt(format, from);
  const after = offsetAt(format, until - 1);
  if (before === after) return [{ offset: before, from, until }];
  let low = from;
  let high = until - 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(format, middle) === before) low = middle;
    else high = middle;
  }
  return [
    { offset: before, from, until: high },
    { offset: after, from: high, until },
  ];
}

function offsetAt(format: Intl.DateTimeFormat, atSeconds: number): number {
  const fields = new Map<string, number>();
  for (const { type, value } of format.formatToParts(atSeconds * 1_000)) {
    if (type !== "literal") fields.set(type, Number(value));
  }
  const field = (name: string) => fields.get(name) ?? 0;
  const day = dayNumber(field("year"), field("month"), field("day"));
  const second = field("hour") * 3_600 + field("minute") * 60 + field("second");
  return day * secondsPerDay + second - atSeconds;
}
