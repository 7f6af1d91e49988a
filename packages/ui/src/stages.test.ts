import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stages, studStates } from "./stages.ts";

describe("the plate's studs", () => {
  it("fill from left to right up to the stage reached", () => {
    expect(studStates({ kind: "reached", stage: "authorized" })).toEqual([
      "filled",
      "filled",
      "filled",
      "empty",
      "empty",
    ]);
  });

  it("stop at the stage that refused, with nothing filled after it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...stages), (at) => {
        const studs = studStates({ kind: "refused", at, sentence: "It is 21:14." });
        const stopped = stages.indexOf(at);
        return studs.every((stud, index) =>
          index < stopped ? stud === "filled" : stud === (index === stopped ? "refused" : "empty"),
        );
      }),
    );
  });

  it("never claim an opening that the door cannot confirm", () => {
    expect(studStates({ kind: "unconfirmed" }).at(-1)).toBe("unconfirmed");
    expect(studStates({ kind: "reached", stage: "released" }).at(-1)).toBe("empty");
  });
});
