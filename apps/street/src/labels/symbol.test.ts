import { describe, expect, it } from "vitest";
import { symbolText } from "./symbol.ts";

describe("the text of a symbol", () => {
  it("leaves plain codes as they are", () => {
    expect(symbolText("1Z999AA10123456784", "code128")).toBe("1Z999AA10123456784");
  });

  it("begins GS1 forms with FNC1 and ends the ZIP with one", () => {
    expect(symbolText("420787459400111206206406260787", "gs1-128")).toBe(
      "^FNC142078745^FNC19400111206206406260787",
    );
    expect(symbolText("4201002334249200190132607600833457", "gs1-128")).toBe(
      "^FNC1420100233424^FNC19200190132607600833457",
    );
    expect(symbolText("00106141412345678908", "gs1-128")).toBe("^FNC100106141412345678908");
  });

  it("leaves a routed code whole where its ZIP could end in two places", () => {
    const twoWays = `42010023${"9400"}${"9400111206206406260787"}`;
    expect(symbolText(twoWays, "gs1-128")).toBe(`^FNC1${twoWays}`);
  });

  it("keeps separators a scanner would send, and doubles the escape sign", () => {
    expect(symbolText("42078745\x1d94", "gs1-128")).toBe("^FNC142078745^FNC194");
    expect(symbolText("A^B", "datamatrix")).toBe("A^^B");
  });
});
