import type { Crypto } from "../crypto/port.ts";
import { type AcceptedPolicy, acceptPolicy } from "./policy-chain.ts";
import { type AcceptedStop, sameCause } from "./stops.ts";

/**
 * Applies members' objections to policies whose notice still runs: the objector's signature no longer
 * counts, all other members must have signed, and notice starts again. A policy that does not hold
 * without him falls, with all that follow it; it may be offered again with more signatures.
 *
 * @returns the same chain where nothing changed.
 */
export function applyObjections(
  crypto: Crypto,
  {
    chain,
    stops,
    at,
  }: {
    readonly chain: readonly AcceptedPolicy[];
    readonly stops: readonly AcceptedStop[];
    /** Trusted time, epoch seconds: notice starts again here. */
    readonly at: number;
  },
): readonly AcceptedPolicy[] {
  const kept: AcceptedPolicy[] = [];
  for (const policy of chain) {
    const last = kept.at(-1);
    const objectors =
      last === undefined || policy.inForceFrom <= at ? [] : objectorsTo(policy, last, stops);
    if (objectors.every((member) => policy.overruled.includes(member))) {
      kept.push(policy);
      continue;
    }
    const offered = acceptPolicy(crypto, { text: policy.text, last, at, objectors });
    if (offered.kind === "refused") return kept;
    kept.push(offered.accepted);
  }
  return kept.every((policy, index) => policy === chain[index]) ? chain : kept;
}

/** Members of the policy before whose newest stop on this one stands; for `acceptPolicy`, too. */
export function objectorsTo(
  policy: { readonly hash: string },
  last: AcceptedPolicy,
  stops: readonly AcceptedStop[],
): readonly string[] {
  const members = new Set(last.policy.members.map(({ id }) => id));
  return stops.flatMap((stop) => {
    const { body, signer } = stop;
    const { target } = body;
    if (signer.kind !== "member" || !members.has(signer.member) || !body.on) return [];
    if (target.kind !== "policy" || target.hash !== policy.hash) return [];
    const lifted = stops.some((other) => sameCause(other, stop) && other.body.seq > body.seq);
    return lifted ? [] : [signer.member];
  });
}
