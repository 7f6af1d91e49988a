import { encodeBase64url, utf8 } from "@vestibule/core";
import { describe, expect, it } from "vitest";
import { badgeEndsMs } from "./badge-ends.ts";

const badge = (body: object) => `e30.${encodeBase64url(utf8(JSON.stringify(body)))}.sig`;

describe("a badge's end", () => {
  it("is the earlier of the clearance's and the badge's own", () => {
    expect(badgeEndsMs(badge({ exp: 20, cleared_until: 10, drv: "x" }))).toBe(10_000);
    expect(badgeEndsMs(badge({ exp: 20, cleared_until: 30 }))).toBe(20_000);
  });
  it("is unknown of what is no badge", () => {
    for (const text of ["", "a.b.c", badge({}), badge({ exp: "1", cleared_until: 1 })])
      expect(badgeEndsMs(text)).toBeUndefined();
  });
});
