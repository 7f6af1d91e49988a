import type { Crypto, PublicJwk } from "../crypto/port.ts";
import { hashText } from "../crypto/thumbprint.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { parseCanonical } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type Proof, proofBody } from "../papers/bodies.ts";
import {
  type Claimed,
  type OpenContext,
  readPaper,
  readShape,
  refusePaper,
  verifyPaper,
} from "../papers/jws.ts";
import { paperBytesMax } from "../papers/limits.ts";
import { checkAssertion } from "../papers/webauthn.ts";
import type { ProofPaper } from "./facts.ts";

/** A proof as it was read, in the form it came in. */
export type ClaimedProof =
  | { readonly kind: "jws"; readonly body: Proof; readonly claimed: Claimed<Proof> }
  | {
      readonly kind: "assertion";
      readonly body: Proof;
      readonly paper: ProofPaper & { readonly kind: "assertion" };
    };

/** The proof's signature holds; `hash`, of what was signed, names it in tickets and receipts. */
export interface VerifiedProof {
  readonly kind: "verified";
  readonly hash: string;
}

/** The challenge of a proof made with a finger: SHA-256("vestibule/proof/1\n" ‖ JCS(body)). */
export function proofChallenge(crypto: Crypto, body: string): Uint8Array {
  return crypto.sha256(concat(utf8("vestibule/proof/1\n"), utf8(body)));
}

/** The hash that names a proof, without verifying it: to tell a replay from a second proof. */
export function proofHash(crypto: Crypto, proof: ProofPaper): string {
  const signed =
    proof.kind === "jws" ? proof.text.slice(0, proof.text.lastIndexOf(".")) : proof.body;
  return hashText(crypto, utf8(signed));
}

/** Reads a proof's claims before its signature is looked at: shape and size come first. */
export function readProof(context: OpenContext, proof: ProofPaper): ClaimedProof | Refusal {
  if (proof.kind === "jws") {
    const claimed = readPaper(context, { kind: "proof", text: proof.text, body: proofBody });
    return claimed.kind === "refused"
      ? refusePaper(claimed.refusal)
      : { kind: "jws", body: claimed.body, claimed };
  }
  if (proof.body.length > paperBytesMax.proof) return refuse("size");
  const read = readShape(parseCanonical(proof.body), proofBody);
  return read.kind === "refused"
    ? refusePaper(read.refusal)
    : { kind: "assertion", body: read.body, paper: proof };
}

/**
 * Verifies a proof's signature: an ES256 JWS, or, where the badge says `uv`, an assertion made at the
 * badge's app with a finger; never the one for the other.
 */
export function verifyProof(
  context: OpenContext,
  proof: ClaimedProof,
  by: {
    readonly handset: PublicJwk;
    readonly jkt: string;
    readonly uv: boolean;
    readonly app: string;
  },
): VerifiedProof | Refusal {
  if (proof.kind === "jws") {
    if (by.uv) return refuse("uv-missing");
    const paper = { kind: "proof", claimed: proof.claimed, keyId: by.jkt } as const;
    const opened = verifyPaper(context, paper, by.handset);
    return opened.kind === "refused"
      ? refusePaper(opened.refusal)
      : { kind: "verified", hash: opened.hash };
  }
  if (!by.uv) return refuse("typ");
  const challenge = proofChallenge(context.crypto, proof.paper.body);
  const expected = { challenge, origin: `https://${by.app}`, rpId: by.app, jwk: by.handset };
  return (
    checkAssertion(context.crypto, proof.paper.assertion, expected) ?? {
      kind: "verified",
      hash: proofHash(context.crypto, proof.paper),
    }
  );
}
