/** Why a scan is no parcel code. Closed: each has words in `refusal-text.ts`. */
export type LabelRefusalCode =
  | "label-empty"
  | "label-too-long"
  | "label-characters"
  | "label-routing-only"
  | "label-unknown";

/** Longer than any label's code; a Scan4Transport DataMatrix with all its addresses is under 1,000. */
export const scanLengthMax = 2_048;

/** The separators of GS1 (FNC1 is sent as GS) and of ISO/IEC 15434 messages. */
export const groupSeparator = "\u001d";
export const recordSeparator = "\u001e";
const endOfTransmission = "\u0004";
/** How a message in the syntax of ISO/IEC 15434 (UPS's MaxiCode) begins. */
export const messageStart = "[)>";

/** Decoders that print controls write them as Unicode pictures or in angle brackets. */
const pictures: ReadonlyMap<string, string> = new Map([
  ["\u241d", groupSeparator],
  ["\u241e", recordSeparator],
  ["\u2404", endOfTransmission],
]);
const spelledSeparators: readonly (readonly [string, string])[] = [
  ["<GS>", groupSeparator],
  ["<FNC1>", groupSeparator],
  ["<RS>", recordSeparator],
  ["<EOT>", endOfTransmission],
];

export type CleanScan =
  | { readonly kind: "clean"; readonly text: string }
  | { readonly kind: "refused"; readonly code: LabelRefusalCode };

/**
 * Brings what a camera, a wedge scanner or a carrier's list gives to one spelling: upper case, no
 * spaces, no AIM symbology prefix, no FNC1 at either end. Refuses what cannot be on a label.
 */
export function cleanScan(scan: string): CleanScan {
  if (scan.length > scanLengthMax) return { kind: "refused", code: "label-too-long" };
  const trimmed = trimLineEnds(scan);
  const spelled = spellSeparators(trimmed);
  if (spelled === undefined) return { kind: "refused", code: "label-characters" };
  const text = stripEnvelope(spelled);
  return text === "" ? { kind: "refused", code: "label-empty" } : { kind: "clean", text };
}

/** Wedge scanners end a code with a tab or a line end; only at the ends are these harmless. */
function trimLineEnds(text: string): string {
  const blank = (index: number) => " \t\r\n".includes(text.charAt(index));
  let start = 0;
  let end = text.length;
  while (start < end && blank(start)) start += 1;
  while (end > start && blank(end - 1)) end -= 1;
  return text.slice(start, end);
}

function spellSeparators(text: string): string | undefined {
  // An address inside a carrier's message may have accents; its fields are dropped, not refused.
  const latin = text.includes(messageStart);
  let spelled = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const code = text.charCodeAt(index);
    const mapped = pictures.get(character) ?? character;
    if (mapped === " ") continue;
    const printable = code > 0x20 && code < 0x7f;
    const separator = mapped === groupSeparator || mapped === recordSeparator;
    const accented = latin && code >= 0xa0 && code <= 0xff;
    if (!printable && !separator && mapped !== endOfTransmission && !accented) return undefined;
    spelled += mapped;
  }
  spelled = spelled.toUpperCase();
  for (const [word, separator] of spelledSeparators) spelled = spelled.replaceAll(word, separator);
  return spelled;
}

function stripEnvelope(text: string): string {
  let start = skipGroupSeparators(text, 0);
  // `]` + symbology letter + modifier; of MaxiCode's some readers send no modifier.
  if (/^\](?:U(?=\[)|[A-Z][0-9A-Z])/.test(text.slice(start, start + 3))) {
    start += text.startsWith("]U[", start) ? 2 : 3;
    start = skipGroupSeparators(text, start);
  }
  let end = text.length;
  while (end > start && text.charAt(end - 1) === groupSeparator) end -= 1;
  return text.slice(start, end);
}

function skipGroupSeparators(text: string, from: number): number {
  let start = from;
  while (text.charAt(start) === groupSeparator) start += 1;
  return start;
}
