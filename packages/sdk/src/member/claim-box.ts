import {
  adoptMac,
  type Crypto,
  claimSecretBytes,
  decodeBase64url,
  doneMac,
  encodeBase64url,
  equalBytes,
  offerMac,
} from "@vestibule/core";
import type { ControllerOffer } from "../client/building-answers.ts";

/** The secret on the card in the box, as its QR code or a person's typing gives it. */
export function readClaimCard(text: string): Uint8Array | undefined {
  const bytes = decodeBase64url(text.trim().replace(/^vestibule:claim\//, ""));
  return bytes !== undefined && bytes.length >= claimSecretBytes ? bytes : undefined;
}

/** The text of a claim card. */
export function claimCardText(secret: Uint8Array): string {
  return `vestibule:claim/${encodeBase64url(secret)}`;
}

/** Which of the waiting boxes holds the card's secret; the others may be anybody's. */
export function offerOfCard(
  crypto: Crypto,
  claim: Uint8Array,
  offers: readonly ControllerOffer[],
): ControllerOffer | undefined {
  return offers.find((offer) => fits(offerMac(crypto, claim, offer), offer.mac));
}

/** What the page answers: which building this box belongs to, bound to its offer's nonce. */
export function adoptAnswer(
  crypto: Crypto,
  claim: Uint8Array,
  adopt: {
    readonly offer: ControllerOffer;
    readonly bld: string;
    /** Hash of the policy in force. */
    readonly policy: string;
  },
): { readonly ctl: string; readonly nonce: string; readonly mac: string } {
  const { ctl, nonce } = adopt.offer;
  const mac = adoptMac(crypto, claim, { nonce, bld: adopt.bld, policy: adopt.policy });
  return { ctl, nonce, mac: encodeBase64url(mac) };
}

/** Whether the box's last word is its own: it pinned this building and burned the claim. */
export function adoptionDone(
  crypto: Crypto,
  claim: Uint8Array,
  done: {
    readonly offer: ControllerOffer;
    readonly bld: string;
    readonly policy: string;
    readonly mac: string;
  },
): boolean {
  const { ctl, nonce } = done.offer;
  return fits(doneMac(crypto, claim, { nonce, bld: done.bld, policy: done.policy, ctl }), done.mac);
}

function fits(expected: Uint8Array, text: string): boolean {
  const mac = decodeBase64url(text);
  return mac !== undefined && equalBytes(expected, mac);
}
