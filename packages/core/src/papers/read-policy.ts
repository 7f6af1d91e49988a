import type { Crypto } from "../crypto/port.ts";
import { hashText } from "../crypto/thumbprint.ts";
import { utf8 } from "../encoding/bytes.ts";
import { canonicalize, parseCanonical } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { readShape, refusePaper } from "./jws.ts";
import { policyBytesMax } from "./limits.ts";
import { type Policy, type PolicySignature, policyEnvelope } from "./policy.ts";

/** A policy as it was read: shape right, nothing else known about it. */
export interface ReadPolicy {
  readonly kind: "read";
  readonly policy: Policy;
  readonly sigs: readonly PolicySignature[];
  /** SHA-256 of the JCS of the policy without its signatures. */
  readonly hash: string;
  /** The identity of the building: the hash of its genesis policy. */
  readonly bld: string;
  readonly text: string;
}

/** What a policy's text says, without its name: all that showing it needs, and no cryptography. */
export function readPolicyText(
  text: string,
): Pick<ReadPolicy, "kind" | "policy" | "sigs"> | Refusal {
  if (text.length > policyBytesMax) return refuse("size");
  const read = readShape(parseCanonical(text), policyEnvelope);
  if (read.kind === "refused") return refusePaper(read.refusal);
  const { policy, sigs } = read.body;
  return { kind: "read", policy, sigs };
}

/** Reads a policy envelope: size, canonical form, shape. */
export function readPolicy(crypto: Crypto, text: string): ReadPolicy | Refusal {
  const read = readPolicyText(text);
  if (read.kind === "refused") return read;
  const { policy, sigs } = read;
  const hash = policyHash(crypto, policy);
  return { kind: "read", policy, sigs, hash, bld: policy.bld ?? hash, text };
}

/** The hash by which a policy is named: SHA-256 of its JCS, signatures left out. */
export function policyHash(crypto: Crypto, policy: Policy): string {
  return hashText(crypto, utf8(canonicalize(policy)));
}

/** The text in which a policy travels. */
export function policyText(policy: Policy, sigs: readonly PolicySignature[]): string {
  return canonicalize({ policy, sigs });
}
