/** How a label is printed. */
export type Symbology = "code128" | "gs1-128" | "datamatrix" | "gs1-datamatrix";

/** One label of the demonstration: the text a scanner reads, and what the carrier's own list says. */
export interface Label {
  readonly form: string;
  /** As the carrier's list has it. */
  readonly listed: string;
  /** As the label's symbol encodes it. */
  readonly scanned: string;
  readonly symbology: Symbology;
}

const mod10 = (sum: number): number => (10 - (sum % 10)) % 10;

/** Digits of a serial that differs by day, building and place in the list, so that no code repeats. */
function digits(serial: number, length: number): string {
  // A fixed odd multiplier spreads neighbours; modulo keeps it a bijection within the length.
  const space = 10n ** BigInt(length);
  return ((BigInt(serial) * 7_368_787n + 1_234_577n) % space).toString().padStart(length, "0");
}

/** UPS 1Z: weights 1 and 2 from the left over the 15 characters after `1Z` (facts: labels.md). */
export function upsLabel(serial: number): Label {
  const body = `999AA1${digits(serial, 9)}`;
  const values = [...body].map((character) =>
    /[0-9]/.test(character) ? Number(character) : (character.charCodeAt(0) - 63) % 10,
  );
  const sum = values.reduce((total, value, index) => total + value * (index % 2 === 0 ? 1 : 2), 0);
  const number = `1Z${body}${mod10(sum)}`;
  return { form: "UPS", listed: number, scanned: number, symbology: "code128" };
}

/** USPS IMpb, 22 digits behind the routing ZIP: weights 3 and 1 from the right. */
export function uspsLabel(serial: number): Label {
  const body = `9400111${digits(serial, 14)}`;
  const number = `${body}${gs1Check(body)}`;
  return { form: "USPS", listed: number, scanned: `42011201\u001d${number}`, symbology: "gs1-128" };
}

/** FedEx Express, 34 digits whose last 12 are the tracking number: weights 3 1 7 from the left, mod 11. */
export function fedexLabel(serial: number): Label {
  const body = digits(serial, 11);
  const weights = [3, 1, 7];
  const sum = [...body].reduce(
    (total, digit, index) => total + Number(digit) * (weights[index % 3] ?? 0),
    0,
  );
  const number = `${body}${(sum % 11) % 10}`;
  return {
    form: "FedEx",
    listed: number,
    scanned: `1001921334250001000300${number}`,
    symbology: "code128",
  };
}

/** Amazon Logistics: TBA and 12 digits, no check digit. */
export function amazonLabel(serial: number): Label {
  const number = `TBA${digits(serial, 12)}`;
  return { form: "Amazon", listed: number, scanned: number, symbology: "datamatrix" };
}

/** GS1 SSCC in an element string with AI 00: weights 3 and 1. */
export function ssccLabel(serial: number): Label {
  const body = `10614141${digits(serial, 9)}`;
  const number = `${body}${gs1Check(body)}`;
  return { form: "Freight", listed: number, scanned: `00${number}`, symbology: "gs1-128" };
}

function gs1Check(body: string): number {
  const sum = [...body]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return mod10(sum);
}

/** The makers of labels, in the order in which a building's parcels take turns. */
export const labelMakers: readonly ((serial: number) => Label)[] = [
  upsLabel,
  uspsLabel,
  fedexLabel,
  amazonLabel,
  ssccLabel,
];
