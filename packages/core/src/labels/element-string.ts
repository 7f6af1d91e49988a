import { groupSeparator } from "./clean-scan.ts";

/** One field of a GS1 code: application identifier and value. */
export interface GsElement {
  readonly ai: string;
  readonly value: string;
}

/** Identifiers whose whole element has a fixed length, by their first two digits (GS1 General Specifications, 7.8.5). */
const elementLengths: ReadonlyMap<string, number> = new Map([
  ["00", 20],
  ["01", 16],
  ["02", 16],
  ["03", 16],
  ["04", 18],
  ...["11", "12", "13", "14", "15", "16", "17", "18", "19"].map((ai) => [ai, 8] as const),
  ["20", 4],
  ...["31", "32", "33", "34", "35", "36"].map((ai) => [ai, 10] as const),
  ["41", 16],
]);

/** How many digits an identifier has, by its first two; what is not here is assigned to nobody. */
function identifierLength(start: string): number | undefined {
  if (/^(?:0[0-4]|1[0-9]|2[0-2]|30|37|9[0-9])$/.test(start)) return 2;
  if (/^(?:23|24|25|40|41|42|71)$/.test(start)) return 3;
  if (/^(?:31|32|33|34|35|36|39|43|70|72|80|81|82)$/.test(start)) return 4;
  return undefined;
}

/**
 * Reads a GS1 element string as scanners send it: identifiers run into their values, FNC1 as GS after
 * those of variable length. `undefined` when it does not add up to known identifiers.
 */
export function readElementString(text: string): readonly GsElement[] | undefined {
  const elements: GsElement[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.charAt(at) === groupSeparator) {
      at += 1;
      continue;
    }
    const start = text.slice(at, at + 2);
    const length = identifierLength(start);
    if (length === undefined) return undefined;
    const ai = text.slice(at, at + length);
    const separator = text.indexOf(groupSeparator, at);
    const limit = separator === -1 ? text.length : separator;
    const fixed = elementLengths.get(start);
    const end = fixed === undefined ? limit : at + fixed;
    if (!/^\d+$/.test(ai) || end > limit || at + length >= end) return undefined;
    elements.push({ ai, value: text.slice(at + length, end) });
    at = end;
  }
  return elements;
}

/** Reads the form printed for people, `(00)106141412345678908(420)78745`, which some decoders give. */
export function readPrintedElements(text: string): readonly GsElement[] | undefined {
  const marks = [...text.matchAll(/\((\d{2,4})\)/g)];
  if (marks[0]?.index !== 0) return undefined;
  return marks.map((mark, index) => ({
    ai: mark[1] ?? "",
    value: text
      .slice(mark.index + mark[0].length, marks[index + 1]?.index)
      .replaceAll(groupSeparator, ""),
  }));
}
