import type { PublicJwk } from "../crypto/port.ts";
import { thumbprint } from "../crypto/thumbprint.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import type { Assignment, Badge, Grant, KeysetKey } from "../papers/bodies.ts";
import { type OpenContext, type Opened, refusePaper, verifyPaper } from "../papers/jws.ts";
import { keyFor } from "../papers/keysets.ts";
import { assignmentLifetimeSMax, badgeKeyAgeSMin, badgeLifetimeSMax } from "../papers/limits.ts";
import type { DoorState } from "./facts.ts";
import {
  type Ground,
  type KeysetsInForce,
  type ReadOrder,
  type ReadPapers,
  signingKey,
} from "./standing.ts";

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

/** Badge and assignment as they were read, and the keysets in force for them. */
export interface Order {
  readonly papers: ReadOrder;
  readonly keysets: KeysetsInForce;
}

/** The building's rules and the moment; the host countersigns with these alone. */
export type Standing = Pick<Ground, "policy" | "at">;

/** This person is cleared, in an app that the building admits. Which phone it is comes after. */
export function checkBadge(
  context: OpenContext,
  ground: Standing,
  { papers, keysets }: Order,
): { readonly kind: "badge"; readonly badge: Opened<Badge> } | Refusal {
  const { badge: claimed } = papers;
  const { at, policy } = ground;
  const domain = keysets.vetter.keyset.body.domain;
  const found = keyFor(keysets.vetter.keyset, { kid: claimed.kid, use: "badge", at });
  if (found.kind === "refused") return found;
  const badge = verifyPaper(context, { kind: "badge", claimed }, found.key.jwk);
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
  return { kind: "badge", badge };
}

/** The key in the hand is the one the vetter saw. */
export function checkHandset(
  state: DoorState,
  handset: PublicJwk,
  badge: Opened<Badge>,
): { readonly kind: "handset"; readonly jkt: string } | Refusal {
  // Handsets sign with ES256 only: what phones' secure elements offer.
  if (handset.kty !== "EC") return refuse("alg", { field: "handset" });
  const jkt = handsetThumbprint(state, handset);
  if (badge.body.cnf.jkt !== jkt) return refuse("handset-mismatch");
  return { kind: "handset", jkt };
}

/** Kept by the key's own text: hashing it again for each attempt costs as much as many checks. */
function handsetThumbprint(
  { crypto, memo }: OpenContext,
  handset: PublicJwk & { readonly kty: "EC" },
): string {
  const name = `handset ${handset.x}.${handset.y}`;
  const known = memo?.get(name);
  if (typeof known === "string") return known;
  const jkt = thumbprint(crypto, handset);
  memo?.set(name, jkt);
  return jkt;
}

/** This phone may bring these parcels to this building: all but the hour and the box. */
export function checkAssignment(
  context: OpenContext,
  { at, policy }: Standing,
  { papers, keysets, badge }: Order & { readonly badge: Opened<Badge> },
):
  | {
      readonly kind: "assignment";
      readonly assignment: Opened<Assignment>;
      readonly dispatchKey: KeysetKey;
    }
  | Refusal {
  const { assignment: claimed } = papers;
  const domain = keysets.carrierTerms.domain;
  const wanted = { kid: claimed.kid, use: "dispatch" } as const;
  const found = signingKey({ policy, at }, keysets.carrier, wanted);
  if (found.kind === "refused") return found;
  const assignment = verifyPaper(context, { kind: "assignment", claimed }, found.key.jwk);
  if (assignment.kind === "refused") return refusePaper(assignment.refusal);
  const { body } = assignment;
  if (body.bld !== policy.bld) return refuse("bld-mismatch", { domain });
  if (body.badge !== badge.hash) return refuse("badge-mismatch", { domain });
  if (body.cnf.jkt !== badge.body.cnf.jkt) return refuse("handset-mismatch", { domain });
  if (body.exp <= body.nbf || body.exp - body.nbf > assignmentLifetimeSMax)
    return refuse("too-long-lived", { domain, field: "assignment.exp" });
  if (at >= body.exp) return refuse("window", { domain, until: body.exp });
  const { contractor } = found.key;
  if (contractor !== undefined && at >= contractor.until)
    return refuse("contractor-limit", { domain, until: contractor.until });
  if (contractor?.blds !== undefined && !contractor.blds.includes(policy.bld))
    return refuse("contractor-limit", { domain });
  return { kind: "assignment", assignment, dispatchKey: found.key };
}

/** The shift has begun, and its codes can be tested at this box. */
export function checkShift(
  { at, entrance }: Ground,
  { body }: Opened<Assignment>,
  domain: string,
): Refusal | undefined {
  if (at < body.nbf) return refuse("window", { domain, until: body.nbf });
  if (!body.pep.some((part) => part.ctl === entrance.ctl))
    return refuse("not-sealed-here", { domain });
  return undefined;
}

/** The host checked it for this box, and it is in the public log under witnesses. */
export function checkGrant(
  state: DoorState,
  ground: Ground,
  {
    claimed,
    keysets,
    assignment,
  }: {
    readonly claimed: ReadPapers["grant"];
    readonly keysets: KeysetsInForce;
    readonly assignment: Opened<Assignment>;
  },
): { readonly kind: "grant"; readonly grant: Opened<Grant> } | Refusal {
  const { at, policy, entrance } = ground;
  const domain = keysets.host.keyset.body.domain;
  const wanted = { kid: claimed.kid, use: "grant" } as const;
  const found = signingKey(ground, keysets.host, wanted);
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
  if (!inside || keepsMoreThan(keptBits(grant), parcels)) return refuse("grant-wider", { domain });
  if (at < body.nbf) return refuse("not-yet", { domain, until: body.nbf });
  if (at >= body.exp) return refuse("expired", { domain, until: body.exp, field: "grant.exp" });
  // A grant that is not shown in the log opens nothing; only a demonstration waives it.
  if (!policy.demo) return refuse("log-proof", { domain });
  return { kind: "grant", grant };
}

// Keyed by the opened grant's own object, which nobody changes: a cache of a pure function.
const bitsOf = new WeakMap<Opened<Grant>, Uint8Array>();

/** The bitmap of parcels that a grant keeps. */
export function keptBits(grant: Opened<Grant>): Uint8Array {
  const known = bitsOf.get(grant);
  if (known !== undefined) return known;
  const bits = decodeBase64url(grant.body.keep) ?? new Uint8Array();
  bitsOf.set(grant, bits);
  return bits;
}

/** Whether a bitmap has another length than the list it covers, or sets bits beyond its end. */
function keepsMoreThan(bits: Uint8Array, count: number): boolean {
  if (bits.length !== Math.ceil(count / 8)) return true;
  const spare = bits.length * 8 - count;
  return spare > 0 && (bits.at(-1) ?? 0) >> (8 - spare) !== 0;
}

/** Whether the parcel at this index was kept: index 0 is the lowest bit of byte 0. */
export function isKept(keep: Uint8Array, index: number): boolean {
  return (((keep[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
