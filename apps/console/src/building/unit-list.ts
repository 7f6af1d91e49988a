import { readCsv } from "../download.ts";

const unitsMax = 2_000;
const labelLengthMax = 100;

/** Headings that lists of units carry in their first line. */
const headings = new Set([
  "unit",
  "units",
  "apartment",
  "apt",
  "flat",
  "label",
  "vivienda",
  "piso",
]);

/** The labels of a pasted list that are not there yet, each once, and how many lines were left out. */
export function newUnits(
  pasted: string,
  known: readonly string[],
): { readonly labels: readonly string[]; readonly leftOut: number } {
  const seen = new Set(known.map(keyOf));
  const labels: string[] = [];
  let leftOut = 0;
  for (const [index, [label = ""]] of readCsv(pasted).entries()) {
    if (index === 0 && headings.has(label.toLowerCase())) continue;
    const isTaken = label === "" || label.length > labelLengthMax || seen.has(keyOf(label));
    if (isTaken || labels.length >= unitsMax) leftOut += 1;
    else {
      seen.add(keyOf(label));
      labels.push(label);
    }
  }
  return { labels, leftOut };
}

function keyOf(label: string): string {
  return label.trim().toLowerCase();
}
