import { type Candidate, candidate, checked, withReasons } from "./candidate.ts";
import { dhlCheckFits, fedexCheckFits, gs1CheckFits, luhnCheckFits } from "./check-digits.ts";

/** The readings of a number of digits alone, checked or not; `recognize` picks among them. */
export function readDigitForms(digits: string): readonly Candidate[] {
  if (digits.startsWith("420")) {
    const routed = readRouted(digits);
    if (routed.some(({ check }) => check === "ok")) return routed;
    const fedex = digits.length === 34 ? [fedex34(digits)] : [];
    const better = fedex.filter(({ check }) => check === "ok" || routed.length === 0);
    if (routed.length + better.length > 0) return [...routed, ...better];
  }
  switch (digits.length) {
    case 10:
      return [
        candidate("dhl-express", "dhl-express-10", {
          canonical: digits,
          check: checked(dhlCheckFits(digits)),
        }),
      ];
    case 12:
      return readTwelve(digits);
    case 15:
      return [fedexGround(digits, "fedex-ground-15")];
    case 18:
      return [readSscc(digits)];
    case 34:
      return [fedex34(digits)];
    default:
      return readUnrouted(digits);
  }
}

/** An SSCC without its identifier: extension digit, company prefix, serial, check digit. */
export function readSscc(digits: string): Candidate {
  return candidate("gs1", "sscc", { canonical: digits, check: checked(gs1CheckFits(digits)) });
}

/**
 * The readings behind a 420 routing part. Nothing says whether the ZIP has 5 or 9 digits, so both
 * splits are tried; both may check, and then both stay.
 */
export function readRouted(digits: string): readonly Candidate[] {
  return [5, 9]
    .flatMap((zipLength) => readUnrouted(digits.slice(3 + zipLength)))
    .filter(({ form }) => form === "usps-impb" || form === "usps-pic" || form === "sscc")
    .map((found) => withReasons(found, "routing-dropped"));
}

/** Numbers that may stand behind a routing part, and FedEx Ground's that begin likewise. */
function readUnrouted(digits: string): readonly Candidate[] {
  const { length } = digits;
  if (length === 20) return readTwenty(digits);
  if (length === 22 && digits.startsWith("91")) return [readPic91(digits)];
  if (length === 22 && digits.startsWith("96")) return [fedexGround(digits, "fedex-ground-96-22")];
  const impb =
    ((length === 22 || length === 26) && /^9[2-5]/.test(digits)) ||
    (length === 30 && digits.startsWith("94"));
  return impb ? [readImpb(digits)] : [];
}

function readImpb(digits: string): Candidate {
  const found = candidate("usps", "usps-impb", {
    canonical: digits,
    check: checked(gs1CheckFits(digits)),
  });
  // 92 goes with a mailer id of 9 digits, which begins with 9; 93 with one of 6, which does not.
  const longMailerId = digits.charAt(5) === "9";
  const unusual =
    (digits.startsWith("92") && !longMailerId) || (digits.startsWith("93") && longMailerId);
  return unusual ? withReasons(found, "mailer-id-unusual") : found;
}

/** 91 may be counted in the check digit or be a mere identifier; at most one of both can fit. */
function readPic91(digits: string): Candidate {
  const bare = digits.slice(2);
  return !gs1CheckFits(digits) && gs1CheckFits(bare)
    ? candidate("usps", "usps-pic", {
        canonical: bare,
        check: "ok",
        reasons: ["identifier-dropped"],
      })
    : candidate("usps", "usps-pic", { canonical: digits, check: checked(gs1CheckFits(digits)) });
}

/**
 * 20 digits: an SSCC with its identifier 00, or a legacy USPS number, perhaps without the leading 91
 * that its check digit counts; of these two at most one can check.
 */
function readTwenty(digits: string): readonly Candidate[] {
  if (digits.startsWith("00"))
    return [withReasons(readSscc(digits.slice(2)), "identifier-dropped")];
  if (gs1CheckFits(`91${digits}`)) {
    return [withReasons(readPic91(`91${digits}`), "prefix-restored")];
  }
  return [
    candidate("usps", "usps-pic", { canonical: digits, check: checked(gs1CheckFits(digits)) }),
  ];
}

function readTwelve(digits: string): readonly Candidate[] {
  return [
    candidate("fedex", "fedex-12", {
      canonical: digits,
      check: checked(fedexCheckFits(digits, [3, 1, 7])),
    }),
    candidate("purolator", "purolator-12", {
      canonical: digits,
      check: checked(luhnCheckFits(digits)),
    }),
  ];
}

/** The last 15 digits are the tracking number: shipper 7, package 7, check digit. */
function fedexGround(digits: string, form: "fedex-ground-15" | "fedex-ground-96-22"): Candidate {
  const canonical = digits.slice(-15);
  const found = candidate("fedex", form, { canonical, check: checked(gs1CheckFits(canonical)) });
  return digits === canonical ? found : withReasons(found, "part-of-barcode");
}

/** The check digit covers the last 14 digits, the tracking number is the last 12. */
function fedex34(digits: string): Candidate {
  return candidate("fedex", digits.startsWith("96") ? "fedex-ground-96-34" : "fedex-express-34", {
    canonical: digits.slice(-12),
    check: checked(fedexCheckFits(digits.slice(-14), [1, 7, 3])),
    reasons: ["part-of-barcode"],
  });
}
