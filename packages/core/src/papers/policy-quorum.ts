import type { Crypto } from "../crypto/port.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { partyOfOrigin } from "./parties.ts";
import { type Member, type MemberKey, type PolicySignature, paperOrigin } from "./policy.ts";
import { checkAssertion } from "./webauthn.ts";

/** The bytes that a member signs for a batch of policies: SHA-256("vestibule/policy/1\n" ‖ JCS(batch)). */
export function policyChallenge(crypto: Crypto, batch: readonly string[]): Uint8Array {
  return crypto.sha256(concat(utf8("vestibule/policy/1\n"), utf8(canonicalize(batch))));
}

/** Who must agree, by the policy in force (a genesis: by itself). */
export interface Electorate {
  readonly members: readonly Member[];
  readonly quorum: { readonly members: number; readonly origins: number };
  /** Members whose objection stands: they no longer count, and all others must sign. */
  readonly objectors: readonly string[];
}

/**
 * Counts the members and independent origins that signed a policy. Every signature must verify: one
 * that does not is refused rather than ignored, so that nobody can pad a policy with noise.
 */
export function checkQuorumSigned(
  crypto: Crypto,
  { hash, sigs }: { readonly hash: string; readonly sigs: readonly PolicySignature[] },
  electorate: Electorate,
): Refusal | undefined {
  const members = new Set<string>();
  const origins = new Set<string>();
  for (const signature of sigs) {
    const key = electorate.members
      .find((member) => member.id === signature.member)
      ?.keys.find((candidate) => candidate.cred === signature.cred);
    if (key === undefined) return refuse("webauthn-credential");
    const bad = checkMemberSignature(crypto, { hash, signature, key });
    if (bad !== undefined) return bad;
    if (electorate.objectors.includes(signature.member)) continue;
    members.add(signature.member);
    origins.add(partyOfOrigin(key.origin));
  }
  if (electorate.objectors.length > 0) {
    const others = electorate.members.filter((member) => !electorate.objectors.includes(member.id));
    if (!others.every((member) => members.has(member.id))) return refuse("policy-objected");
  }
  if (members.size < electorate.quorum.members) return refuse("quorum-members");
  if (origins.size < electorate.quorum.origins) return refuse("quorum-origins");
  return undefined;
}

function checkMemberSignature(
  crypto: Crypto,
  {
    hash,
    signature,
    key,
  }: { readonly hash: string; readonly signature: PolicySignature; readonly key: MemberKey },
): Refusal | undefined {
  const { batch } = signature;
  const sorted = batch.every((entry, index) => index === 0 || (batch[index - 1] ?? "") < entry);
  if (!sorted || !batch.includes(hash)) return refuse("webauthn-challenge", { field: "batch" });
  return checkSignedChallenge(crypto, {
    challenge: policyChallenge(crypto, batch),
    signature,
    key,
  });
}

/** What a member's key signed: a challenge through WebAuthn, or its bytes where it is a paper key. */
export interface MemberAssertion {
  readonly authenticatorData?: string;
  readonly clientDataJSON?: string;
  readonly signature: string;
}

/** Checks one member's signature over a challenge: policies, stops and vetoes alike. */
export function checkSignedChallenge(
  crypto: Crypto,
  {
    challenge,
    signature,
    key,
  }: {
    readonly challenge: Uint8Array;
    readonly signature: MemberAssertion;
    readonly key: MemberKey;
  },
): Refusal | undefined {
  const { authenticatorData, clientDataJSON } = signature;
  if (key.origin === paperOrigin) {
    const raw = decodeBase64url(signature.signature);
    if (authenticatorData !== undefined || clientDataJSON !== undefined)
      return refuse("webauthn-shape");
    return raw !== undefined && crypto.verify(key.jwk, challenge, raw)
      ? undefined
      : refuse("webauthn-signature");
  }
  if (authenticatorData === undefined || clientDataJSON === undefined)
    return refuse("webauthn-shape");
  const assertion = { authenticatorData, clientDataJSON, signature: signature.signature };
  return checkAssertion(crypto, assertion, {
    challenge,
    origin: key.origin,
    rpId: key.rpId,
    jwk: key.jwk,
  });
}
