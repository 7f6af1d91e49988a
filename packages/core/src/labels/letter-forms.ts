import {
  type Candidate,
  candidate,
  checked,
  type LabelCarrier,
  type LabelForm,
} from "./candidate.ts";
import { ontracCheckFits, s10CheckFits, upsCheckFits } from "./check-digits.ts";
import { countryCodes } from "./countries.ts";

interface LetterForm {
  readonly carrier: LabelCarrier;
  readonly form: LabelForm;
  readonly shape: RegExp;
  /** Absent where the carrier prints no check digit. */
  readonly checkFits?: (text: string) => boolean;
}

/** Numbers with letters: their shapes exclude one another. */
const letterForms: readonly LetterForm[] = [
  {
    carrier: "ups",
    form: "ups-1z",
    shape: /^1Z[0-9A-Z]{6}[0-9A-Z]{2}[0-9A-Z]{7}\d$/,
    checkFits: (text) => upsCheckFits(text.slice(2)),
  },
  {
    carrier: "ups",
    form: "ups-waybill",
    shape: /^[AHJKTV]\d{10}$/,
    checkFits: (text) => upsCheckFits(text.slice(1)),
  },
  { carrier: "amazon", form: "amazon-tb", shape: /^TB[ACM]\d{12}$/ },
  { carrier: "ontrac", form: "ontrac", shape: /^[CD]\d{14}$/, checkFits: ontracCheckFits },
  { carrier: "ontrac", form: "lasership", shape: /^(?:L[A-Z]\d{8}|1LS7\d{11})$/ },
  { carrier: "gofo", form: "gofo", shape: /^GFUS\d{14}$/ },
  { carrier: "spee-dee", form: "spee-dee", shape: /^SP\d{18}$/ },
  { carrier: "yunexpress", form: "yunexpress", shape: /^YT\d{16}$/ },
];

const s10Shape = /^[A-Z]{2}\d{9}[A-Z]{2}$/;

/** The readings of a number that has letters in it; none when no form fits. */
export function readLetterForms(text: string): readonly Candidate[] {
  const country = text.slice(-2);
  if (s10Shape.test(text) && countryCodes.has(country)) {
    const check = checked(s10CheckFits(text.slice(2, 11)));
    return [candidate(country === "US" ? "usps" : "post", "s10", { canonical: text, check })];
  }
  const known = letterForms.find(({ shape }) => shape.test(text));
  if (known === undefined) return [];
  const check = known.checkFits === undefined ? "absent" : checked(known.checkFits(text));
  return [candidate(known.carrier, known.form, { canonical: text, check })];
}
