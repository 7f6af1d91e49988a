import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { concat, equalBytes, utf8 } from "./bytes.ts";
import { canonicalize, parseCanonical } from "./jcs.ts";

describe("base64url", () => {
  it("agrees with Node both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(decodeBase64url(text)).toEqual(bytes);
      }),
    );
  });

  it("gives each byte string exactly one text", () => {
    for (const text of ["A", "AB", "AAB", "AA=", "AA==", "A A", "+/AA", "AAé", "AA\n", "AAAAA"])
      expect(decodeBase64url(text)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = decodeBase64url(text);
        return bytes === undefined || encodeBase64url(bytes) === text;
      }),
    );
  });
});

describe("canonical JSON", () => {
  it("sorts members by UTF-16 units and escapes as RFC 8785 shows", () => {
    const section = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(Object.keys(JSON.parse(canonicalize(section)))).toHaveLength(7);
    const order = [...canonicalize(section).matchAll(/:"([^"]+)"/g)].map(([, name]) => name);
    expect(order).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
    expect(
      canonicalize({
        string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
        literals: [null, true, false],
      }),
    ).toBe('{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
    expect(canonicalize([56, { d: true, "10": null, "1": [] }])).toBe(
      '[56,{"1":[],"10":null,"d":true}]',
    );
  });

  it("writes nothing but integers and whole characters", () => {
    for (const value of [
      1.5,
      -0,
      Number.NaN,
      2 ** 53,
      "\ud800",
      { "\udc00": 1 },
      undefined,
      1n,
      [undefined],
      () => 1,
    ])
      expect(() => canonicalize(value)).toThrow(TypeError);
  });

  it("parses only what it would have written", () => {
    for (const text of [
      "",
      "{",
      " 1",
      "1 ",
      "1.0",
      "1e3",
      "-0",
      "01",
      "9007199254740993",
      '{"a":1,"a":1}',
      '{"b":1,"a":1}',
      '"\\u0041"',
      '"\\ud800"',
      '"\\/"',
      "[1,]",
      '{"\\ud800":1}',
      "NaN",
      `${"[".repeat(13)}${"]".repeat(13)}`,
    ])
      expect(parseCanonical(text), text).toBeUndefined();
    expect(parseCanonical(`${"[".repeat(12)}${"]".repeat(12)}`)).toBeDefined();
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.maxSafeInteger().map((n) => n + 0),
        fc.boolean(),
        fc.constant(null),
        fc.string({ unit: "grapheme" }),
        fc.array(tie("value")),
        fc.dictionary(
          fc.string({ unit: "grapheme" }).filter((name) => !/^\d+$/.test(name)),
          tie("value"),
        ),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value);
        expect(parseCanonical(text)).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const value = parseCanonical(text);
        return value === undefined || canonicalize(value) === text;
      }),
    );
  });
});

describe("bytes", () => {
  it("join and compare as they are", () => {
    expect(concat(utf8("a"), utf8(""), utf8("é"))).toEqual(Uint8Array.of(97, 0xc3, 0xa9));
    expect(equalBytes(utf8("ab"), utf8("ab"))).toBe(true);
    expect(equalBytes(utf8("ab"), utf8("aB"))).toBe(false);
    expect(equalBytes(utf8("ab"), utf8("abc"))).toBe(false);
  });
});

it("text becomes the bytes that the platform's own encoder gives", () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.string({ unit: "binary", minLength: 90, maxLength: 102, size: "max" }),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      expect(utf8(text)).toEqual(new TextEncoder().encode(text));
    }),
  );
});
