import { describe, expect, it } from "vitest";
import { defineMessages, isLocale, pickLocale } from "./messages.ts";

describe("message catalogues", () => {
  it("keep each language's own plural", () => {
    const messages = defineMessages(
      { parcels: (count: number) => (count === 1 ? "1 parcel" : `${count} parcels`) },
      { parcels: (count) => (count === 1 ? "1 paquete" : `${count} paquetes`) },
    );
    expect(messages("en").parcels(1)).toBe("1 parcel");
    expect(messages("es").parcels(2)).toBe("2 paquetes");
  });

  it("take the first preferred language that is spoken here", () => {
    expect(pickLocale(["fr-CA", "es-419", "en"])).toBe("es");
    expect(pickLocale(["de"])).toBe("en");
    expect(pickLocale([])).toBe("en");
  });

  it("take nothing else for a language", () => {
    expect(isLocale("fr")).toBe(false);
    expect(isLocale(undefined)).toBe(false);
  });
});
