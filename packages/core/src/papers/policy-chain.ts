import type { Crypto } from "../crypto/port.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import type { AdmittedCarrier, Entrance, Policy } from "./policy.ts";
import { checkQuorumSigned } from "./policy-quorum.ts";
import { checkPolicyRules, thumbprintsOf } from "./policy-rules.ts";
import { type ReadPolicy, readPolicy } from "./read-policy.ts";

/** A policy that a party accepted, with the moment from which it counts. */
export interface AcceptedPolicy {
  readonly policy: Policy;
  readonly hash: string;
  readonly bld: string;
  readonly text: string;
  /** Epoch seconds: the end of the notice period, counted from receipt in the demo. */
  readonly inForceFrom: number;
  /** Fixed at genesis for ever. */
  readonly demo: boolean;
  readonly carriers: ReadonlyMap<string, AdmittedCarrier>;
  readonly entrances: ReadonlyMap<string, Entrance>;
  /** Entrances by the hash of their pinned sticker. */
  readonly stickers: ReadonlyMap<string, Entrance>;
  /** Every key the policy names: none of them may be a keyset's key too. */
  readonly thumbprints: ReadonlySet<string>;
  /** Members whose objection all others overruled: their stop on the pending policy no longer counts. */
  readonly overruled: readonly string[];
}

/** An offer of a policy to a party that may hold earlier ones. */
export interface PolicyOffer {
  readonly text: string;
  /** The newest accepted policy, pending or not; absent where none was accepted: a genesis. */
  readonly last: AcceptedPolicy | undefined;
  /** Trusted time of the offer, epoch seconds. */
  readonly at: number;
  /** Members whose objection to this policy stands. */
  readonly objectors?: readonly string[];
}

/**
 * Decides whether a policy follows from the one before it: rules, identity, version, quorum of the
 * *previous* members, and when it takes effect. Box, signer page, SDK and monitor call it alike.
 * The end of notice is `max(old, new)` after `at`; a genesis takes effect at once, since without
 * `demo` it admits no carrier.
 */
export function acceptPolicy(
  crypto: Crypto,
  offer: PolicyOffer,
): { readonly kind: "accepted"; readonly accepted: AcceptedPolicy } | Refusal {
  const read = readPolicy(crypto, offer.text);
  if (read.kind === "refused") return read;
  const { policy } = read;
  const refusal =
    checkPolicyRules(crypto, policy) ??
    checkFollows(read, offer.last) ??
    checkOfferedInTime(policy, offer.at) ??
    checkQuorumSigned(crypto, read, {
      members: (offer.last?.policy ?? policy).members,
      quorum: (offer.last?.policy ?? policy).quorum,
      objectors: offer.objectors ?? [],
    });
  if (refusal !== undefined) return refusal;
  const notice =
    offer.last === undefined ? 0 : Math.max(offer.last.policy.notice_s, policy.notice_s);
  const earliest = Math.max(offer.at + notice, offer.last?.inForceFrom ?? 0);
  const inForceFrom = Math.max(policy.from, earliest);
  const overruled = offer.objectors ?? [];
  return { kind: "accepted", accepted: acceptedAs(crypto, read, { inForceFrom, overruled }) };
}

/** Restores an accepted policy from a store that only holds what was accepted before. */
export function restorePolicy(
  crypto: Crypto,
  stored: {
    readonly text: string;
    readonly inForceFrom: number;
    readonly overruled?: readonly string[];
  },
): AcceptedPolicy | Refusal {
  const read = readPolicy(crypto, stored.text);
  if (read.kind === "refused") return read;
  const { inForceFrom, overruled = [] } = stored;
  return acceptedAs(crypto, read, { inForceFrom, overruled });
}

/** The policy in force at a moment: the newest whose notice has run. */
export function policyInForce(
  chain: readonly AcceptedPolicy[],
  at: number,
): AcceptedPolicy | undefined {
  return chain.findLast((candidate) => candidate.inForceFrom <= at);
}

/** A read policy as one that counts from a moment on; the caller has checked all that matters to it. */
export function acceptedAs(
  crypto: Crypto,
  read: ReadPolicy,
  { inForceFrom, overruled }: Pick<AcceptedPolicy, "inForceFrom" | "overruled">,
): AcceptedPolicy {
  const { entrances } = read.policy;
  return {
    policy: read.policy,
    hash: read.hash,
    bld: read.bld,
    text: read.text,
    inForceFrom,
    demo: read.policy.demo === true,
    carriers: new Map(read.policy.carriers.map((carrier) => [carrier.root, carrier])),
    entrances: new Map(entrances.map((entrance) => [entrance.ent, entrance])),
    stickers: new Map(
      entrances.flatMap((entrance) =>
        entrance.uidHash === undefined ? [] : [[entrance.uidHash, entrance] as const],
      ),
    ),
    thumbprints: new Set(thumbprintsOf(crypto, read.policy)),
    overruled,
  };
}

/** Whether a policy is the next of its chain: identity, version, `prev`, and `demo` for ever as at genesis. */
export function checkFollows(
  read: ReadPolicy,
  last: AcceptedPolicy | undefined,
): Refusal | undefined {
  const { policy } = read;
  if (last === undefined) {
    const genesis = policy.bld === undefined && policy.prev === undefined && policy.ver === 1;
    return genesis ? undefined : refuse("policy-fork");
  }
  if (policy.bld !== last.bld) return refuse("bld-mismatch");
  if (policy.ver <= last.policy.ver)
    return refuse(read.hash === last.hash ? "policy-rollback" : olderOrFork(policy, last));
  if (policy.ver !== last.policy.ver + 1 || policy.prev !== last.hash) return refuse("policy-fork");
  // A demonstration stays one for ever, and a real building never becomes one.
  if ((policy.demo === true) !== last.demo) return refuse("policy-fork");
  return undefined;
}

function olderOrFork(policy: Policy, last: AcceptedPolicy): "policy-rollback" | "policy-fork" {
  return policy.ver < last.policy.ver ? "policy-rollback" : "policy-fork";
}

/** Whether a policy is offered before `accept_by` and before its own end. */
export function checkOfferedInTime(policy: Policy, at: number): Refusal | undefined {
  if (at > policy.accept_by) return refuse("policy-stale-offer");
  if (at >= policy.until) return refuse("policy-expired");
  return undefined;
}
