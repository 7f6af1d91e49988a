import type { Crypto } from "../crypto/port.ts";
import { sealThumbprint, thumbprint } from "../crypto/thumbprint.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import {
  daysMax,
  maxStaleSMax,
  maxStaleSMin,
  noticeSMin,
  noticeSMinDemo,
  policyLifetimeSMax,
  releaseMsMax,
  retriesMax,
  retrySMax,
  wrongCodesMax,
} from "./limits.ts";
import { partiesKeptApart, partyOfOrigin } from "./parties.ts";
import type { Policy } from "./policy.ts";
import { distinct } from "./shape.ts";

/**
 * What a policy must fulfil by itself, whoever signed it and whatever went before. `demo: true` waives
 * exactly what papers.md lists.
 */
export function checkPolicyRules(crypto: Crypto, policy: Policy): Refusal | undefined {
  return (
    checkLimits(policy) ??
    checkNames(policy) ??
    checkQuorum(policy) ??
    checkRoles(crypto, policy) ??
    checkIndependence(policy)
  );
}

function checkLimits(policy: Policy): Refusal | undefined {
  const { limits, offline } = policy;
  if (policy.until <= policy.from || policy.until - policy.from > policyLifetimeSMax)
    return refuse("limit-lifetime", { field: "until" });
  if (policy.accept_by > policy.until) return refuse("limit-lifetime", { field: "accept_by" });
  if (policy.notice_s < (policy.demo ? noticeSMinDemo : noticeSMin))
    return refuse("limit-notice", { field: "notice_s" });
  if (limits.release_ms > releaseMsMax)
    return refuse("limit-release", { field: "limits.release_ms" });
  if (limits.days > daysMax) return refuse("limit-days", { field: "limits.days" });
  if (limits.retry.n > retriesMax || limits.retry.s > retrySMax)
    return refuse("limit-retry", { field: "limits.retry" });
  if (limits.wrong_codes > wrongCodesMax)
    return refuse("limit-wrong-codes", { field: "limits.wrong_codes" });
  if (offline.max_stale_s > maxStaleSMax || offline.max_stale_s < maxStaleSMin)
    return refuse("limit-stale", { field: "offline.max_stale_s" });
  const { k, signers } = policy.software;
  // No signers: this box takes no release at all. Otherwise at least 2 of 3.
  if (signers.length === 0 ? k !== 0 : k < 2 || k >= signers.length)
    return refuse("limit-releases", { field: "software" });
  return undefined;
}

function checkNames(policy: Policy): Refusal | undefined {
  const ents = policy.entrances.map((entrance) => entrance.ent);
  if (!distinct(ents)) return refuse("shape", { field: "entrances" });
  const known = new Set(ents);
  const named = [...policy.paths.flat(), ...policy.carriers.flatMap((carrier) => carrier.ents)];
  if (!named.every((ent) => known.has(ent))) return refuse("entrance-unknown");
  if (
    policy.entrances.some(
      (entrance) => (entrance.presence === "nfc") !== (entrance.uidHash !== undefined),
    )
  ) {
    return refuse("shape", { field: "entrances.uidHash" });
  }
  // The pinned tag says which entrance was tapped, so one tag cannot stand for two.
  if (!distinct(policy.entrances.flatMap(({ uidHash }) => uidHash ?? [])))
    return refuse("shape", { field: "entrances.uidHash" });
  return undefined;
}

function checkQuorum(policy: Policy): Refusal | undefined {
  const creds = policy.members.flatMap((member) => member.keys.map((key) => key.cred));
  if (!distinct(policy.members.map((member) => member.id)) || !distinct(creds))
    return refuse("member-dup");
  const origins = new Set(
    policy.members.flatMap((member) => member.keys.map((key) => partyOfOrigin(key.origin))),
  );
  const { quorum } = policy;
  if (policy.members.length < quorum.members || (!policy.demo && quorum.members < 2))
    return refuse("quorum-members");
  if (origins.size < quorum.origins || (!policy.demo && quorum.origins < 2))
    return refuse("quorum-origins");
  return undefined;
}

/** A thumbprint occurs once among roots, boxes, members, recovery and release signers. */
function checkRoles(crypto: Crypto, policy: Policy): Refusal | undefined {
  return distinct(thumbprintsOf(crypto, policy)) ? undefined : refuse("role");
}

/** Every key that a policy names, by thumbprint; a vetter of several carriers and a box of several entrances once. */
export function thumbprintsOf(crypto: Crypto, policy: Policy): readonly string[] {
  const vetters = policy.carriers.flatMap((carrier) => carrier.clearance.map(({ root }) => root));
  // A box is its pair of keys: one signing key with two seal keys, or the reverse, is two boxes in one.
  const boxes = new Map(policy.entrances.map(({ ctl, seal }) => [`${ctl} ${seal}`, { ctl, seal }]));
  return [
    policy.host.root,
    ...policy.carriers.map((carrier) => carrier.root),
    ...new Set(vetters),
    ...[...boxes.values()].flatMap(({ ctl, seal }) => [ctl, sealThumbprint(crypto, seal)]),
    ...policy.members.flatMap((member) => member.keys.map((key) => thumbprint(crypto, key.jwk))),
    thumbprint(crypto, { kty: "OKP", crv: "Ed25519", x: policy.recovery.sign }),
    sealThumbprint(crypto, policy.recovery.seal),
    ...policy.software.signers,
  ];
}

function checkIndependence(policy: Policy): Refusal | undefined {
  if (policy.demo) return undefined;
  if (policy.log === undefined) return refuse("log-proof", { field: "log" });
  const witnesses = policy.witnesses;
  if (witnesses === undefined || witnesses.k < 2 || witnesses.k >= witnesses.of.length)
    return refuse("witnesses", { field: "witnesses" });
  // The same key under two names would be two witnesses that are one.
  if (!distinct([policy.log, ...witnesses.of.map(({ vkey }) => vkey)]))
    return refuse("witnesses", { field: "witnesses.vkey" });
  if (!distinct(witnesses.of.map(({ domain }) => domain)) || !partiesKeptApart(policy))
    return refuse("party-overlap");
  if (policy.prev === undefined && policy.carriers.length > 0)
    return refuse("carrier-not-admitted", { field: "carriers" });
  return undefined;
}
