import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idAfter, idAt } from "./api/type-id.ts";
import { entOf } from "./building/entrance-form.tsx";
import { newUnits } from "./building/unit-list.ts";
import { csvLine, readCsv } from "./download.ts";
import { safeNext } from "./search-params.ts";

describe("a line of CSV", () => {
  it("is read back as it was written", () => {
    const cell = fc.string().map((text) => text.replace(/[\r\n]/g, "").trim());
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        fc.pre(cells.some((text) => text !== "") && !cells.some((text) => /^[=+\-@\t]/.test(text)));
        fc.pre(!cells.some((text) => /[;\t]/.test(text)));
        expect(readCsv(csvLine(cells))).toEqual([cells]);
      }),
    );
  });
  it.each(["=1+1", "+A1", "-2", "@SUM(A1)"])("never begins a formula: %s", (text) => {
    expect(csvLine([text])).toBe(`'${text}\r\n`);
  });
});

describe("a pasted list of units", () => {
  it("gives each new label once, without its heading", () => {
    expect(newUnits("Unit;Floor\n1A;1\n 1a ;1\n\n2B;2\n", ["2b"])).toEqual({
      labels: ["1A"],
      leftOut: 2,
    });
  });
});

describe("an id that begins a list", () => {
  it("sorts after everything made before, and before everything made later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), (atMs) => {
        const id = idAt("att", atMs);
        expect(id).toMatch(/^att_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
        expect(idAt("att", atMs + 1) > id).toBe(true);
        expect((idAfter(id) ?? "") > id).toBe(true);
      }),
    );
  });
  it("is none for what is no id", () => {
    expect(idAfter("att_short")).toBeUndefined();
    expect(idAfter("nonsense")).toBeUndefined();
  });
});

describe("where a sign-in goes back to", () => {
  it.each([
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "javascript:x",
    undefined,
  ])("is never another site: %s", (next) => expect(safeNext(next)).toBe("/"));
  it("is the page one came from", () => {
    expect(safeNext("/buildings/bld_1?attempt=att_2")).toBe("/buildings/bld_1?attempt=att_2");
  });
});

it("makes a short name of a door's label", () => {
  expect(entOf("  Puerta del jardín, 2.º ")).toBe("puerta-del-jardin-2");
});
