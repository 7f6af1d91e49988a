/** The columns a manifest may have. */
export const columns = [
  "tracking",
  "building",
  "address",
  "unit",
  "driver",
  "date",
  "from",
  "until",
  "window",
  "zone",
  "purpose",
] as const;
/** One of {@link columns}. */
export type Column = (typeof columns)[number];

/** Everything that may be wrong with a line, with what to do. Values are never repeated: they may be codes. */
export const issueTexts = {
  "quote-broken": {
    reason: "A quotation mark is opened and not closed, or text follows a closing one.",
    mend: 'Close it, and write a quotation mark inside a field twice ("").',
  },
  "columns-many": {
    reason: "The line has more fields than the header.",
    mend: "Put a field that contains the separator in quotation marks.",
  },
  "not-utf8": {
    reason: "The line has characters that are not UTF-8.",
    mend: "Save the file as UTF-8 (in spreadsheets: CSV UTF-8).",
  },
  "line-long": {
    reason: "The line is longer than 16,384 characters.",
    mend: "Split or remove it.",
  },
  "json-broken": { reason: "The line is not a JSON object.", mend: "Write one object per line." },
  "value-kind": {
    reason: "The value is neither text nor a whole number.",
    mend: "Write it as text in quotation marks.",
  },
  "tracking-missing": {
    reason: "There is no tracking number.",
    mend: "Write the number as it stands on the label.",
  },
  "label-empty": {
    reason: "The tracking number is empty.",
    mend: "Write the number as it stands on the label.",
  },
  "label-too-long": {
    reason: "The tracking number is too long.",
    mend: "Write the number alone, without other fields of the barcode.",
  },
  "label-characters": {
    reason: "The tracking number has characters that no label has.",
    mend: "Write letters, digits and hyphens alone.",
  },
  "label-routing-only": {
    reason: "This is the routing code of a ZIP, not a tracking number.",
    mend: "Write the longer number of the label.",
  },
  "label-unknown": {
    reason: "The tracking number has no form that is known.",
    mend: "Check that the spreadsheet did not shorten it (1.2E+21); format the column as text.",
  },
  "label-several": {
    reason: "The tracking number can be read in several ways.",
    mend: "Write it without its routing part (420 and ZIP).",
  },
  "label-check-digit": {
    reason: "The tracking number's check digit is wrong; it was taken all the same.",
    mend: "Compare it with the label.",
  },
  "parcel-twice": {
    reason: "The same parcel stands on an earlier line; that line was taken.",
    mend: "Remove one of the two.",
  },
  "building-missing": {
    reason: "There is neither a building code nor an address.",
    mend: "Fill in one of the two.",
  },
  "building-unknown": {
    reason: "No building with a proved address answers to this name.",
    mend: "Check the spelling; the building may have no Vestibule.",
  },
  "building-several": {
    reason: "Several buildings answer to this name.",
    mend: "Use the building code, or a fuller address.",
  },
  "building-alarm": {
    reason: "Another building now claims this address; it may be a fraud.",
    mend: "Ask the building's manager by another way before you change the address book.",
  },
  "building-refused": {
    reason: "The building's signed policy could not be verified.",
    mend: "Ask the building's manager; nothing is sealed to boxes that nobody vouches for.",
  },
  "driver-missing": { reason: "There is no driver.", mend: "Fill in the driver." },
  "driver-unknown": {
    reason: "No badge is kept for this driver.",
    mend: "Put the driver's badge file into the folder of badges, or mend the name.",
  },
  "driver-several": {
    reason: "Several living badges are kept under this driver's name.",
    mend: "Use the badge's drv instead of the name.",
  },
  "window-missing": {
    reason: "The line does not say when the driver may come.",
    mend: "Fill in from and until (or window), or give --window.",
  },
  "time-form": {
    reason: "The time was not understood.",
    mend: "Write 2026-11-18 08:00 (or 08:00 with a date column), or ISO 8601.",
  },
  "zone-missing": {
    reason: "The time has no zone.",
    mend: "Add a zone column such as America/New_York, or give --tz.",
  },
  "zone-unknown": { reason: "The time zone is unknown.", mend: "Write it as America/New_York." },
  "time-skipped": {
    reason: "This time does not exist: the clocks go forward over it.",
    mend: "Write an hour later.",
  },
  "window-order": {
    reason: "The window ends before it begins.",
    mend: "Exchange the two, or add the date of the next day.",
  },
  "window-long": { reason: "The window is longer than 16 hours.", mend: "Split it into shifts." },
  "window-past": { reason: "The window has ended already.", mend: "Write a window to come." },
  "purpose-unknown": {
    reason: "The purpose was not understood.",
    mend: "Write deliver, collect or round.",
  },
  "door-refused": {
    reason: "The building's policy does not admit this.",
    mend: "See the code; ask the building's manager or choose another window.",
  },
  "upload-failed": {
    reason: "The signed paper could not be delivered.",
    mend: "Run the same import again: the very same papers are sent.",
  },
} as const;
/** A code of {@link issueTexts}. */
export type IssueCode = keyof typeof issueTexts;

/** What was not understood, where. */
export interface Issue {
  /** The line of the file, from 1. */
  readonly line: number;
  readonly column: Column | null;
  readonly code: IssueCode;
  /** The parcel was taken all the same. */
  readonly warning: boolean;
  /** A refusal or fault code behind it. */
  readonly because?: string;
}

const warnings: ReadonlySet<IssueCode> = new Set(["label-check-digit", "parcel-twice"]);

/** Makes an issue. */
export function issue(
  line: number,
  code: IssueCode,
  { column = null, because }: { readonly column?: Column | null; readonly because?: string } = {},
): Issue {
  const reason = because === undefined ? {} : { because };
  return { line, column, code, warning: warnings.has(code), ...reason };
}
