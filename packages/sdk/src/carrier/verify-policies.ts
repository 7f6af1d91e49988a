import {
  type AcceptedPolicy,
  acceptPolicy,
  type Crypto,
  type Refusal,
  readPolicy,
  refuse,
  restorePolicy,
} from "@vestibule/core";

/** A policy that was verified before and is kept, with the moment from which it counts. */
export interface PinnedPolicy {
  readonly text: string;
  /** Epoch seconds. */
  readonly inForceFrom: number;
}

/** What a host says a building's policies are, and what is known already. */
export interface PoliciesOffered {
  /** Oldest first; genesis first where nothing is pinned. */
  readonly texts: readonly string[];
  /** The building's identity, pinned by its address: the hash of its genesis. */
  readonly bld: string;
  /** The newest policies verified earlier, oldest first. */
  readonly pinned: readonly PinnedPolicy[];
  /** The present, epoch seconds. */
  readonly at: number;
}

/**
 * Follows a building's chain of policies from its genesis, or from what was verified earlier, to the
 * newest: every link by core's own rules and the quorum of the members before it. A host's word counts
 * for nothing here, so it cannot name a box of its own to seal peppers to.
 */
export function verifyPolicies(
  crypto: Crypto,
  offered: PoliciesOffered,
): { readonly kind: "verified"; readonly chain: readonly AcceptedPolicy[] } | Refusal {
  const chain: AcceptedPolicy[] = [];
  for (const pinned of offered.pinned) {
    const restored = restorePolicy(crypto, pinned);
    if ("kind" in restored) return restored;
    chain.push(restored);
  }
  for (const text of offered.texts) {
    const read = readPolicy(crypto, text);
    if (read.kind === "refused") return read;
    if (read.bld !== offered.bld) return refuse("bld-mismatch");
    const last = chain.at(-1);
    if (last !== undefined && read.policy.ver <= last.policy.ver) {
      const held = chain.find(({ policy }) => policy.ver === read.policy.ver);
      if (held !== undefined && held.hash !== read.hash) return refuse("policy-fork");
      continue;
    }
    // Policies of the past were offered in their own time; only the box knows when exactly.
    const at = Math.min(offered.at, read.policy.accept_by, read.policy.until - 1);
    const accepted = acceptPolicy(crypto, { text, last, at });
    if (accepted.kind === "refused") return accepted;
    chain.push(accepted.accepted);
  }
  if (chain.length === 0) return refuse("policy-fork");
  return { kind: "verified", chain };
}
