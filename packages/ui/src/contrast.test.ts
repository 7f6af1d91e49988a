import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contrastRatio, pairs, themesOf } from "./testing/contrast.ts";

const here = import.meta.dirname;
const themes = themesOf(readFileSync(join(here, "tokens.css"), "utf8"));

describe("colour tokens", () => {
  it("measures black on white as 21 and equal colours as 1", () => {
    expect(contrastRatio("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrastRatio("#a23b2a", "#a23b2a")).toBe(1);
  });

  it("names the same colours in the media query and under data-theme", () => {
    expect(themes.darkByAttribute).toEqual(themes.darkByMedia);
  });

  it("gives every colour of the light theme a dark counterpart", () => {
    expect([...themes.darkByAttribute.keys()].sort()).toEqual([...themes.light.keys()].sort());
  });

  for (const [theme, tokens] of [
    ["light", themes.light],
    ["dark", themes.darkByAttribute],
  ] as const) {
    for (const pair of pairs) {
      it(`${theme}: ${pair.front} on ${pair.back} reaches ${pair.atLeast} to 1 (${pair.why})`, () => {
        const ratio = contrastRatio(tokens.get(pair.front) ?? "", tokens.get(pair.back) ?? "");
        expect(ratio).toBeGreaterThanOrEqual(pair.atLeast);
      });
    }
  }

  it("knows every token that a style sheet uses as a text colour", () => {
    const measured = new Set(pairs.filter((pair) => pair.atLeast >= 4.5).map((pair) => pair.front));
    const unmeasured: string[] = [];
    for (const file of readdirSync(here).filter((name) => name.endsWith(".css"))) {
      const css = readFileSync(join(here, file), "utf8");
      for (const [, token = ""] of css.matchAll(/(?<![-\w])color:\s*var\(--v-([\w-]+)\)/g)) {
        if (!measured.has(token)) unmeasured.push(`${file}: ${token}`);
      }
    }
    expect(unmeasured).toEqual([]);
  });
});
