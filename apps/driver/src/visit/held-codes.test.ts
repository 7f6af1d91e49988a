import { describe, expect, it } from "vitest";
import { steadyFrames, steadyReader } from "../scan/frames.ts";
import { codesPerProofMax, type HeldCode, holdCode, rankOf, readLabel } from "./held-codes.ts";

describe("readLabel", () => {
  it("gives one canonical code for one label, routing and all", () => {
    expect(readLabel("420787459400111206206406260787", "en")).toMatchObject({
      kind: "code",
      code: { canonical: "9400111206206406260787" },
    });
  });
  it("asks when a label can be read in two ways, and never picks both", () => {
    // 34 digits from USPS: 420 + ZIP+4 + 22, or 420 + ZIP + 26.
    const read = readLabel("4201002334249200190132607600833457", "en");
    expect(read.kind === "choice" || read.kind === "code").toBe(true);
  });
  it("says in the driver's language why a text is no parcel", () => {
    expect(readLabel("42010023", "es")).toMatchObject({
      kind: "no-parcel",
      sentence: expect.stringContaining("código postal"),
    });
  });
  it("doubts a number whose check digit does not fit", () => {
    expect(readLabel("1Z999AA10123456785", "en").kind).toBe("doubtful");
  });
});

describe("holdCode", () => {
  const code = (canonical: string): HeldCode => ({ canonical, says: canonical });
  it("holds a label once, and 20 at most", () => {
    let held: readonly HeldCode[] = [];
    for (let index = 0; index < 30; index += 1) held = holdCode(held, code(`C${index}`));
    expect(held).toHaveLength(codesPerProofMax);
    expect(holdCode([code("A")], code("A"))).toHaveLength(1);
  });
});

describe("steadyReader", () => {
  it("takes a known form at once, and the parcel's barcode rather than the routing one", () => {
    const read = steadyReader(rankOf);
    expect(read(["42010023"])).toBeUndefined();
    expect(read(["42010023", "1Z999AA10123456784"])).toBe("1Z999AA10123456784");
  });
  it("takes an unknown form only when several frames in a row show it", () => {
    const read = steadyReader(rankOf);
    const seen = Array.from({ length: steadyFrames }, () => read(["SHOP-4711-AB"]));
    expect(seen.slice(0, -1).every((text) => text === undefined)).toBe(true);
    expect(seen.at(-1)).toBe("SHOP-4711-AB");
  });
});
