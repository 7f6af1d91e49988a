import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import type { KeysetKey } from "../papers/bodies.ts";
import {
  type Assignment,
  assignmentBody,
  type Badge,
  badgeBody,
  type Grant,
  grantBody,
  type KeyUse,
} from "../papers/bodies.ts";
import { type Claimed, readPaper, refusePaper } from "../papers/jws.ts";
import { checkKeyset, keyFor, openKeyset, type RootRole } from "../papers/keysets.ts";
import type { AdmittedCarrier, Entrance } from "../papers/policy.ts";
import { type AcceptedPolicy, policyInForce } from "../papers/policy-chain.ts";
import { isOpen } from "../schedule/index.ts";
import type { Change } from "./decision.ts";
import type { DoorState, HeldKeyset, Now, ShownPapers } from "./facts.ts";

/** The papers that were shown, read but not yet verified. */
export interface ReadPapers {
  readonly kind: "papers";
  readonly badge: Claimed<Badge>;
  readonly assignment: Claimed<Assignment>;
  readonly grant: Claimed<Grant>;
}

/** Reads all papers first: shape, size, typ of any of them refuses before anything is trusted. */
export function readPapers(state: DoorState, papers: ShownPapers): ReadPapers | Refusal {
  if (papers.badge === undefined) return refuse("badge-missing");
  const badge = readPaper(state, { kind: "badge", text: papers.badge, body: badgeBody });
  if (badge.kind === "refused") return refusePaper(badge.refusal);
  const assignment = readPaper(state, {
    kind: "assignment",
    text: papers.assignment,
    body: assignmentBody,
  });
  if (assignment.kind === "refused") return refusePaper(assignment.refusal);
  const grant = readPaper(state, { kind: "grant", text: papers.grant, body: grantBody });
  if (grant.kind === "refused") return refusePaper(grant.refusal);
  return { kind: "papers", badge, assignment, grant };
}

/** The policy in force, the entrance and the moment: what every later step leans on. */
export interface Ground {
  readonly kind: "ground";
  readonly policy: AcceptedPolicy;
  readonly entrance: Entrance;
  /** Trusted time, epoch seconds. */
  readonly at: number;
}

/** Trusted time, fresh state, policy, and that this box serves this entrance. */
export function findGround(state: DoorState, ent: string, now: Now): Ground | Refusal {
  if (state.rolledBack) return refuse("state-rolled-back");
  const at = now.trusted;
  if (at === undefined) return refuse("stale");
  const policy = policyInForce(state.policies, at);
  if (policy === undefined) return refuse("notice-running");
  if (!policy.demo && (now.ageS === undefined || now.ageS > policy.policy.offline.max_stale_s))
    return refuse("stale");
  if (at >= policy.policy.until) return refuse("policy-expired", { until: policy.policy.until });
  const entrance = policy.entrances.get(ent);
  if (entrance === undefined || entrance.ctl !== state.ctl) return refuse("entrance-unknown");
  return { kind: "ground", policy, entrance, at };
}

/** Keysets in force for one attempt, newer ones from the phone included. */
export interface KeysetsInForce {
  readonly kind: "keysets";
  readonly host: HeldKeyset;
  readonly carrier: HeldKeyset;
  readonly vetter: HeldKeyset;
  readonly carrierTerms: AdmittedCarrier;
  readonly changes: readonly Change[];
}

/** Finds the three keysets an attempt rests on, and admits newer versions that the phone carries. */
export function findKeysets(
  state: DoorState,
  { policy, at }: Ground,
  { papers, shown }: { readonly papers: ReadPapers; readonly shown: ShownPapers },
): KeysetsInForce | Refusal {
  const changes: Change[] = [];
  const find = (role: RootRole, root: string, domain: string): HeldKeyset | Refusal => {
    const held = state.keysets.get(root);
    const newer = newestShown(state, shown, { role, root, domain, held, at });
    if (newer?.kind === "refused") return newer;
    const chosen = newer?.held ?? held;
    if (chosen === undefined) return refuse("kid-unknown", { domain });
    if (newer !== undefined) changes.push({ kind: "keyset", root, text: chosen.keyset.text });
    return checkKeyset(chosen.keyset, { role, domain, held: held?.keyset, at }) ?? chosen;
  };
  const host = find("host", policy.policy.host.root, policy.policy.host.domain);
  if ("kind" in host) return host;
  const carrierTerms = policy.carriers.get(papers.assignment.body.iss);
  if (carrierTerms === undefined) return refuse("carrier-not-admitted");
  const carrier = find("carrier", carrierTerms.root, carrierTerms.domain);
  if ("kind" in carrier) return carrier;
  const vetterParty = carrierTerms.clearance.find((party) => party.root === papers.badge.body.iss);
  if (vetterParty === undefined) return refuse("badge-carrier", { domain: carrierTerms.domain });
  const vetter = find("vetter", vetterParty.root, vetterParty.domain);
  if ("kind" in vetter) return vetter;
  return { kind: "keysets", host, carrier, vetter, carrierTerms, changes };
}

function newestShown(
  state: DoorState,
  shown: ShownPapers,
  wanted: {
    readonly role: RootRole;
    readonly root: string;
    readonly domain: string;
    readonly held: HeldKeyset | undefined;
    readonly at: number;
  },
): { readonly kind: "newer"; readonly held: HeldKeyset } | Refusal | undefined {
  for (const text of shown.keysets ?? []) {
    if (text === wanted.held?.keyset.text) continue;
    const opened = openKeyset(state, text);
    if (opened.kind === "refused") return opened;
    const { keyset } = opened;
    // An older one in a phone that was offline is no attack: what the box holds counts.
    if (keyset.root !== wanted.root || keyset.body.ver < (wanted.held?.keyset.body.ver ?? 0))
      continue;
    const bad = checkKeyset(keyset, { ...wanted, held: wanted.held?.keyset });
    if (bad !== undefined) return bad;
    return { kind: "newer", held: { keyset, includedAt: wanted.held?.includedAt ?? new Map() } };
  }
  return undefined;
}

/** The key that signed a paper, if its root's keyset in force admits it for this use now. */
export function signingKey(
  held: HeldKeyset,
  wanted: { readonly kid: string; readonly use: KeyUse; readonly at: number },
): { readonly kind: "key"; readonly key: KeysetKey } | Refusal {
  return keyFor(held.keyset, wanted);
}

/** Carrier, schedule and purpose: what the building says of who comes when for what. */
export function checkAdmitted(
  ground: Ground,
  terms: AdmittedCarrier,
  purpose: Assignment["purpose"],
): Refusal | undefined {
  const { entrance, at } = ground;
  if (!terms.ents.includes(entrance.ent))
    return refuse("carrier-not-admitted", { domain: terms.domain, field: "ents" });
  const open = isOpen(terms, at);
  if (!open.open) {
    const until = open.next === undefined ? {} : { until: open.next };
    const localTime = open.localTime === undefined ? {} : { localTime: open.localTime };
    return refuse("hours", { domain: terms.domain, ...localTime, ...until });
  }
  if (!terms.purposes.includes(purpose) || !entrance.purposes.includes(purpose))
    return refuse("purpose", { domain: terms.domain });
  return undefined;
}
