import {
  type Candidate,
  describeCandidate,
  labelRefusalText,
  recognize,
} from "@vestibule/core/labels";
import { codesPerProofMax } from "@vestibule/core/reading";
import type { Locale } from "@vestibule/ui";

/** How long a code stays in memory, in ms. It is written nowhere. */
export const codeHeldMs = 5 * 60_000;

/** One label in the driver's hands. */
export interface HeldCode {
  /** What the digest is made of. */
  readonly canonical: string;
  /** A few words that tell parcels apart: never the whole number. */
  readonly says: string;
}

/** What a label may be. */
export type LabelRead =
  | { readonly kind: "code"; readonly code: HeldCode }
  /** Two readings of one label: never both are sent. */
  | { readonly kind: "choice"; readonly codes: readonly HeldCode[] }
  /** Its check digit does not fit; typed numbers are then asked about. */
  | { readonly kind: "doubtful"; readonly code: HeldCode }
  | { readonly kind: "no-parcel"; readonly sentence: string };

/** Reads a label's text, from the camera or typed. */
export function readLabel(text: string, locale: Locale): LabelRead {
  const recognition = recognize(text, "camera");
  if (recognition.kind === "refused")
    return { kind: "no-parcel", sentence: labelRefusalText(recognition.code, locale) };
  const codes = new Map<string, HeldCode>();
  for (const found of recognition.candidates) {
    if (!codes.has(found.canonical)) codes.set(found.canonical, holdable(found, locale));
  }
  const [first] = codes.values();
  if (first === undefined) return { kind: "no-parcel", sentence: "" };
  if (codes.size > 1) return { kind: "choice", codes: [...codes.values()] };
  const doubtful = recognition.candidates.every(({ check }) => check === "wrong");
  return { kind: doubtful ? "doubtful" : "code", code: first };
}

function holdable(found: Candidate, locale: Locale): HeldCode {
  return { canonical: found.canonical, says: describeCandidate(found, locale) };
}

/** How good a reading of one barcode is, best first: a label carries several, one is the parcel's. */
export function rankOf(text: string): number {
  const recognition = recognize(text, "camera");
  if (recognition.kind === "refused") return 9;
  const [best] = recognition.candidates;
  if (best === undefined) return 9;
  if (best.carrier === "other") return 5;
  return { ok: 0, absent: 1, wrong: 4 }[best.check];
}

/** Adds a label; the same one twice is one, and a proof carries 20 at most. */
export function holdCode(held: readonly HeldCode[], code: HeldCode): readonly HeldCode[] {
  if (held.some(({ canonical }) => canonical === code.canonical)) return held;
  return held.length >= codesPerProofMax ? held : [...held, code];
}

export { codesPerProofMax };
