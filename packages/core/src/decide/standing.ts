import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import {
  type Assignment,
  assignmentBody,
  type Badge,
  badgeBody,
  type Grant,
  grantBody,
  type KeysetKey,
  type KeyUse,
} from "../papers/bodies.ts";
import { type Claimed, type OpenContext, readPaper, refusePaper } from "../papers/jws.ts";
import {
  type AcceptedKeyset,
  checkKeyset,
  keyFor,
  keysApart,
  openKeyset,
  type RootRole,
} from "../papers/keysets.ts";
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

/** Badge and assignment, all that there is before the host has signed. */
export type ReadOrder = Pick<ReadPapers, "badge" | "assignment">;

/** Reads badge and assignment: shape, size, typ of either refuses before anything is trusted. */
export function readOrder(
  context: OpenContext,
  papers: Pick<ShownPapers, "badge" | "assignment">,
): ({ readonly kind: "order" } & ReadOrder) | Refusal {
  if (papers.badge === undefined) return refuse("badge-missing");
  const badge = readPaper(context, { kind: "badge", text: papers.badge, body: badgeBody });
  if (badge.kind === "refused") return refusePaper(badge.refusal);
  const { assignment: text } = papers;
  const assignment = readPaper(context, { kind: "assignment", text, body: assignmentBody });
  if (assignment.kind === "refused") return refusePaper(assignment.refusal);
  return { kind: "order", badge, assignment };
}

/** Reads all papers first: shape, size, typ of any of them refuses before anything is trusted. */
export function readPapers(state: DoorState, papers: ShownPapers): ReadPapers | Refusal {
  const order = readOrder(state, papers);
  if (order.kind === "refused") return order;
  const grant = readPaper(state, { kind: "grant", text: papers.grant, body: grantBody });
  if (grant.kind === "refused") return refusePaper(grant.refusal);
  return { kind: "papers", badge: order.badge, assignment: order.assignment, grant };
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

/** What finding keysets needs of the state: the host's countersigner has no more. */
export type KeysetFacts = Pick<DoorState, "crypto" | "memo" | "keysets">;

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
  state: KeysetFacts,
  { policy, at }: Pick<Ground, "policy" | "at">,
  { papers, shown }: { readonly papers: ReadOrder; readonly shown: Pick<ShownPapers, "keysets"> },
): KeysetsInForce | Refusal {
  const carried = openCarried(state, policy, shown.keysets ?? []);
  if (carried.kind === "refused") return carried;
  const changes: Change[] = [];
  const find = (role: RootRole, root: string, domain: string): HeldKeyset | Refusal => {
    const held = state.keysets.get(root);
    const newer = newestOf(carried.keysets, root, held?.keyset);
    const keyset = newer ?? held?.keyset;
    if (keyset === undefined) return refuse("kid-unknown", { domain });
    const bad = checkKeyset(keyset, { role, domain, held: held?.keyset, at });
    if (bad !== undefined) return bad;
    if (newer !== undefined) changes.push({ kind: "keyset", root, text: keyset.text });
    return { keyset, includedAt: held?.includedAt ?? new Map() };
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
  if (!keysApart(policy, [host.keyset, carrier.keyset, vetter.keyset])) return refuse("role");
  return { kind: "keysets", host, carrier, vetter, carrierTerms, changes };
}

function openCarried(
  state: KeysetFacts,
  policy: AcceptedPolicy,
  texts: readonly string[],
): { readonly kind: "carried"; readonly keysets: readonly AcceptedKeyset[] } | Refusal {
  const keysets: AcceptedKeyset[] = [];
  for (const text of texts) {
    const opened = openKeyset(state, text);
    if (opened.kind === "refused") return opened;
    const known = state.keysets.get(opened.keyset.root)?.keyset.hash === opened.keyset.hash;
    // What is not shown in the log counts nowhere; only a demonstration waives it.
    if (!known && !policy.demo) return refuse("log-proof", { domain: opened.keyset.body.domain });
    if (!known) keysets.push(opened.keyset);
  }
  return { kind: "carried", keysets };
}

/** The highest version a phone carries for a root. An older one in a phone that was offline is no attack. */
function newestOf(
  carried: readonly AcceptedKeyset[],
  root: string,
  held: AcceptedKeyset | undefined,
): AcceptedKeyset | undefined {
  let newest: AcceptedKeyset | undefined;
  for (const keyset of carried) {
    if (keyset.root !== root || keyset.body.ver < ((newest ?? held)?.body.ver ?? 0)) continue;
    newest = keyset;
  }
  return newest;
}

/** The key that signed a paper, if its root's keyset in force admits it for this use now. */
export function signingKey(
  { policy, at }: Pick<Ground, "policy" | "at">,
  held: HeldKeyset,
  wanted: { readonly kid: string; readonly use: KeyUse },
): { readonly kind: "key"; readonly key: KeysetKey } | Refusal {
  const found = keyFor(held.keyset, { ...wanted, at });
  if (found.kind === "refused" || policy.demo || held.includedAt.has(wanted.kid)) return found;
  return refuse("log-proof", { domain: held.keyset.body.domain, field: "keyset" });
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
