import { describeSchedule, readPolicyText } from "@vestibule/core/reading";
import type { Locale } from "@vestibule/ui";
import type { Building } from "../api/today.ts";

/** When a building admits a carrier, in sentences, from its own policy; the box decides by the same. */
export function buildingHours(building: Building, car: string, locale: Locale): readonly string[] {
  const read = readPolicyText(building.policy);
  const admitted =
    read.kind === "read" ? read.policy.carriers.find(({ root }) => root === car) : undefined;
  if (admitted === undefined) return [];
  const { schedule, tz, holidays } = admitted;
  // The last sentence names the time zone; a driver stands in it.
  return describeSchedule({ schedule, tz, holidays }, locale).slice(0, -1);
}

const weekdayCodes: Readonly<Record<string, string>> = {
  Mon: "mon",
  Tue: "tue",
  Wed: "wed",
  Thu: "thu",
  Fri: "fri",
  Sat: "sat",
  Sun: "sun",
};

/**
 * A carrier's hours on the building's present day, for the sentence of a refusal. Several windows, or
 * none, are left to the sentence without hours.
 */
export function hoursOnDay(
  building: Building,
  car: string,
  nowMs: number,
): { readonly from: string; readonly to: string } | undefined {
  const read = readPolicyText(building.policy);
  const admitted =
    read.kind === "read" ? read.policy.carriers.find(({ root }) => root === car) : undefined;
  if (admitted === undefined) return undefined;
  const day = new Intl.DateTimeFormat("en-US", { timeZone: admitted.tz, weekday: "short" });
  const today = weekdayCodes[day.format(nowMs)];
  const rules = admitted.schedule.filter(({ days }) => days.some((each) => each === today));
  const [rule] = rules;
  if (rule === undefined || rules.length > 1) return undefined;
  return { from: clock(rule.from), to: clock(rule.to) };
}

/** Minutes of the day as `HH:MM`. */
function clock(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
