import {
  type Crypto,
  canonicalize,
  checkPossession,
  decodeBase64url,
  type EnrolmentTerms,
  encodeBase64url,
  enrolmentChallenge,
  enrolmentMac,
  enrolmentMacFits,
  enrolmentMessage,
  enrolmentSecretBytes,
  hashText,
  parseCanonical,
  type Signer,
  thumbprint,
  utf8,
} from "@vestibule/core";
import type { EnrolmentAnswer } from "../client/answers.ts";
import {
  AnswerError,
  flag,
  hash,
  integer,
  matching,
  object,
  optional,
  text,
} from "../wire/reader.ts";
import type { Passkey } from "./passkey.ts";

/** The version of the consent text (L.L. 63/2021, T11) that today's driver app shows. */
export const driverConsentVersion = "driver-2026-11";
/** Of the text that it shows where each opening asks for a finger. */
export const driverFingerConsentVersion = "driver-finger-2026-11";

/** What a vetter's link says; it stands in the fragment, which no server sees. */
export interface EnrolmentLink {
  /** Names the enrolment at the relay; says nothing of the secret. */
  readonly id: string;
  /** 16 random bytes, base64url. */
  readonly secret: string;
  /** All terms but the key, which the handset makes. */
  readonly terms: Omit<EnrolmentTerms, "jkt">;
  /** Origin of the host that relays the answer. */
  readonly host: string;
  /** When the link ends, epoch seconds, by the vetter's clock. */
  readonly until: number;
  /** Carrier and vetter as people know them, such as their domains; shown, and verified nowhere. */
  readonly names?: { readonly carrier: string; readonly vetter: string };
}

/** A name in one line: nothing that could break a sentence or a screen. */
const personal = matching(/^[^\p{C}]{1,80}$/u);
const linkReader = object({
  host: matching(/^https?:\/\/[^/?#]+$/),
  id: matching(/^[A-Za-z0-9_-]{22}$/),
  secret: matching(/^[A-Za-z0-9_-]{22}$/),
  terms: object({
    app: text,
    car: hash,
    clr: hash,
    drv: matching(/^[A-Za-z0-9_-]{8,64}$/),
    uv: flag,
  }),
  until: integer,
  names: optional(object({ carrier: personal, vetter: personal })),
  v: integer,
});

/** The address that the vetter gives to the person it screened. */
export function enrolmentUrl(driverOrigin: string, link: EnrolmentLink): string {
  const body = encodeBase64url(utf8(canonicalize({ v: 1, ...link })));
  return `${driverOrigin}/#enrol=${body}`;
}

/** Reads the fragment of a vetter's link (`#enrol=...`); `undefined` where it is none or damaged. */
export function readEnrolmentLink(fragment: string): EnrolmentLink | undefined {
  const body = /^#?enrol=([A-Za-z0-9_-]{1,3000})$/.exec(fragment)?.[1];
  const bytes = body === undefined ? undefined : decodeBase64url(body);
  if (bytes === undefined) return undefined;
  try {
    const { v, ...link } = linkReader(parseCanonical(new TextDecoder().decode(bytes)), "");
    return v === 1 ? link : undefined;
  } catch (error) {
    if (error instanceof AnswerError) return undefined;
    throw error;
  }
}

/**
 * The handset's answer to the link: its new key, the MAC that only the link's holder can make, and
 * the key's own signature; where the link says `uv`, the assertion of a finger. `consent` is the
 * version of the text that the driver agreed to on screen before this is called.
 *
 * @throws TypeError when the key is not on P-256, or of the other kind than the link asks for.
 */
export async function answerEnrolment(
  crypto: Crypto,
  link: EnrolmentLink,
  { signer, consent }: { readonly signer: Signer | Passkey; readonly consent: string },
): Promise<EnrolmentAnswer> {
  const { jwk } = signer;
  if (jwk.kty !== "EC") throw new TypeError("a handset's key must be on P-256");
  if (link.terms.uv !== "ask" in signer)
    throw new TypeError("a link with uv wants a passkey, and one without it a plain key");
  const terms: EnrolmentTerms = { ...link.terms, jkt: signer.kid };
  const secret = decodeBase64url(link.secret) ?? new Uint8Array();
  return {
    id: link.id,
    jwk,
    mac: encodeBase64url(enrolmentMac(crypto, secret, terms)),
    sig:
      "ask" in signer
        ? await signer.ask(enrolmentChallenge(crypto, terms))
        : encodeBase64url(await signer.sign(enrolmentMessage(terms))),
    terms,
    consent,
  };
}

/** Why a vetter signs nothing. */
export type EnrolmentRefusal =
  | "enrol-terms"
  | "enrol-key"
  | "enrol-mac"
  | "enrol-signature"
  /** The link asks for a finger at each opening; the answer does not show one, made at the app. */
  | "enrol-finger"
  | "enrol-expired";

/**
 * The vetter's check of an answer: it is about the person invited, comes from the page that had the
 * link, and from a phone that holds the key. `at` in epoch seconds.
 */
export function checkEnrolment(
  crypto: Crypto,
  link: EnrolmentLink,
  { answer, at }: { readonly answer: EnrolmentAnswer; readonly at: number },
):
  | { readonly kind: "checked"; readonly jkt: string; readonly inv: string }
  | { readonly kind: "refused"; readonly code: EnrolmentRefusal } {
  const refused = (code: EnrolmentRefusal) => ({ kind: "refused", code }) as const;
  if (at >= link.until) return refused("enrol-expired");
  const terms: EnrolmentTerms = { ...link.terms, jkt: answer.terms.jkt };
  if (answer.id !== link.id || canonicalize(terms) !== canonicalize(answer.terms))
    return refused("enrol-terms");
  if (thumbprint(crypto, answer.jwk) !== terms.jkt) return refused("enrol-key");
  const secret = decodeBase64url(link.secret);
  const mac = decodeBase64url(answer.mac);
  if (secret?.length !== enrolmentSecretBytes || mac === undefined) return refused("enrol-mac");
  if (!enrolmentMacFits(crypto, secret, { terms, mac })) return refused("enrol-mac");
  const shown = typeof answer.sig === "string" ? decodeBase64url(answer.sig) : answer.sig;
  const held = shown && checkPossession(crypto, { jwk: answer.jwk, terms }, shown);
  if (shown === undefined || held?.kind === "refused")
    return refused(terms.uv ? "enrol-finger" : "enrol-signature");
  return { kind: "checked", jkt: terms.jkt, inv: enrolmentHash(crypto, answer) };
}

/** `inv` of a badge: the hash of consent and enrolment. */
export function enrolmentHash(
  crypto: Crypto,
  { consent, mac, terms }: Pick<EnrolmentAnswer, "consent" | "mac" | "terms">,
): string {
  return hashText(crypto, utf8(canonicalize({ consent, mac, terms })));
}
