import { describe, expect, it } from "vitest";
import { describeSchedule } from "./describe-schedule.ts";
import { parseHolidays, parseSchedule } from "./parse-schedule.ts";
import { weekdays } from "./schedule.ts";

const rule = { days: ["mon", "sat"], from: 480, to: 1_200 };

describe("parseSchedule", () => {
  it("takes a list of rules as it stands", () => {
    const schedule = [rule, { days: ["sun"], from: 1_320, to: 1_560 }];
    expect(parseSchedule(schedule)).toEqual({ kind: "parsed", schedule });
    expect(parseSchedule([])).toEqual({ kind: "parsed", schedule: [] });
  });

  it.each([
    [undefined, "schedule"],
    [{}, "schedule"],
    [new Array(29).fill(rule), "schedule"],
    [[null], "schedule[0]"],
    [[rule, { ...rule, note: "" }], "schedule[1]"],
    [[{ days: ["mon"], from: 0 }], "schedule[0]"],
    [[{ ...rule, days: [] }], "schedule[0].days"],
    [[{ ...rule, days: "mon" }], "schedule[0].days"],
    [[{ ...rule, days: ["sat", "mon"] }], "schedule[0].days"],
    [[{ ...rule, days: ["mon", "mon"] }], "schedule[0].days"],
    [[{ ...rule, days: ["mon", "funday"] }], "schedule[0].days"],
    [[{ ...rule, from: -1 }], "schedule[0].from"],
    [[{ ...rule, from: 1_440, to: 1_500 }], "schedule[0].from"],
    [[{ ...rule, from: "480" }], "schedule[0].from"],
    [[{ ...rule, to: 480 }], "schedule[0].to"],
    [[{ ...rule, to: 480.5 }], "schedule[0].to"],
    [[{ ...rule, to: 1_921 }], "schedule[0].to"],
  ])("refuses %j at %s", (value, field) => {
    expect(parseSchedule(value)).toEqual({ kind: "refused", field });
  });
});

describe("parseHolidays", () => {
  it("takes bare dates and dates with hours", () => {
    const holidays = ["2026-12-25", { date: "2028-02-29", hours: [{ from: 480, to: 720 }] }];
    expect(parseHolidays(holidays)).toEqual({ kind: "parsed", holidays });
  });

  it.each([
    [null, "holidays"],
    [["2026-02-29"], "holidays[0]"],
    [["2026-13-01"], "holidays[0]"],
    [["26-12-25"], "holidays[0]"],
    [["2026-12-25", "2026-12-25"], "holidays[1]"],
    [["2026-12-25", "2026-12-24"], "holidays[1]"],
    [[{ date: "2026-12-25" }], "holidays[0]"],
    [[{ date: 7, hours: [] }], "holidays[0].date"],
    [[{ date: "2026-02-30", hours: [] }], "holidays[0].date"],
    [[{ date: "2026-12-25", hours: [{ from: 2, to: 1 }] }], "holidays[0].hours[0].to"],
    [[{ date: "2026-12-25", hours: [1] }], "holidays[0].hours[0]"],
    [[{ date: "2026-12-25", hours: {} }], "holidays[0].hours"],
  ])("refuses %j at %s", (value, field) => {
    expect(parseHolidays(value)).toEqual({ kind: "refused", field });
  });
});

describe("describeSchedule", () => {
  const hours = {
    tz: "America/New_York",
    schedule: [
      { days: weekdays.slice(0, 6), from: 480, to: 1_200 },
      { days: weekdays.slice(6), from: 1_320, to: 1_560 },
    ],
    holidays: [
      "2026-12-25",
      { date: "2026-12-31", hours: [{ from: 480, to: 720 }] },
      { date: "2027-01-01", hours: [] },
    ],
  };

  it("says the hours in English", () => {
    expect(describeSchedule(hours, "en")).toEqual([
      "Monday to Saturday, 08:00 to 20:00.",
      "Sunday, 22:00 to 02:00 the next day.",
      "Closed on 25 December 2026 and 1 January 2027.",
      "On 31 December 2026 only 08:00 to 12:00.",
      "Times are those of America/New_York.",
    ]);
  });

  it("says the hours in Spanish", () => {
    expect(describeSchedule(hours, "es")).toEqual([
      "De lunes a sábado, de 08:00 a 20:00.",
      "Domingo, de 22:00 a 02:00 del día siguiente.",
      "Cerrado el 25 de diciembre de 2026 y 1 de enero de 2027.",
      "El 31 de diciembre de 2026 solo de 08:00 a 12:00.",
      "Las horas son las de America/New_York.",
    ]);
  });

  it("says always, never, split days and hours in pieces", () => {
    const of = (schedule: (typeof hours)["schedule"]) =>
      describeSchedule({ ...hours, schedule, holidays: [] }, "en")[0];
    expect(of([{ days: [...weekdays], from: 0, to: 1_440 }])).toBe("Every day, all day.");
    expect(of([])).toBe("Never open.");
    expect(
      of([
        { days: ["mon", "wed", "thu"], from: 840, to: 1_200 },
        { days: ["mon", "wed", "thu"], from: 480, to: 720 },
        { days: ["mon", "wed", "thu"], from: 700, to: 725 },
      ]),
    ).toBe("Monday, Wednesday and Thursday, 08:00 to 12:05 and 14:00 to 20:00.");
  });
});
