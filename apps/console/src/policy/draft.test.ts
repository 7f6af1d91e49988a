import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bounded,
  clockOf,
  closedDates,
  toggleDay,
  usualRule,
  withClosedDates,
  withHours,
} from "./draft.ts";

describe("hours in the form", () => {
  it("come back as they were written, for every minute of the day", () => {
    const minute = fc.integer({ min: 0, max: 1_439 });
    fc.assert(
      fc.property(minute, minute, (from, to) => {
        const rule = withHours(usualRule, clockOf(from), clockOf(to));
        expect([clockOf(rule.from), clockOf(rule.to)]).toEqual([clockOf(from), clockOf(to)]);
        expect(rule.to).toBeGreaterThan(rule.from);
        expect(rule.to - rule.from).toBeLessThanOrEqual(1_440);
      }),
    );
  });
  it("run into the next day where the end is not after the start", () => {
    expect(withHours(usualRule, "22:00", "02:00")).toMatchObject({ from: 1_320, to: 1_560 });
  });
  it("keep the last day of a rule, for a rule without days is none", () => {
    const one = { ...usualRule, days: ["mon"] as const };
    expect(toggleDay(one, "mon")).toEqual(one);
    expect(toggleDay(one, "sun").days).toEqual(["mon", "sun"]);
  });
});

describe("closed days in the form", () => {
  const special = { date: "2026-12-24", hours: [{ from: 480, to: 720 }] };
  it("are put in order among days with hours of their own, each once", () => {
    expect(withClosedDates([special], "2027-01-01, 2026-12-25 2026-12-25")).toEqual([
      special,
      "2026-12-25",
      "2027-01-01",
    ]);
    expect(closedDates([special, "2026-12-25"])).toBe("2026-12-25");
  });
  it.each(["2026-02-30", "Christmas", "2026-12-24"])("refuse %s", (text) => {
    expect(withClosedDates([special], text)).toBeUndefined();
  });
});

describe("a number in a sentence", () => {
  it.each([
    ["7", 7],
    ["0", 3],
    ["11", 3],
    ["1.5", 3],
    ["", 3],
  ])("%s is taken as %d", (text, taken) => {
    expect(bounded(text, { min: 1, max: 10, old: 3 })).toBe(taken);
  });
});
