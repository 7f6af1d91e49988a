import type { Crypto, PublicJwk } from "../crypto/port.ts";
import { hashText } from "../crypto/thumbprint.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { parseCanonical } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type Proof, proofBody } from "../papers/bodies.ts";
import { readPaper, readShape, refusePaper, verifyPaper } from "../papers/jws.ts";
import { paperBytesMax } from "../papers/limits.ts";
import { checkAssertion } from "../papers/webauthn.ts";
import type { DoorState, ProofPaper } from "./facts.ts";

/** A proof whose signature verified under the handset's key. */
export interface VerifiedProof {
  readonly kind: "proof";
  readonly body: Proof;
  /** Hash of what was signed; names the proof in tickets and receipts. */
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
export function readProof(
  state: DoorState,
  proof: ProofPaper,
): { readonly kind: "claims"; readonly body: Proof } | Refusal {
  if (proof.kind === "jws") {
    const claimed = readPaper(state, { kind: "proof", text: proof.text, body: proofBody });
    return claimed.kind === "refused"
      ? refusePaper(claimed.refusal)
      : { kind: "claims", body: claimed.body };
  }
  if (proof.body.length > paperBytesMax.proof) return refuse("size");
  const json = parseCanonical(proof.body);
  if (json === undefined) return refuse("shape");
  const read = readShape(json, proofBody);
  return read.kind === "refused" ? refusePaper(read.refusal) : { kind: "claims", body: read.body };
}

/**
 * Verifies a proof's signature: an ES256 JWS, or, where the badge says `uv`, an assertion made at the
 * badge's app with a finger.
 */
export function verifyProof(
  state: DoorState,
  proof: ProofPaper,
  by: {
    readonly handset: PublicJwk;
    readonly jkt: string;
    readonly uv: boolean;
    readonly app: string;
  },
): VerifiedProof | Refusal {
  if (by.uv && proof.kind === "jws") return refuse("uv-missing");
  const hash = proofHash(state.crypto, proof);
  if (proof.kind === "jws") {
    const claimed = readPaper(state, { kind: "proof", text: proof.text, body: proofBody });
    if (claimed.kind === "refused") return refusePaper(claimed.refusal);
    if (claimed.kid !== by.jkt) return refuse("kid-unknown");
    const opened = verifyPaper(state, { kind: "proof", claimed }, by.handset);
    return opened.kind === "refused"
      ? refusePaper(opened.refusal)
      : { kind: "proof", body: opened.body, hash };
  }
  const claims = readProof(state, proof);
  if (claims.kind === "refused") return claims;
  const challenge = proofChallenge(state.crypto, proof.body);
  const expected = { challenge, origin: `https://${by.app}`, rpId: by.app, jwk: by.handset };
  return (
    checkAssertion(state.crypto, proof.assertion, expected) ?? {
      kind: "proof",
      body: claims.body,
      hash,
    }
  );
}
