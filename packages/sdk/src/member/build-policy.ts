import {
  type AcceptedPolicy,
  type Crypto,
  checkPolicyRules,
  noticeSMin,
  type Policy,
  policyHash,
  type Refusal,
} from "@vestibule/core";

const dayS = 86_400;
/** What papers.md has as the usual notice, in seconds. */
const usualNoticeS = 14 * dayS;
if (usualNoticeS < noticeSMin) throw new Error("the usual notice must be one that is allowed");

/** What a page fills in for a policy; the rest follows from the one before it, or from defaults. */
export type PolicyParts = Pick<
  Policy,
  "place" | "members" | "quorum" | "recovery" | "host" | "entrances" | "apps"
> &
  Partial<Omit<Policy, "typ" | "bld" | "ver" | "prev">>;

const usualLimits: Policy["limits"] = {
  release_ms: 5_000,
  openings: 1,
  days: 3,
  retry: { n: 2, s: 120 },
  per_handset: 60,
  wrong_codes: 5,
};

/** Builds a building's first policy. `at` in epoch seconds. */
export function genesisPolicy(parts: PolicyParts, at: number): Policy {
  return {
    from: at,
    until: at + 365 * dayS,
    accept_by: at + 30 * dayS,
    notice_s: usualNoticeS,
    carriers: [],
    paths: [],
    limits: usualLimits,
    offline: { max_stale_s: 12 * 3_600, after_reboot: "refuse" },
    software: { k: 0, signers: [] },
    ...parts,
    typ: "vestibule-policy/1",
    ver: 1,
  };
}

/** What a new version may change: everything but its place in the chain and `demo`. */
export type PolicyChanges = Partial<Omit<Policy, "typ" | "bld" | "ver" | "prev" | "demo">>;

/** The version after `last`, with some parts changed. `at` in epoch seconds. */
export function nextPolicy(last: AcceptedPolicy, changes: PolicyChanges, at: number): Policy {
  const { from: _from, until: _until, accept_by: _acceptBy, ...kept } = last.policy;
  return {
    from: at,
    until: at + 365 * dayS,
    accept_by: at + 30 * dayS,
    ...kept,
    ...changes,
    bld: last.bld,
    prev: last.hash,
    ver: last.policy.ver + 1,
  };
}

/** The hash of a policy and what by itself is wrong with it, before anybody is asked to sign. */
export function reviewPolicy(
  crypto: Crypto,
  policy: Policy,
): { readonly hash: string; readonly refusal: Refusal | undefined } {
  return { hash: policyHash(crypto, policy), refusal: checkPolicyRules(crypto, policy) };
}
