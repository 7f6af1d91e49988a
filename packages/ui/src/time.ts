import { defineMessages, type Locale } from "./messages.ts";

/** Where and for whom an instant is put into words. */
export interface TimeSetting {
  readonly locale: Locale;
  /** IANA zone of the building, such as `America/New_York`. */
  readonly zone: string;
  /** Epoch milliseconds of the reader's present, for "yesterday". */
  readonly nowMs: number;
}

const words = defineMessages(
  { yesterday: (clock: string) => `yesterday ${clock}` },
  { yesterday: (clock) => `ayer ${clock}` },
);

const tags = { en: "en-US", es: "es-US" } as const;

/**
 * An instant as people say it, in the building's zone: "12:03", "yesterday 18:20", "Mon, Nov 16, 12:03".
 *
 * @param atMs epoch milliseconds.
 */
export function sayTime(atMs: number, setting: TimeSetting): string {
  const clock = part(atMs, setting, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const daysAgo = dayNumber(setting.nowMs, setting.zone) - dayNumber(atMs, setting.zone);
  if (daysAgo === 0) return clock;
  if (daysAgo === 1) return words(setting.locale).yesterday(clock);
  const sameYear = year(atMs, setting) === year(setting.nowMs, setting);
  const date = part(atMs, setting, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  });
  return `${date}, ${clock}`;
}

/** The same instant to the second with its zone's name, for the hover: nothing is rounded away. */
export function sayExactTime(atMs: number, setting: TimeSetting): string {
  return part(atMs, setting, {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
}

/** Hour of the building's clock, 0 to 23. */
export function hourIn(zone: string, atMs: number): number {
  const hour = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hour: "2-digit",
    hourCycle: "h23",
  });
  return Number(hour.format(atMs));
}

function part(atMs: number, setting: TimeSetting, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(tags[setting.locale], {
    ...options,
    timeZone: setting.zone,
  }).format(atMs);
}

/** Days since 1970 of the civil date in the zone: differences count midnights, not 24 hours. */
function dayNumber(atMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(atMs);
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / 86_400_000);
}

function year(atMs: number, setting: TimeSetting): string {
  return part(atMs, { ...setting, locale: "en" }, { year: "numeric" });
}
