import {
  assembleProof,
  type Crypto,
  canonicalize,
  codesPerProofMax,
  type ProofPaper,
  type Purpose,
  paperHash,
  proofChallenge,
  type Signer,
  signPaper,
} from "@vestibule/core";
import type { CheckedTicket } from "./check-ticket.ts";
import type { AskFinger } from "./passkey.ts";

/** What a proof is made of. */
export interface ProofParts {
  /** From {@link checkTicket}: its entrance's box is whom the codes are sealed to. */
  readonly ticket: CheckedTicket;
  /** The papers' texts, as the handset holds them. */
  readonly assignment: string;
  readonly grant: string;
  readonly purpose: Purpose;
  /** 1 to 20 canonical codes of the labels in hand. */
  readonly codes: readonly string[];
  readonly jkt: string;
  /** How the handset signs; a badge with `uv` wants a finger instead. */
  readonly by:
    | { readonly kind: "key"; readonly signer: Signer }
    | { readonly kind: "finger"; readonly ask: AskFinger };
}

/**
 * Makes the proof: I am at this door now, and these are the codes on the parcels in my hand.
 *
 * @throws RangeError when there is no code or there are more than 20.
 */
export async function makeProof(crypto: Crypto, parts: ProofParts): Promise<ProofPaper> {
  const { ticket, entrance } = parts.ticket;
  if (parts.codes.length === 0 || parts.codes.length > codesPerProofMax)
    throw new RangeError(`a proof holds 1 to ${codesPerProofMax} codes`);
  const body = await assembleProof({
    ticket: ticket.hash,
    grant: paperHash(crypto, parts.grant),
    asg: paperHash(crypto, parts.assignment),
    jkt: parts.jkt,
    ent: entrance.ent,
    purpose: parts.purpose,
    box: { ctl: entrance.ctl, seal: entrance.seal },
    codes: parts.codes,
    jti: globalThis.crypto.getRandomValues(new Uint8Array(16)),
  });
  if (parts.by.kind === "key")
    return { kind: "jws", text: await signPaper("proof", body, parts.by.signer) };
  const text = canonicalize(body);
  return {
    kind: "assertion",
    body: text,
    assertion: await parts.by.ask(proofChallenge(crypto, text)),
  };
}
