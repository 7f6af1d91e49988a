import { type Candidate, type CheckDigit, candidate, withReasons } from "./candidate.ts";
import { readCarrierMessage } from "./carrier-message.ts";
import { cleanScan, groupSeparator, type LabelRefusalCode, messageStart } from "./clean-scan.ts";
import { readDigitForms, readSscc } from "./digit-forms.ts";
import { type GsElement, readElementString, readPrintedElements } from "./element-string.ts";
import { readLetterForms } from "./letter-forms.ts";

/** What a scan may be, best first, or why it is no parcel code. It holds nothing else of the label. */
export type Recognition =
  | { readonly kind: "candidates"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "refused"; readonly code: LabelRefusalCode };

/**
 * Where a code comes from. It matters for one shape: 420 and nine digits is the ZIP+4 routing barcode
 * beside every UPS number when a camera sees it, but a FedEx number when a carrier's list has it
 * (FedEx labels carry those 12 digits inside 34).
 */
export type ScanSource = "camera" | "list";

const routingOnly = /^420\d{5}(?:-?\d{4})?$/;
/** GS1's (421): ISO country and postal code, on labels for abroad; with a letter it is no number. */
const foreignRoutingOnly = /^421\d{3}(?=\d*[A-Z])[0-9A-Z]{3,9}$/;
/** Route cards, residents' and shops' codes, and carriers with a format of their own. */
const otherCode = /^[0-9A-Z][0-9A-Z-]{6,46}[0-9A-Z]$/;

const checkRank: Readonly<Record<CheckDigit, number>> = { ok: 0, absent: 1, wrong: 2 };

/**
 * Recognizes a parcel label's code: every form of `docs/` with routing prefixes, FNC1, AIM prefixes,
 * spaces and case as they come. Never throws; time is linear in a length that is capped first.
 * A wrong check digit is kept as a reading with `check: "wrong"` only when nothing else fits.
 */
export function recognize(scan: string, source: ScanSource = "camera"): Recognition {
  const clean = cleanScan(scan);
  if (clean.kind === "refused") return clean;
  const { text } = clean;
  if (text.startsWith(messageStart)) return settle(readMessage(text));
  if (text.startsWith("(") || text.includes(groupSeparator)) return recognizeElements(text);
  const twelve = /^\d{12}$/.test(text) && source === "list";
  if ((routingOnly.test(text) && !twelve) || foreignRoutingOnly.test(text)) {
    return { kind: "refused", code: "label-routing-only" };
  }
  return settle(readBare(text));
}

/**
 * The distinct canonical codes of a scan, best first: usually one; none when it was refused. A
 * digest is made of each.
 */
export function canonicalCodes(scan: string, source: ScanSource = "camera"): readonly string[] {
  const recognition = recognize(scan, source);
  if (recognition.kind === "refused") return [];
  return [...new Set(recognition.candidates.map(({ canonical }) => canonical))];
}

function settle(found: readonly Candidate[]): Recognition {
  if (found.length === 0) return { kind: "refused", code: "label-unknown" };
  const good = found.filter(({ check }) => check !== "wrong");
  const kept = good.length > 0 ? good : found;
  // The sort is stable: among equals the order of the forms stands.
  const candidates = kept.toSorted((left, right) => rank(left) - rank(right));
  return { kind: "candidates", candidates };
}

function rank(found: Candidate): number {
  return checkRank[found.check] * 2 + (found.reasons.includes("mailer-id-unusual") ? 1 : 0);
}

function readBare(text: string): readonly Candidate[] {
  const known = readKnown(text);
  if (known.length > 0) return known;
  if (!otherCode.test(text)) return [];
  const reasons = ["no-known-form"] as const;
  return [candidate("other", "other", { canonical: text, check: "absent", reasons })];
}

function readKnown(text: string): readonly Candidate[] {
  if (!/^\d+$/.test(text)) return [...readLetterForms(text), ...readUnseparated(text)];
  return [...readDigitForms(text), ...readUnseparated(text)];
}

/** An SSCC has a fixed length, so other elements may follow it without FNC1 between. */
function readUnseparated(text: string): readonly Candidate[] {
  if (!/^00\d{18}./.test(text)) return [];
  const found = readElements(readElementString(text) ?? []);
  return found.filter(({ check }) => check === "ok");
}

function readMessage(text: string): readonly Candidate[] {
  const message = readCarrierMessage(text);
  if (message === undefined) return [];
  const reasons = message.reassembled
    ? (["reassembled", "other-fields-dropped"] as const)
    : (["other-fields-dropped"] as const);
  return readKnown(message.tracking).map((found) => withReasons(found, ...reasons));
}

function recognizeElements(text: string): Recognition {
  const elements = text.startsWith("(") ? readPrintedElements(text) : readElementString(text);
  const found = readElements(elements ?? []);
  if (found.length > 0) return settle(found);
  const routing = elements?.some(({ ai }) => ai === "420" || ai === "421") ?? false;
  return { kind: "refused", code: routing ? "label-routing-only" : "label-unknown" };
}

/** Takes the parcel numbers out of GS1 elements: (00), and USPS's (91) to (95). The rest is dropped. */
function readElements(elements: readonly GsElement[]): readonly Candidate[] {
  const others = elements.filter(({ ai }) => ai !== "420").length > 1;
  const routed = elements.some(({ ai }) => ai === "420");
  return elements
    .flatMap((element) => readElement(element))
    .map((found) => (others ? withReasons(found, "other-fields-dropped") : found))
    .map((found) =>
      routed && !found.reasons.includes("routing-dropped")
        ? withReasons(found, "routing-dropped")
        : found,
    );
}

function readElement({ ai, value }: GsElement): readonly Candidate[] {
  if (!/^\d+$/.test(value)) return [];
  if (ai === "00" && value.length === 18) {
    return [withReasons(readSscc(value), "identifier-dropped")];
  }
  // 420 runs on to the next FNC1: without one it has swallowed the number behind it.
  const whole = /^9[1-5]$/.test(ai) || (ai === "420" && value.length > 9) ? ai + value : "";
  return readDigitForms(whole).filter(({ carrier }) => carrier === "usps" || carrier === "gs1");
}
