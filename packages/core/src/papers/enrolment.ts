import type { Crypto, PublicJwk } from "../crypto/port.ts";
import { thumbprint } from "../crypto/thumbprint.ts";
import { concat, equalBytes, utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { domain, flag, hash, matching, object } from "./shape.ts";
import { type Assertion, checkAssertion } from "./webauthn.ts";

/** What handset and vetter agree on when a driver enrols; the MAC binds each member. */
export const enrolmentTerms = object({
  app: domain,
  car: hash,
  clr: hash,
  drv: matching(/^[A-Za-z0-9_-]{8,64}$/, 64),
  jkt: hash,
  uv: flag,
});
export type EnrolmentTerms = ReturnType<typeof enrolmentTerms>;

/** The secret's size: it comes in the fragment of the vetter's link and is never sent. */
export const enrolmentSecretBytes = 16;
/** How long an enrolment link works, in seconds. */
export const enrolmentLifetimeS = 86_400;

/** HMAC(secret, "vestibule/enrol/1\n" ‖ JCS{jkt, car, clr, drv, app, uv}). */
export function enrolmentMac(
  crypto: Crypto,
  secret: Uint8Array,
  terms: EnrolmentTerms,
): Uint8Array {
  return crypto.hmacSha256(secret, enrolmentMessage(terms));
}

/** The bytes that the handset also signs with its new key, to show that it holds it. */
export function enrolmentMessage(terms: EnrolmentTerms): Uint8Array {
  return concat(utf8("vestibule/enrol/1\n"), utf8(canonicalize(terms)));
}

/** The challenge that a passkey signs in place of the message: SHA-256 of it. */
export function enrolmentChallenge(crypto: Crypto, terms: EnrolmentTerms): Uint8Array {
  return crypto.sha256(enrolmentMessage(terms));
}

/**
 * Whether the handset showed that it holds its key: a signature of the message or, where the terms say
 * `uv`, an assertion made with a finger at the app; never the one for the other.
 */
export function checkPossession(
  crypto: Crypto,
  { jwk, terms }: { readonly jwk: PublicJwk; readonly terms: EnrolmentTerms },
  shown: Uint8Array | Assertion,
): Refusal | undefined {
  if (shown instanceof Uint8Array) {
    if (terms.uv) return refuse("uv-missing");
    return crypto.verify(jwk, enrolmentMessage(terms), shown) ? undefined : refuse("sig");
  }
  if (!terms.uv) return refuse("typ");
  const challenge = enrolmentChallenge(crypto, terms);
  const { app } = terms;
  return checkAssertion(crypto, shown, { challenge, origin: `https://${app}`, rpId: app, jwk });
}

/** Whether a MAC fits: only the page that was opened with the vetter's link can make it. */
export function enrolmentMacFits(
  crypto: Crypto,
  secret: Uint8Array,
  { terms, mac }: { readonly terms: EnrolmentTerms; readonly mac: Uint8Array },
): boolean {
  return equalBytes(enrolmentMac(crypto, secret, terms), mac);
}

/** What the handset sends back through whoever carries bytes. */
export interface EnrolmentAnswer {
  readonly jwk: PublicJwk;
  /** HMAC under the link's secret: whoever opened the vetter's link made this key. */
  readonly mac: Uint8Array;
  /** By the new key over the same message: it holds the private half. With `uv`, an assertion. */
  readonly signature: Uint8Array | Assertion;
}

/**
 * The vetter's check before it signs a badge, of an answer to a link that it made at `madeAt` (epoch
 * seconds) and that was not used before. `terms` are the vetter's own; only `jkt` is the handset's.
 */
export function checkEnrolment(
  crypto: Crypto,
  link: {
    readonly secret: Uint8Array;
    readonly terms: Omit<EnrolmentTerms, "jkt">;
    readonly madeAt: number;
    readonly at: number;
  },
  { jwk, mac, signature }: EnrolmentAnswer,
): { readonly kind: "enrolled"; readonly terms: EnrolmentTerms } | Refusal {
  if (link.at >= link.madeAt + enrolmentLifetimeS)
    return refuse("expired", { until: link.madeAt + enrolmentLifetimeS });
  if (link.secret.length < enrolmentSecretBytes) return refuse("shape", { field: "secret" });
  if (jwk.kty !== "EC") return refuse("alg");
  const terms: EnrolmentTerms = { ...link.terms, jkt: thumbprint(crypto, jwk) };
  if (!enrolmentMacFits(crypto, link.secret, { terms, mac })) return refuse("handset-mismatch");
  return checkPossession(crypto, { jwk, terms }, signature) ?? { kind: "enrolled", terms };
}
