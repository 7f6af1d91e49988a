import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate } from "./candidate.ts";
import { describeCandidate } from "./describe-candidate.ts";
import { canonicalCodes, recognize } from "./recognize.ts";
import { labelRefusalText } from "./refusal-text.ts";

const gs = "\u001d";
const rs = "\u001e";
const eot = "\u0004";

function candidatesOf(scan: string): readonly Candidate[] {
  const recognition = recognize(scan);
  return recognition.kind === "candidates" ? recognition.candidates : [];
}

function codeOf(scan: string): string | undefined {
  const recognition = recognize(scan);
  return recognition.kind === "refused" ? recognition.code : undefined;
}

/** Number as printed, form, canonical code, check digit. */
const good = [
  ["1Z999AA10123456784", "ups-1z", "1Z999AA10123456784", "ok"],
  ["1Z5R89390357567127", "ups-1z", "1Z5R89390357567127", "ok"],
  ["1Z879E930346834440", "ups-1z", "1Z879E930346834440", "ok"],
  ["1ZXX3150YW44070023", "ups-1z", "1ZXX3150YW44070023", "ok"],
  ["1Z12345E1512345676", "ups-1z", "1Z12345E1512345676", "ok"],
  ["1Z12345E6605272234", "ups-1z", "1Z12345E6605272234", "ok"],
  ["K1506235620", "ups-waybill", "K1506235620", "ok"],
  ["J4603636537", "ups-waybill", "J4603636537", "ok"],
  ["9400111206206406260787", "usps-impb", "9400111206206406260787", "ok"],
  ["9505511069605048600624", "usps-impb", "9505511069605048600624", "ok"],
  ["9361289878700317633795", "usps-impb", "9361289878700317633795", "ok"],
  ["92748931507708513018050063", "usps-impb", "92748931507708513018050063", "ok"],
  ["420787459400111206206406260787", "usps-impb", "9400111206206406260787", "ok"],
  ["4201002334249200190132607600833457", "usps-impb", "9200190132607600833457", "ok"],
  ["9101026837331000039521", "usps-pic", "9101026837331000039521", "ok"],
  ["03071790000523483741", "usps-pic", "03071790000523483741", "ok"],
  ["71123456789123456787", "usps-pic", "71123456789123456787", "ok"],
  ["RB123456785GB", "s10", "RB123456785GB", "ok"],
  ["986578788855", "fedex-12", "986578788855", "ok"],
  ["477179081230", "fedex-12", "477179081230", "ok"],
  ["012345678983", "fedex-12", "012345678983", "ok"],
  ["1001921334250001000300779017972697", "fedex-express-34", "779017972697", "ok"],
  ["9622001900000000000000776632517510", "fedex-ground-96-34", "776632517510", "ok"],
  ["9611020987654312345672", "fedex-ground-96-22", "987654312345672", "ok"],
  ["041441760228964", "fedex-ground-15", "041441760228964", "ok"],
  ["568283610012734", "fedex-ground-15", "568283610012734", "ok"],
  ["106141412345678908", "sscc", "106141412345678908", "ok"],
  ["000123450000000027", "sscc", "000123450000000027", "ok"],
  ["TBA010000000000", "amazon-tb", "TBA010000000000", "absent"],
  ["TBM502887274000", "amazon-tb", "TBM502887274000", "absent"],
  ["C11031500001879", "ontrac", "C11031500001879", "ok"],
  ["D10011354453707", "ontrac", "D10011354453707", "ok"],
  ["LX17635036", "lasership", "LX17635036", "absent"],
  ["1LS717793482164", "lasership", "1LS717793482164", "absent"],
  ["3318810025", "dhl-express-10", "3318810025", "ok"],
  ["8487135506", "dhl-express-10", "8487135506", "ok"],
  ["GFUS01011884214464", "gofo", "GFUS01011884214464", "absent"],
] as const;

const wrong = [
  "1Z1111111111111111",
  "1Z12345E0205271688",
  "K1506235622",
  "9434611206206407667131",
  "03071790000523483742",
  "RB123456786US",
  "EA123456782US",
  "996578788855",
  "9622001900000000000000776632510595",
  "568283610012732",
  "000000000000000001",
  "C11031500001889",
  "3318810010",
];

