import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOpen, localDay } from "./is-open.ts";
import { type OpeningHours, type Schedule, type Weekday, weekdays } from "./schedule.ts";
import { isTimeZone } from "./zone.ts";

const working: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat"];
const everyDay = weekdays;

function seconds(text: string): number {
  return Date.parse(text) / 1_000;
}

function hoursIn(tz: string, schedule: Schedule, holidays: OpeningHours["holidays"] = []) {
  return { tz, schedule, holidays };
}

/** The wall clock as Intl says it, asked anew each time. */
function wall(tz: string, at: number): { date: string; weekday: Weekday; minute: number } {
  const text = new Date(at * 1_000).toLocaleString("sv-SE", { timeZone: tz });
  const [date = "", clock = ""] = text.split(" ");
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  const weekday = weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? "mon";
  return { date, weekday, minute: hour * 60 + minute };
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** The rule by itself: today's hours, and yesterday's that run on, unless today is a holiday. */
function naiveOpen({ tz, schedule, holidays }: OpeningHours, at: number): boolean {
  const { date, weekday, minute } = wall(tz, at);
  const own = (day: string) =>
    holidays
      .map((entry) => (typeof entry === "string" ? { date: entry, hours: [] } : entry))
      .find((entry) => entry.date === day)?.hours;
  const weekly = (day: Weekday) => schedule.filter(({ days }) => days.includes(day));
  const yesterday = weekdays[(weekdays.indexOf(weekday) + 6) % 7] ?? "mon";
  const before = own(date) === undefined ? (own(dayBefore(date)) ?? weekly(yesterday)) : [];
  return (
    (own(date) ?? weekly(weekday)).some(({ from, to }) => minute >= from && minute < to) ||
    before.some(({ to }) => minute + 1_440 < to)
  );
}

const eightToEight = hoursIn("America/New_York", [{ days: working, from: 480, to: 1_200 }]);

describe("isOpen", () => {
  it("opens at exactly the first second and shuts at exactly the last", () => {
    const monday = seconds("2026-11-23T13:00:00Z");
    expect(isOpen(eightToEight, monday - 1)).toEqual({
      open: false,
      next: monday,
      localTime: "07:59",
    });
    expect(isOpen(eightToEight, monday)).toEqual({ open: true, until: monday + 43_200 });
    expect(isOpen(eightToEight, monday + 43_199)).toMatchObject({ open: true });
    expect(isOpen(eightToEight, monday + 43_200)).toEqual({
      open: false,
      next: monday + 86_400,
      localTime: "20:00",
    });
  });

  it("skips Sunday", () => {
    const saturday = seconds("2026-11-22T01:30:00Z");
    const monday = seconds("2026-11-23T13:00:00Z");
    expect(isOpen(eightToEight, saturday)).toMatchObject({ open: false, next: monday });
  });

  it("keeps the wall clock across both changes of New York", () => {
    for (const [before, after] of [
      ["2026-03-07T13:00:00Z", "2026-03-09T12:00:00Z"],
      ["2026-10-31T12:00:00Z", "2026-11-02T13:00:00Z"],
    ]) {
      expect(isOpen(eightToEight, seconds(before ?? ""))).toMatchObject({ open: true });
      expect(isOpen(eightToEight, seconds(before ?? "") - 1)).toMatchObject({ open: false });
      expect(isOpen(eightToEight, seconds(after ?? ""))).toMatchObject({ open: true });
      expect(isOpen(eightToEight, seconds(after ?? "") - 1)).toMatchObject({ open: false });
    }
  });

  it("has no hours in a missing hour, and both times in a repeated one", () => {
    const night = hoursIn("America/New_York", [{ days: everyDay, from: 90, to: 150 }]);
    // 8 March 2026: 01:59:59 is followed by 03:00:00.
    const spring = seconds("2026-03-08T06:30:00Z");
    expect(isOpen(night, spring)).toEqual({ open: true, until: spring + 1_800 });
    // 1 November 2026: 01:59:59 is followed by 01:00:00.
    const autumn = seconds("2026-11-01T05:30:00Z");
    expect(isOpen(night, autumn)).toEqual({ open: true, until: autumn + 1_800 });
    expect(isOpen(night, autumn + 1_800)).toMatchObject({ open: false, next: autumn + 3_600 });
    expect(isOpen(night, autumn + 3_600)).toEqual({ open: true, until: autumn + 7_200 });
  });

  it("follows Lord Howe's change of half an hour and Kathmandu's 45 minutes", () => {
    const at = (tz: string, text: string) =>
      isOpen(hoursIn(tz, [{ days: everyDay, from: 1, to: 2 }]), seconds(text));
    expect(at("Australia/Lord_Howe", "2026-01-10T02:00:00Z")).toMatchObject({ localTime: "13:00" });
    expect(at("Australia/Lord_Howe", "2026-07-10T02:00:00Z")).toMatchObject({ localTime: "12:30" });
    expect(at("Asia/Kathmandu", "2026-07-10T02:00:00Z")).toMatchObject({ localTime: "07:45" });
    expect(at("America/Sao_Paulo", "2018-12-10T02:00:00Z")).toMatchObject({ localTime: "00:00" });
  });

  it("runs past midnight, but not into a holiday", () => {
    const late = hoursIn(
      "UTC",
      [{ days: everyDay, from: 1_320, to: 1_560 }],
      ["2026-12-25", { date: "2026-12-31", hours: [{ from: 600, to: 720 }] }],
    );
    const evening = seconds("2026-12-23T22:00:00Z");
    expect(isOpen(late, evening)).toEqual({ open: true, until: evening + 14_400 });
    const christmas = seconds("2026-12-25T00:00:00Z");
    expect(isOpen(late, christmas - 1)).toEqual({ open: true, until: christmas });
    expect(isOpen(late, christmas)).toMatchObject({
      open: false,
      next: seconds("2026-12-26T22:00:00Z"),
    });
    expect(isOpen(late, seconds("2026-12-31T11:00:00Z"))).toMatchObject({ open: true });
    expect(isOpen(late, seconds("2026-12-31T23:00:00Z"))).toMatchObject({ open: false });
  });

  it("says that hours without end have none, and that empty hours have no next", () => {
    const always = hoursIn("Asia/Kathmandu", [{ days: everyDay, from: 0, to: 1_440 }]);
    const never = hoursIn("Asia/Kathmandu", []);
    expect(isOpen(always, 1_800_000_000)).toEqual({ open: true, until: undefined });
    expect(isOpen(never, 1_800_000_000)).toMatchObject({ open: false, next: undefined });
  });

  it("is shut where the zone or the instant is unknown", () => {
    const unknown = { open: false, next: undefined, localTime: undefined };
    for (const tz of ["Mars/Olympus", "", "+05:30", "America/New_York\0", "x".repeat(100)]) {
      expect(isTimeZone(tz)).toBe(false);
      expect(isOpen(hoursIn(tz, eightToEight.schedule), 1_800_000_000)).toEqual(unknown);
      expect(localDay(tz, 0)).toBeUndefined();
    }
    for (const at of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e15]) {
      expect(isOpen(eightToEight, at)).toEqual(unknown);
    }
  });

  const anyZone = fc.constantFrom(
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Europe/Lisbon",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/St_Johns",
    "UTC",
  );
  const minute = fc.oneof(fc.constantFrom(0, 60, 90, 120, 150, 180, 1_439), fc.nat(1_439));
  const dayHours = fc
    .tuple(minute, fc.integer({ min: 1, max: 1_440 }))
    .map(([from, length]) => ({ from, to: from + length }));
  const rule = fc
    .tuple(fc.subarray([...everyDay], { minLength: 1 }), dayHours)
    .map(([days, hours]) => ({ days, ...hours }));
  // Around changes of the clocks, leap days and Samoa's missing day as much as anywhere.
  const anyInstant = fc
    .tuple(
      fc.constantFrom(
        ...["2026-03-08", "2026-11-01", "2026-04-04", "2026-10-03", "2018-11-04", "2028-02-29"],
        ...["2011-12-30", "2026-02-15", "2026-03-22", "2026-12-31"],
      ),
      fc.integer({ min: -172_800, max: 172_800 }),
    )
    .map(([day, shift]) => seconds(`${day}T12:00:00Z`) + shift);

  it("agrees with the wall clock minute by minute, in every zone", () => {
    fc.assert(
      fc.property(
        anyZone,
        fc.array(rule, { maxLength: 3 }),
        fc.tuple(anyInstant, fc.boolean(), fc.array(dayHours, { maxLength: 2 })),
        (tz, schedule, [at, holiday, own]) => {
          const date = localDay(tz, at);
          const holidays = holiday && date !== undefined ? [{ date, hours: own }] : [];
          const hours = hoursIn(tz, schedule, holidays);
          const opening = isOpen(hours, at);
          expect(opening.open).toBe(naiveOpen(hours, at));
          expect(date).toBe(wall(tz, at).date);
          // Whole minutes up to the change it names, at most three hours on, and the change itself.
          const change = opening.open ? opening.until : opening.next;
          const end = Math.min(change ?? Number.POSITIVE_INFINITY, at + 10_800);
          for (let later = at + 60; later < end; later += 420) {
            expect(naiveOpen(hours, later)).toBe(opening.open);
          }
          if (change === undefined) return;
          expect(naiveOpen(hours, change - 1)).toBe(opening.open);
          expect(naiveOpen(hours, change)).toBe(!opening.open);
        },
      ),
      { numRuns: 250 },
    );
  });

  it("gives the same answer in whatever order it is asked", () => {
    fc.assert(
      fc.property(
        anyZone,
        fc.array(rule, { maxLength: 2 }),
        fc.array(anyInstant),
        (tz, schedule, ats) => {
          const kept = hoursIn(tz, schedule);
          for (const at of ats) {
            expect(isOpen(kept, at)).toEqual(isOpen(hoursIn(tz, [...schedule]), at));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("costs a few microseconds once warm", () => {
    const monday = seconds("2026-11-23T13:00:00Z");
    const timed = (ask: (turn: number) => unknown) => {
      for (let turn = 0; turn < 20_000; turn += 1) ask(turn);
      const started = process.hrtime.bigint();
      for (let turn = 0; turn < 100_000; turn += 1) ask(turn);
      return Number(process.hrtime.bigint() - started) / 100_000 / 1_000;
    };
    // The bound is 3; the machine is shared.
    expect(timed((turn) => isOpen(eightToEight, monday - 50 + (turn % 100)))).toBeLessThan(9);
    expect(timed((turn) => localDay("America/New_York", monday + turn))).toBeLessThan(9);
  });
});
