import { thumbprint } from "../crypto/thumbprint.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import type { Assignment, Badge, Grant, KeysetKey } from "../papers/bodies.ts";
import { type Opened, refusePaper, verifyPaper } from "../papers/jws.ts";
import { assignmentLifetimeSMax, badgeKeyAgeSMin, badgeLifetimeSMax } from "../papers/limits.ts";
import type { DoorState, ShownPapers } from "./facts.ts";
import { type Ground, type KeysetsInForce, type ReadPapers, signingKey } from "./standing.ts";

/** The three papers, verified and bound to each other, to this building and to this handset. */
export interface Chain {
  readonly kind: "chain";
  readonly badge: Opened<Badge>;
  readonly assignment: Opened<Assignment>;
  readonly dispatchKey: KeysetKey;
  readonly grant: Opened<Grant>;
  /** Thumbprint of the handset's key. */
  readonly jkt: string;
}

export interface Shown {
  readonly papers: ReadPapers;
  readonly shown: ShownPapers;
  readonly keysets: KeysetsInForce;
}

/** This person is cleared, and this is the key in his phone. */
export function checkBadge(
  state: DoorState,
  ground: Ground,
  { papers, shown, keysets }: Shown,
): { readonly kind: "badge"; readonly badge: Opened<Badge>; readonly jkt: string } | Refusal {
  const { badge: claimed } = papers;
  const { at, policy } = ground;
  const domain = keysets.vetter.keyset.body.domain;
  const found = signingKey(keysets.vetter, { kid: claimed.kid, use: "badge", at });
  if (found.kind === "refused") return found;
  const badge = verifyPaper(state, { kind: "badge", claimed }, found.key.jwk);
  if (badge.kind === "refused") return refusePaper(badge.refusal);
  const { body } = badge;
  const includedAt = keysets.vetter.includedAt.get(claimed.kid);
  if (!policy.demo && (includedAt === undefined || at - includedAt < badgeKeyAgeSMin))
    return refuse("key-too-new", { domain });
  if (body.car !== keysets.carrierTerms.root) return refuse("badge-carrier", { domain });
  if (at >= body.exp) return refuse("expired", { domain, until: body.exp, field: "badge.exp" });
  if (body.exp - at > badgeLifetimeSMax)
    return refuse("too-long-lived", { domain, field: "badge.exp" });
  if (at >= body.cleared_until)
    return refuse("clearance-expired", { domain, until: body.cleared_until });
  if (!policy.policy.apps.domains.includes(body.app))
    return refuse("app-not-allowed", { domain: body.app });
  const needsFinger = policy.policy.apps.uv || papers.assignment.body.purpose === "round";
  if (needsFinger && !body.uv) return refuse("uv-missing", { domain });
  const jkt = thumbprint(state.crypto, shown.handset);
  // Handsets sign with ES256 only: what phones' secure elements offer.
  if (shown.handset.kty !== "EC") return refuse("alg", { field: "handset" });
  if (body.cnf.jkt !== jkt) return refuse("handset-mismatch", { domain });
  return { kind: "badge", badge, jkt };
}

/** This phone may bring these parcels to this building in this window. */
export function checkAssignment(
  state: DoorState,
  ground: Ground,
  { papers, keysets, badge, jkt }: Shown & { readonly badge: Opened<Badge>; readonly jkt: string },
):
  | {
      readonly kind: "assignment";
      readonly assignment: Opened<Assignment>;
      readonly dispatchKey: KeysetKey;
    }
  | Refusal {
  const { assignment: claimed } = papers;
  const { at, policy, entrance } = ground;
  const domain = keysets.carrierTerms.domain;
  const found = signingKey(keysets.carrier, { kid: claimed.kid, use: "dispatch", at });
  if (found.kind === "refused") return found;
  const assignment = verifyPaper(state, { kind: "assignment", claimed }, found.key.jwk);
  if (assignment.kind === "refused") return refusePaper(assignment.refusal);
  const { body } = assignment;
  if (body.bld !== policy.bld) return refuse("bld-mismatch", { domain });
  if (body.badge !== badge.hash) return refuse("badge-mismatch", { domain });
  if (body.cnf.jkt !== jkt) return refuse("handset-mismatch", { domain });
  if (body.exp <= body.nbf || body.exp - body.nbf > assignmentLifetimeSMax)
    return refuse("too-long-lived", { domain, field: "assignment.exp" });
  if (at < body.nbf || at >= body.exp)
    return refuse("window", { domain, until: at < body.nbf ? body.nbf : body.exp });
  if (!body.pep.some((part) => part.ctl === entrance.ctl))
    return refuse("not-sealed-here", { domain });
  const { contractor } = found.key;
  if (contractor !== undefined && at >= contractor.until)
    return refuse("contractor-limit", { domain, until: contractor.until });
  if (contractor?.blds !== undefined && !contractor.blds.includes(policy.bld))
    return refuse("contractor-limit", { domain });
  return { kind: "assignment", assignment, dispatchKey: found.key };
}

/** The host checked it for this box, and it is in the public log under witnesses. */
export function checkGrant(
  state: DoorState,
  ground: Ground,
  { papers, keysets, assignment }: Shown & { readonly assignment: Opened<Assignment> },
): { readonly kind: "grant"; readonly grant: Opened<Grant> } | Refusal {
  const { grant: claimed } = papers;
  const { at, policy, entrance } = ground;
  const domain = keysets.host.keyset.body.domain;
  const found = signingKey(keysets.host, { kid: claimed.kid, use: "grant", at });
  if (found.kind === "refused") return found;
  const grant = verifyPaper(state, { kind: "grant", claimed }, found.key.jwk);
  if (grant.kind === "refused") return refusePaper(grant.refusal);
  const { body } = grant;
  if (body.iss !== policy.policy.host.root) return refuse("iss-mismatch", { domain });
  if (body.bld !== policy.bld) return refuse("bld-mismatch", { domain });
  if (body.ctl !== entrance.ctl || !body.ents.includes(entrance.ent))
    return refuse("grant-entrance", { domain });
  if (body.asg !== assignment.hash) return refuse("grant-assignment", { domain });
  const parcels = assignment.body.parcels.length;
  const inside = body.nbf >= assignment.body.nbf && body.exp <= assignment.body.exp;
  if (!inside || keepsMoreThan(body.keep, parcels)) return refuse("grant-wider", { domain });
  if (at < body.nbf) return refuse("not-yet", { domain, until: body.nbf });
  if (at >= body.exp) return refuse("expired", { domain, until: body.exp, field: "grant.exp" });
  // A grant that is not shown in the log opens nothing; only a demonstration waives it.
  if (!policy.demo) return refuse("log-proof", { domain });
  return { kind: "grant", grant };
}

/** Whether a bitmap has another length than the list it covers, or sets bits beyond its end. */
function keepsMoreThan(keep: string, count: number): boolean {
  const bytes = decodeBase64url(keep);
  if (bytes === undefined || bytes.length !== Math.ceil(count / 8)) return true;
  const spare = bytes.length * 8 - count;
  return spare > 0 && (bytes.at(-1) ?? 0) >> (8 - spare) !== 0;
}

/** Whether the parcel at this index was kept: index 0 is the lowest bit of byte 0. */
export function isKept(keep: Uint8Array, index: number): boolean {
  return (((keep[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
