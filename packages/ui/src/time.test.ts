import { describe, expect, it } from "vitest";
import { hourIn, sayExactTime, sayTime } from "./time.ts";

const zone = "America/New_York";
const at = (iso: string) => Date.parse(iso);

describe("times in the building's zone", () => {
  it("are a clock today, yesterday by name, and a date before that", () => {
    const setting = { locale: "en", zone, nowMs: at("2026-11-22T17:03:00Z") } as const;
    expect(sayTime(at("2026-11-22T14:03:00Z"), setting)).toBe("09:03");
    expect(sayTime(at("2026-11-22T04:59:00Z"), setting)).toBe("yesterday 23:59");
    expect(sayTime(at("2026-11-16T17:03:00Z"), setting)).toBe("Mon, Nov 16, 12:03");
  });

  it("count midnights of the building, also when a day has 25 hours", () => {
    const setting = { locale: "en", zone, nowMs: at("2026-11-02T04:30:00Z") } as const;
    expect(sayTime(at("2026-11-01T04:10:00Z"), setting)).toBe("00:10");
    expect(sayTime(at("2026-11-01T03:50:00Z"), setting)).toBe("yesterday 23:50");
  });

  it("keep seconds and the zone's name in the exact form", () => {
    const setting = { locale: "en", zone, nowMs: 0 } as const;
    expect(sayExactTime(at("2026-07-04T16:05:09Z"), setting)).toContain("12:05:09 EDT");
  });

  it("speak Spanish", () => {
    const setting = { locale: "es", zone, nowMs: at("2026-11-22T17:03:00Z") } as const;
    expect(sayTime(at("2026-11-21T17:03:00Z"), setting)).toBe("ayer 12:03");
  });

  it("know the hour on the building's wall", () => {
    expect(hourIn(zone, at("2026-11-22T04:10:00Z"))).toBe(23);
    expect(hourIn(zone, at("2026-11-22T05:10:00Z"))).toBe(0);
  });
});
