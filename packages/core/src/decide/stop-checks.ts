import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import {
  type AcceptedStop,
  entranceTarget,
  isOverruled,
  sameCause,
  stopStands,
} from "../papers/stops.ts";
import type { DoorState } from "./facts.ts";
import type { Chain } from "./papers-checks.ts";
import type { Ground, KeysetsInForce } from "./standing.ts";

/** Refuses where a standing stop names anything this attempt rests on, within its signer's reach. */
export function checkStops(
  state: Pick<DoorState, "crypto" | "stops">,
  ground: StopGround,
  { chain, keysets }: { readonly chain: StopChain; readonly keysets: KeysetsInForce },
): Refusal | undefined {
  const on = state.stops.filter((stop) => stop.body.on);
  if (on.length === 0) return undefined;
  const subjects = subjectsOf(state, ground, chain);
  const hit = on.find(
    (stop) =>
      subjects.some((subject) => names(stop, subject, { chain, keysets })) &&
      isNewest(stop, state.stops) &&
      stopStands(stop, ground.policy) &&
      !isOverruled(stop, ground.policy),
  );
  return hit === undefined ? undefined : refuse("stopped");
}

/** Where it is attempted; without an entrance when the host countersigns for all of them. */
export type StopGround = Pick<Ground, "policy"> & Partial<Pick<Ground, "entrance">>;
/** What it rests on; without a grant before there is one. */
export type StopChain = Pick<Chain, "badge" | "assignment" | "jkt"> & Partial<Pick<Chain, "grant">>;

interface Subject {
  readonly kind: AcceptedStop["body"]["target"]["kind"];
  readonly hash: string;
  /** The root whose paper or key this is; a root stops its own only. */
  readonly root: string | undefined;
}

function subjectsOf(
  state: Pick<DoorState, "crypto">,
  { policy, entrance }: StopGround,
  { badge, assignment, grant, jkt }: StopChain,
): readonly Subject[] {
  const subjects: Subject[] = [
    { kind: "key", hash: badge.kid, root: badge.body.iss },
    { kind: "key", hash: assignment.kid, root: assignment.body.iss },
    { kind: "badge", hash: badge.hash, root: badge.body.iss },
    { kind: "assignment", hash: assignment.hash, root: assignment.body.iss },
    { kind: "handset", hash: jkt, root: undefined },
    { kind: "carrier", hash: assignment.body.iss, root: undefined },
    { kind: "policy", hash: policy.hash, root: undefined },
  ];
  if (grant !== undefined)
    subjects.push(
      { kind: "key", hash: grant.kid, root: grant.body.iss },
      { kind: "grant", hash: grant.hash, root: grant.body.iss },
    );
  if (entrance !== undefined) {
    const hash = entranceTarget(state.crypto, policy.bld, entrance.ent);
    subjects.push({ kind: "entrance", hash, root: undefined });
  }
  return subjects;
}

function names(
  stop: AcceptedStop,
  subject: Subject,
  { chain, keysets }: { readonly chain: StopChain; readonly keysets: KeysetsInForce },
): boolean {
  const { target } = stop.body;
  if (target.kind !== subject.kind || target.hash !== subject.hash) return false;
  const { signer } = stop;
  if (signer.kind === "member") return true;
  if (subject.kind !== "handset") return subject.root === signer.root;
  // A handset belongs to the carrier that sent it and the vetter that badged it; the host reaches any in its buildings.
  return [keysets.host.keyset.root, chain.assignment.body.iss, chain.badge.body.iss].includes(
    signer.root,
  );
}

function isNewest(stop: AcceptedStop, all: readonly AcceptedStop[]): boolean {
  return !all.some((other) => sameCause(other, stop) && other.body.seq > stop.body.seq);
}
