/** Who numbers a parcel this way. It does not say who stands at the door (SurePost is UPS's number, USPS's walk). */
export type LabelCarrier =
  | "amazon"
  | "dhl-express"
  | "fedex"
  | "gofo"
  | "gs1"
  | "ontrac"
  | "other"
  | "post"
  | "purolator"
  | "spee-dee"
  | "ups"
  | "usps"
  | "yunexpress";

/** The shape that was recognized; one carrier has several. */
export type LabelForm =
  | "amazon-tb"
  | "dhl-express-10"
  | "fedex-12"
  | "fedex-ground-15"
  | "fedex-ground-96-22"
  | "fedex-ground-96-34"
  | "fedex-express-34"
  | "gofo"
  | "lasership"
  | "ontrac"
  | "other"
  | "purolator-12"
  | "s10"
  | "spee-dee"
  | "sscc"
  | "ups-1z"
  | "ups-waybill"
  | "usps-impb"
  | "usps-pic"
  | "yunexpress";

/**
 * What a check digit said. It is a typing aid and no proof of anything: one random number in ten
 * passes. `absent`: the form has none.
 */
export type CheckDigit = "ok" | "wrong" | "absent";

/** Why a candidate is what it is; for the report of an import and for tests, not for drivers. */
export type CandidateReason =
  | "check-digit-ok"
  | "check-digit-wrong"
  | "check-digit-absent"
  /** A 420 + ZIP routing part was in front. */
  | "routing-dropped"
  /** A GS1 application identifier that is no part of the number was in front. */
  | "identifier-dropped"
  /** Other fields of the code (addresses, say) were read over and kept nowhere. */
  | "other-fields-dropped"
  /** The barcode holds more than the tracking number. */
  | "part-of-barcode"
  /** UPS's MaxiCode splits the 1Z number over three fields. */
  | "reassembled"
  /** The list left out the leading 91 that the check digit needs. */
  | "prefix-restored"
  /** The mailer id does not fit its application identifier. */
  | "mailer-id-unusual"
  /** No form that is known; taken as it stands (route cards, residents' and shops' codes). */
  | "no-known-form";

/** One reading of a scan. */
export interface Candidate {
  readonly carrier: LabelCarrier;
  readonly form: LabelForm;
  /**
   * The code that digests are made of: bare, upper case, without routing, identifiers or spaces, and
   * without anything that depends on which carrier it is taken for.
   */
  readonly canonical: string;
  /** `wrong` is a warning to show: the label may be misread, but test numbers printed by carriers fail their own rule too. */
  readonly check: CheckDigit;
  readonly reasons: readonly CandidateReason[];
}

/** Builds a candidate; the reason for its check digit comes first. */
export function candidate(
  carrier: LabelCarrier,
  form: LabelForm,
  found: {
    readonly canonical: string;
    readonly check: CheckDigit;
    readonly reasons?: readonly CandidateReason[];
  },
): Candidate {
  const { canonical, check, reasons = [] } = found;
  return { carrier, form, canonical, check, reasons: [`check-digit-${check}`, ...reasons] };
}

/** The same candidate with more reasons. */
export function withReasons(found: Candidate, ...reasons: readonly CandidateReason[]): Candidate {
  return { ...found, reasons: [...found.reasons, ...reasons] };
}

/** `ok` or `wrong`. */
export function checked(holds: boolean): CheckDigit {
  return holds ? "ok" : "wrong";
}
