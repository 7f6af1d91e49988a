import type { Crypto } from "../crypto/port.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { concat, equalBytes, utf8 } from "../encoding/bytes.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";

/** Size of the secret on the card inside the box; never sent. */
export const claimSecretBytes = 16;

/** What a box offers before it belongs to a building. */
export interface ClaimOffer {
  /** Thumbprint of the box's key. */
  readonly ctl: string;
  /** X25519 public key, base64url of 32 bytes. */
  readonly seal: string;
  /** 32 random bytes, base64url. */
  readonly nonce: string;
}

/** HMAC(claim, "offer" ‖ ctl ‖ seal ‖ nonce): this box holds the card's secret. */
export function offerMac(crypto: Crypto, claim: Uint8Array, offer: ClaimOffer): Uint8Array {
  return crypto.hmacSha256(
    claim,
    concat(utf8("offer"), raw(offer.ctl), raw(offer.seal), raw(offer.nonce)),
  );
}

/** HMAC(claim, "adopt" ‖ nonce ‖ bld ‖ hash of the policy in force): whoever holds the card names the building. */
export function adoptMac(
  crypto: Crypto,
  claim: Uint8Array,
  { nonce, bld, policy }: { readonly nonce: string; readonly bld: string; readonly policy: string },
): Uint8Array {
  return crypto.hmacSha256(claim, concat(utf8("adopt"), raw(nonce), raw(bld), raw(policy)));
}

/** HMAC(claim, "done" ‖ nonce ‖ bld ‖ that hash ‖ ctl): the box has pinned it and burned the claim. */
export function doneMac(
  crypto: Crypto,
  claim: Uint8Array,
  {
    nonce,
    bld,
    policy,
    ctl,
  }: {
    readonly nonce: string;
    readonly bld: string;
    readonly policy: string;
    readonly ctl: string;
  },
): Uint8Array {
  return crypto.hmacSha256(
    claim,
    concat(utf8("done"), raw(nonce), raw(bld), raw(policy), raw(ctl)),
  );
}

function raw(text: string): Uint8Array {
  const bytes = decodeBase64url(text);
  if (bytes === undefined) throw new TypeError("a claim's part is not base64url");
  return bytes;
}

/**
 * The page's check of what a box offers: keys of the right size, under the card's secret. Only then are
 * they named in a policy.
 */
export function checkOffer(
  crypto: Crypto,
  claim: Uint8Array,
  { offer, mac }: { readonly offer: ClaimOffer; readonly mac: Uint8Array },
): Refusal | undefined {
  if (claim.length < claimSecretBytes) return refuse("shape", { field: "claim" });
  for (const part of [offer.ctl, offer.seal, offer.nonce])
    if (decodeBase64url(part)?.length !== 32) return refuse("shape", { field: "offer" });
  return equalBytes(offerMac(crypto, claim, offer), mac) ? undefined : refuse("sig");
}
