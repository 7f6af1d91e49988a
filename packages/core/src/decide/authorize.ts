import type { Refusal } from "../faults/refusal-codes.ts";
import type { Change } from "./decision.ts";
import type { DoorState, Now, ShownPapers } from "./facts.ts";
import {
  type Chain,
  checkAssignment,
  checkBadge,
  checkGrant,
  checkHandset,
  checkShift,
} from "./papers-checks.ts";
import {
  checkAdmitted,
  findGround,
  findKeysets,
  type Ground,
  type KeysetsInForce,
  readPapers,
} from "./standing.ts";
import { checkStops } from "./stop-checks.ts";

/** Everything up to the stops holds: what a ticket needs, and where decide() goes on. */
export interface Authorized {
  readonly kind: "authorized";
  readonly ground: Ground;
  readonly keysets: KeysetsInForce;
  readonly chain: Chain;
  readonly changes: readonly Change[];
}

/**
 * The first part of the order in papers.md: shape, size, typ and alg > trusted time, fresh state,
 * policy > keysets > carrier, schedule, purpose > badge > assignment > grant, log, witnesses > stops.
 */
export function authorize(
  state: DoorState,
  { papers: shown, ent }: { readonly papers: ShownPapers; readonly ent: string },
  now: Now,
): Authorized | Refusal {
  const papers = readPapers(state, shown);
  if (papers.kind === "refused") return papers;
  const ground = findGround(state, ent, now);
  if (ground.kind === "refused") return ground;
  const keysets = findKeysets(state, ground, { papers, shown });
  if (keysets.kind === "refused") return keysets;
  const notAdmitted = checkAdmitted(ground, keysets.carrierTerms, papers.assignment.body.purpose);
  if (notAdmitted !== undefined) return notAdmitted;
  const badged = checkBadge(state, ground, { papers, keysets });
  if (badged.kind === "refused") return badged;
  const { badge } = badged;
  const held = checkHandset(state, shown.handset, badge);
  if (held.kind === "refused") return held;
  const { jkt } = held;
  const assigned = checkAssignment(state, ground, { papers, keysets, badge });
  if (assigned.kind === "refused") return assigned;
  const { assignment, dispatchKey } = assigned;
  const outside = checkShift(ground, assignment, keysets.carrierTerms.domain);
  if (outside !== undefined) return outside;
  const granted = checkGrant(state, ground, { claimed: papers.grant, keysets, assignment });
  if (granted.kind === "refused") return granted;
  const chain: Chain = { kind: "chain", badge, assignment, dispatchKey, grant: granted.grant, jkt };
  const stopped = checkStops(state, ground, { chain, keysets });
  if (stopped !== undefined) return stopped;
  return { kind: "authorized", ground, keysets, chain, changes: keysets.changes };
}
