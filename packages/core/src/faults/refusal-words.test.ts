import { describe, expect, it } from "vitest";
import { refusalCodes } from "./refusal-codes.ts";
import { refusalSentence } from "./refusal-words.ts";

const audiences = ["driver", "manager"] as const;
const locales = ["en", "es"] as const;

describe("a refusal's sentence", () => {
  it("says what the design page says", () => {
    const names = { carrier: "UPS", hours: { from: "07:00", to: "21:00" } };
    const detail = { domain: "ups.com", localTime: "21:14" };
    expect(refusalSentence("hours", { audience: "manager", locale: "en", detail, names })).toBe(
      "The building admits UPS from 07:00 to 21:00; it is 21:14.",
    );
    expect(refusalSentence("hours", { audience: "manager", locale: "es", detail, names })).toBe(
      "El edificio recibe a UPS de 07:00 a 21:00; son las 21:14.",
    );
  });

  it("exists for each code, person and language, full and empty, and reads as a sentence", () => {
    const full = {
      detail: { domain: "ups.com", field: "exp", localTime: "21:14", left: 2, until: 1 },
      names: { carrier: "UPS", until: "14:00", hours: { from: "07:00", to: "21:00" } },
    };
    for (const code of refusalCodes)
      for (const audience of audiences)
        for (const locale of locales)
          for (const known of [{}, full]) {
            const sentence = refusalSentence(code, { audience, locale, ...known });
            expect(sentence, `${code} ${audience} ${locale}`).toMatch(
              /^(?:[A-ZÁÉÍÓÚ¿0-9]|ups\.com ).*[.]$/,
            );
            expect(sentence).not.toMatch(/undefined|[!]|oops| {2}|\(\)|null/i);
            expect(sentence.length).toBeLessThanOrEqual(220);
          }
  });

  it("is another one for each language, and for each code where a manager reads it", () => {
    for (const locale of locales) {
      const said = refusalCodes.map((code) =>
        refusalSentence(code, { audience: "manager", locale }),
      );
      expect(new Set(said).size).toBe(said.length);
    }
    for (const code of refusalCodes)
      for (const audience of audiences)
        expect(refusalSentence(code, { audience, locale: "en" })).not.toBe(
          refusalSentence(code, { audience, locale: "es" }),
        );
  });

  it("tells a driver how many wrong labels are left, and when none is", () => {
    const said = (left: number) =>
      refusalSentence("code-unknown", { audience: "driver", locale: "en", detail: { left } });
    expect(said(3)).toContain("3");
    expect(said(0)).toContain("no more");
  });
});