describe("recognize", () => {
  it.each(good)("reads %s as %s", (scan, form, canonical, check) => {
    const best = candidatesOf(scan)[0];
    expect(best).toMatchObject({ form, canonical, check });
    expect(best?.reasons).toContain(`check-digit-${check}`);
    expect(canonicalCodes(scan)).toEqual([canonical]);
  });

  it.each(wrong)("flags the check digit of %s and calls no reading of it good", (scan) => {
    const found = candidatesOf(scan);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ check }) => check)).not.toContain("ok");
    expect(found[0]?.reasons).toContain("check-digit-wrong");
  });

  it("takes TBB for no Amazon number, and a country that does not exist for no S10", () => {
    expect(candidatesOf("TBB000000000000").map(({ form }) => form)).toEqual(["other"]);
    expect(candidatesOf("RB123456785XX").map(({ form }) => form)).toEqual(["other"]);
  });

  it("keeps both readings of 34 digits when both check", () => {
    // 9 x3 + 2 + 0 x3 + 1 adds nothing mod 10, so 26 digits check whenever the 22 behind them do.
    const scan = "4207874592019200190132607600833457";
    expect(scan).toHaveLength(34);
    expect(canonicalCodes(scan).toSorted()).toEqual([scan.slice(12), scan.slice(8)].toSorted());
  });

  it("drops readings that do not check beside one that does", () => {
    expect(canonicalCodes("4207874592749200190132607600833457")).toEqual([
      "9200190132607600833457",
    ]);
    expect(candidatesOf("986578788855").map(({ carrier }) => carrier)).toEqual(["fedex"]);
  });

  it("takes FNC1 after the ZIP as the end of it", () => {
    expect(canonicalCodes(`42078745${gs}92748931507708513018050063`)).toEqual([
      "92748931507708513018050063",
    ]);
  });

  it("names both carriers of 12 digits that check under both, with one canonical code", () => {
    const found = candidatesOf("000000000000");
    expect(found.map(({ carrier }) => carrier)).toEqual(["fedex", "purolator"]);
    expect(canonicalCodes("000000000000")).toEqual(["000000000000"]);
  });

  it.each(["42078745", "420787459400", "420 78745-9400", `]C1${gs}42078745`, "(420)78745"])(
    "refuses %s as routing alone",
    (scan) => expect(codeOf(scan)).toBe("label-routing-only"),
  );

  it("takes 12 digits that begin with 420 for a number in a list", () => {
    expect(canonicalCodes("420787459400", "list")).toEqual(["420787459400"]);
    expect(codeOf("420787459400")).toBe("label-routing-only");
  });

  it.each([
    ["1Z12345675", "12345E", "001", "1Z12345E0112345675"],
    ["1Z00004951", "06X610", "001", "1Z06X6100100004951"],
    ["1Z12345679", "12345E", "066", "1Z12345E6612345679"],
  ])("puts %s of shipper %s together", (tracking, shipper, service, canonical) => {
    const fields = [`96787450000`, "840", service, tracking, "UPSN", shipper, "187", "", "1/1"];
    const message = `[)>${rs}01${gs}${[...fields, "10", "Y", "5 PEÑA ST", "AUSTIN", "TX"].join(gs)}${rs}${eot}`;
    for (const scan of [message, `]U${message}`, `]U1${message}`, pictures(message)]) {
      expect(canonicalCodes(scan)).toEqual([canonical]);
      expect(JSON.stringify(recognize(scan))).not.toContain("AUSTIN");
    }
    expect(candidatesOf(message)[0]).toMatchObject({ form: "ups-1z", check: "ok" });
  });

  it("takes the SSCC out of a Scan4Transport code and keeps nothing else of it", () => {
    const address = `4300ACME${gs}4301JANE DOE${gs}43021 ELM ST${gs}42078745${gs}43221${gs}`;
    for (const scan of [
      `]d200106141412345678908${address}`,
      `]Q3${gs}00106141412345678908${address}`,
      `00106141412345678908${address}`,
      "(00)106141412345678908(4301)JANE DOE(420)78745",
      "0010614141234567890842078745",
    ]) {
      expect(canonicalCodes(scan)).toEqual(["106141412345678908"]);
      expect(JSON.stringify(recognize(scan))).not.toMatch(/JANE|ELM/);
    }
  });

  it("gives a parcel one canonical code from each of its barcodes and from the list", () => {
    const spellings = {
      "9400111206206406260787": [
        "9400 1112 0620 6406 2607 87",
        "420787459400111206206406260787",
        `]C142078745${gs}9400111206206406260787`,
        "(420)78745(94)00111206206406260787",
        "<FNC1>420787459400111206206406260787",
        "\u241d420787459400111206206406260787",
      ],
      "106141412345678908": ["00106141412345678908", "(00) 1 0614141 234567890 8"],
      "776632517510": ["7766 3251 7510", "9622001900000000000000776632517510"],
      "987654312345672": ["9611020987654312345672"],
      "9101026837331000039521": ["01026837331000039521", "420787459101026837331000039521"],
      "03071790000523483741": ["9103071790000523483741"],
      "1Z999AA10123456784": ["1z 999 aa1 01 2345 6784\r\n", "]C01Z999AA10123456784"],
    };
    for (const [canonical, scans] of Object.entries(spellings)) {
      for (const scan of [canonical, ...scans]) {
        expect(canonicalCodes(scan), scan).toEqual([canonical]);
      }
    }
  });

  it("takes a code of another kind as it stands, in capitals", () => {
    expect(canonicalCodes("route-card 7731")).toEqual(["ROUTE-CARD7731"]);
    expect(candidatesOf("route-card 7731")[0]).toMatchObject({ form: "other", check: "absent" });
  });

  it.each([
    ["", "label-empty"],
    [" \r\n", "label-empty"],
    ["]C1", "label-empty"],
    ["7".repeat(10_000), "label-too-long"],
    ["1Z999AA1\u000010123456784", "label-characters"],
    ["１Z999AA10123456784", "label-characters"],
    ["\u202e1Z999AA10123456784", "label-characters"],
    ["1Z999AA1012345678😀", "label-characters"],
    ["1Z999AA10123456784\ud800", "label-characters"],
    ["1Z999AA\n10123456784", "label-characters"],
    ["https://example.test/1Z999AA10123456784", "label-unknown"],
    ["ABC-123", "label-unknown"],
    ["A".repeat(49), "label-unknown"],
    ["--------", "label-unknown"],
    [`1Z999AA10123456784${gs}X`, "label-unknown"],
    ["[)>junk", "label-unknown"],
    ["(99", "label-unknown"],
  ] as const)("refuses %j as %s", (scan, code) => {
    expect(codeOf(scan)).toBe(code);
    expect(labelRefusalText(code, "en")).not.toBe(labelRefusalText(code, "es"));
  });
});

