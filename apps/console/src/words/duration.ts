import { defineMessages, type Locale } from "@vestibule/ui";

const words = defineMessages(
  {
    day: (n: number) => `${n} day${n === 1 ? "" : "s"}`,
    hour: (n: number) => `${n} hour${n === 1 ? "" : "s"}`,
    minute: (n: number) => `${n} minute${n === 1 ? "" : "s"}`,
    second: (n: number) => `${n} second${n === 1 ? "" : "s"}`,
  },
  {
    day: (n) => `${n} día${n === 1 ? "" : "s"}`,
    hour: (n) => `${n} hora${n === 1 ? "" : "s"}`,
    minute: (n) => `${n} minuto${n === 1 ? "" : "s"}`,
    second: (n) => `${n} segundo${n === 1 ? "" : "s"}`,
  },
);

const sizes = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A span of seconds in whole units, largest first: "12 hours", "1 day 2 hours". */
export function sayDuration(seconds: number, locale: Locale): string {
  const said = words(locale);
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, size] of sizes) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(said[unit](count));
  }
  return parts.length === 0 ? said.second(0) : parts.join(" ");
}
