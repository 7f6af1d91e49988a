import { describe, expect, it } from "vitest";
import { readTime } from "./local-time.ts";
import { windowReader } from "./read-window.ts";

const newYork = { date: undefined, zone: "America/New_York", end: false };
const utc = (text: string) => ({ kind: "time", at: Date.parse(text) / 1_000 });

describe("readTime", () => {
  it("reads the clock on the building's wall, in summer and in winter", () => {
    expect(readTime("2026-07-01 08:00", newYork)).toEqual(utc("2026-07-01T12:00:00Z"));
    expect(readTime("2026-12-01 08:00", newYork)).toEqual(utc("2026-12-01T13:00:00Z"));
    expect(readTime("2026-12-01T24:00", newYork)).toEqual(utc("2026-12-02T05:00:00Z"));
  });
  it("refuses the hour that the clocks go over, and widens the one that comes twice", () => {
    expect(readTime("2026-03-08 02:30", newYork)).toEqual({ kind: "issue", code: "time-skipped" });
    expect(readTime("2026-11-01 01:30", newYork)).toEqual(utc("2026-11-01T05:30:00Z"));
    expect(readTime("2026-11-01 01:30", { ...newYork, end: true })).toEqual(
      utc("2026-11-01T06:30:00Z"),
    );
  });
  it("takes an offset as it stands, and refuses dates that do not exist", () => {
    expect(readTime("2026-12-01T08:00:00+0100", newYork)).toEqual(utc("2026-12-01T07:00:00Z"));
    expect(readTime("2026-02-30 08:00", newYork)).toEqual({ kind: "issue", code: "time-form" });
    expect(readTime("08:00", newYork)).toEqual({ kind: "issue", code: "time-form" });
    expect(readTime("2026-12-01 08:00", { ...newYork, zone: undefined })).toEqual({
      kind: "issue",
      code: "zone-missing",
    });
  });
});

describe("windowReader", () => {
  const at = Date.parse("2026-11-18T00:00:00Z") / 1_000;
  const read = windowReader({
    zone: "America/New_York",
    date: "2026-11-18",
    window: undefined,
    at,
  });
  it("reads one column with both ends in the forms people write", () => {
    const expected = { kind: "window", nbf: at + 14 * 3_600, exp: at + 23 * 3_600 };
    for (const text of [
      "09:00-18:00",
      "9:00 – 18:00",
      "2026-11-18 09:00-18:00",
      "2026-11-18T14:00Z/2026-11-18T23:00Z",
      "2026-11-18 09:00 to 2026-11-18 18:00 America/New_York",
      "15:00 a 24:00 Europe/Madrid",
    ]) {
      expect([text, read(new Map([["window", text]]))]).toEqual([text, expected]);
    }
  });
  it("refuses windows too long, turned round or past", () => {
    const code = (text: string) => {
      const found = read(new Map([["window", text]]));
      return found.kind === "issue" ? found.code : found.kind;
    };
    expect(code("2026-11-18 01:00 - 2026-11-18 18:00")).toBe("window-long");
    expect(code("18:00-09:00")).toBe("window-order");
    expect(code("2026-11-16 09:00 - 18:00")).toBe("window-past");
  });
});