function checkDigit(digits: string): string {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

function pictures(text: string): string {
  return text.replaceAll(gs, "\u241d").replaceAll(rs, "\u241e").replaceAll(eot, "\u2404");
}

describe("recognize, whatever the scan", () => {
  const alphabet = [..."0123456789ABCDEFKLSTUXZ10420()[]<>- ", gs, rs, "é", "😀"];
  const digits = (lengths: readonly number[]) =>
    fc
      .constantFrom(...lengths)
      .chain((length) =>
        fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: length, maxLength: length }),
      );
  const shaped = fc
    .tuple(
      fc.constantFrom("", "91", "92", "93", "94", "96", "00", "42078745", "1Z", "TBA", "K", "("),
      digits([8, 10, 11, 12, 15, 18, 20, 22, 26, 30, 34]),
    )
    .map((parts) => parts.join(""));
  const anyScan = fc.oneof(
    shaped,
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 60 }),
    fc.constantFrom(...good.map(([scan]) => scan)),
  );

  it("never throws, and its canonical codes are their own canonical codes", () => {
    fc.assert(
      fc.property(anyScan, (scan) => {
        for (const code of canonicalCodes(scan)) {
          expect(code).toMatch(/^[0-9A-Z][0-9A-Z-]{6,46}[0-9A-Z]$/);
          expect(canonicalCodes(code, "list")).toEqual([code]);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("is not changed by FNC1, AIM prefixes, spaces, case or a line end", () => {
    const wraps: readonly ((scan: string) => string)[] = [
      (scan) => gs + scan,
      (scan) => scan + gs,
      (scan) => `]C1${scan}`,
      (scan) => `]d2${gs}${scan}`,
      (scan) => `]Q3${scan}`,
      (scan) => `${scan}\r\n`,
      (scan) => scan.toLowerCase(),
      (scan) => [...scan].join(" "),
    ];
    fc.assert(
      fc.property(shaped, fc.constantFrom(...wraps), (scan, wrap) => {
        expect(recognize(wrap(scan))).toEqual(recognize(scan));
      }),
      { numRuns: 2_000 },
    );
  });

  it("finds the same number behind any routing part", () => {
    const behind = fc
      .tuple(fc.constantFrom("92", "93", "94", "95"), digits([19, 23]))
      .map((parts) => parts.join(""))
      .map((body) => body + checkDigit(body));
    fc.assert(
      fc.property(digits([5, 9]), behind, fc.boolean(), (zip, number, fnc1) => {
        const codes = canonicalCodes(`420${zip}${fnc1 ? gs : ""}${number}`);
        expect(codes).toContain(number);
        // More than one only where another split checks too.
        if (fnc1) expect(codes).toEqual([number]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is done with the longest scans in a few milliseconds", () => {
    const started = process.hrtime.bigint();
    for (const unit of ["1", "(00)", `00${gs}`, "]", "A-", `${gs}`, "<GS", "[)>", "42"]) {
      recognize(unit.repeat(Math.floor(2_048 / unit.length)));
    }
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(200);
  });
});

describe("describeCandidate", () => {
  it("names the carrier and the last four characters", () => {
    const describeFirst = (scan: string) =>
      candidatesOf(scan).map((found) => describeCandidate(found))[0];
    expect(describeFirst("1Z999AA10123456784")).toBe("UPS 1Z…6784");
    expect(describeFirst("986578788855")).toBe("FedEx …8855");
    expect(describeFirst("ROUTE-7731")).toBe("Code …7731");
  });
});
