import { canonicalCodes, recognize } from "@vestibule/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { labelMakers } from "./manifest.ts";

it("makes labels whose scan and list entry are the same parcel, with check digits that hold", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.constantFrom(...labelMakers),
      (serial, make) => {
        const label = make(serial);
        const listed = canonicalCodes(label.listed, "list");
        expect(listed).toHaveLength(1);
        expect(canonicalCodes(label.scanned)).toEqual(listed);
        const seen = recognize(label.scanned);
        expect(seen.kind === "candidates" && seen.candidates[0]?.check !== "wrong").toBe(true);
      },
    ),
  );
});

it("never makes the same code twice", () => {
  const codes = Array.from(
    { length: 2_000 },
    (_, index) => labelMakers[index % labelMakers.length]?.(index + 1).listed,
  );
  expect(new Set(codes).size).toBe(codes.length);
});
