import type { Locale } from "@vestibule/ui";

/** "a, b and c". */
export function sayList(items: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(items);
}

/** When something begins, with its weekday where it is within a week: "Tuesday 14:00". */
export function sayMoment(
  atMs: number,
  {
    locale,
    zone,
    nowMs,
  }: { readonly locale: Locale; readonly zone: string; readonly nowMs: number },
): string {
  const weekMs = 6 * 86_400_000;
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale === "en" ? "en-US" : "es-US", {
      ...options,
      timeZone: zone,
      hourCycle: "h23",
    }).format(atMs);
  const clock = part({ hour: "2-digit", minute: "2-digit" });
  const day = { timeZone: zone, dateStyle: "short" } as const;
  const dayOf = (ms: number) => new Intl.DateTimeFormat("en-CA", day).format(ms);
  if (dayOf(atMs) === dayOf(nowMs))
    return locale === "en" ? `today at ${clock}` : `hoy a las ${clock}`;
  if (Math.abs(atMs - nowMs) < weekMs) return `${part({ weekday: "long" })} ${clock}`;
  return `${part({ weekday: "long", day: "numeric", month: "long", year: "numeric" })}, ${clock}`;
}
