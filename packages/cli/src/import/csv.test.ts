import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "./csv.ts";
import { sniffSeparator } from "./header.ts";

const separator = fc.constantFrom(",", ";", "\t");
const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
const piece = fc.constantFrom("a", "1", " ", ",", ";", "\t", '"', "\n", "é", "x y");
const field = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe("readCsv", () => {
  it("gives back whatever RFC 4180 wrote, for every separator and line end", () => {
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) =>
        fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 8 }),
      );
    fc.assert(
      fc.property(table, separator, lineEnd, (rows, by, end) => {
        const text = rows.map((row) => row.map(quote).join(by)).join(end);
        const read = [...readCsv(text, by, rows[0]?.length)];
        expect(read.map((one) => (one.kind === "record" ? one.fields : "broken"))).toEqual(rows);
      }),
    );
  });

  it("names the line on which each record begins", () => {
    const read = [...readCsv('a,b\n"1\n2",c\n\nd,e', ",", 2)];
    expect(read.map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it("loses nothing but a line whose quotation is broken, wherever it stands", () => {
    const broken = fc.constantFrom('x,"open', 'x,"closed"tail', 'x,mid"dle', '"', 'x,"a""');
    fc.assert(
      fc.property(fc.nat(5), fc.integer({ min: 1, max: 6 }), broken, (at, count, bad) => {
        const good = Array.from({ length: count }, (_, index) => `g${index},"v ${index}"`);
        const lines = good.toSpliced(Math.min(at, count), 0, bad);
        const read = [...readCsv(lines.join("\n"), ",", 2)];
        const kept = read.filter((one) => one.kind === "record").map((one) => one.fields[0]);
        expect(kept).toEqual(good.map((_, index) => `g${index}`));
        expect(read.filter(({ kind }) => kind === "broken").map(({ line }) => line)).toEqual([
          Math.min(at, count) + 1,
        ]);
      }),
    );
  });

  it("takes lines apart that a stray quotation mark joined into a record of another width", () => {
    const read = [...readCsv('a,"open,c\nd,e,f"\ng,h,i', ",", 3)];
    expect(read.map(({ kind, line }) => [kind, line])).toEqual([
      ["broken", 1],
      ["broken", 2],
      ["record", 3],
    ]);
  });

  it("never throws and ends, whatever the text", () => {
    const junk = fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(junk, separator, (text, by) => {
        expect([...readCsv(text, by, 3)].length).toBeLessThanOrEqual(text.length + 1);
      }),
    );
  });
});

describe("a quotation that runs on", () => {
  it("was opened by mistake, however well it ends", () => {
    const field = (length: number) => `a,"${"x\n".repeat(length / 2)}",c\nd,e,f`;
    const [whole] = readCsv(field(4_000), ",", 3);
    expect(whole).toMatchObject({ kind: "record", line: 1 });
    const [broken] = readCsv(field(4_200), ",", 3);
    expect(broken).toEqual({ kind: "broken", line: 1, code: "quote-broken" });
  });
});

describe("sniffSeparator", () => {
  it("finds the separator under which most columns are known", () => {
    expect(sniffSeparator("tracking,address,driver")).toBe(",");
    expect(sniffSeparator("guía;dirección;repartidor")).toBe(";");
    expect(sniffSeparator('"tracking"\t"address, street"\t"driver"')).toBe("\t");
  });
});
