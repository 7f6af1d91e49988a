import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type AcceptedStop, entranceTarget, sameCause, stopStands } from "../papers/stops.ts";
import type { DoorState } from "./facts.ts";
import type { Chain } from "./papers-checks.ts";
import type { Ground, KeysetsInForce } from "./standing.ts";

/** Refuses where a standing stop names anything this attempt rests on, within its signer's reach. */
export function checkStops(
  state: DoorState,
  ground: Ground,
  { chain, keysets }: { readonly chain: Chain; readonly keysets: KeysetsInForce },
): Refusal | undefined {
  if (state.stops.length === 0) return undefined;
  const subjects = subjectsOf(state, ground, chain);
  const standing = state.stops.filter(
    (stop) => isNewest(stop, state.stops) && stop.body.on && stopStands(stop, ground.policy),
  );
  const hit = standing.find((stop) =>
    subjects.some((subject) => names(stop, subject, { chain, keysets })),
  );
  return hit === undefined ? undefined : refuse("stopped");
}

interface Subject {
  readonly kind: AcceptedStop["body"]["target"]["kind"];
  readonly hash: string;
  /** The root whose paper or key this is; a root stops its own only. */
  readonly root: string | undefined;
}

function subjectsOf(
  state: DoorState,
  { policy, entrance }: Ground,
  { badge, assignment, grant, jkt }: Chain,
): readonly Subject[] {
  return [
    { kind: "key", hash: badge.kid, root: badge.body.iss },
    { kind: "key", hash: assignment.kid, root: assignment.body.iss },
    { kind: "key", hash: grant.kid, root: grant.body.iss },
    { kind: "badge", hash: badge.hash, root: badge.body.iss },
    { kind: "assignment", hash: assignment.hash, root: assignment.body.iss },
    { kind: "grant", hash: grant.hash, root: grant.body.iss },
    { kind: "handset", hash: jkt, root: undefined },
    { kind: "carrier", hash: assignment.body.iss, root: undefined },
    {
      kind: "entrance",
      hash: entranceTarget(state.crypto, policy.bld, entrance.ent),
      root: undefined,
    },
    { kind: "policy", hash: policy.hash, root: undefined },
  ];
}

function names(
  stop: AcceptedStop,
  subject: Subject,
  { chain, keysets }: { readonly chain: Chain; readonly keysets: KeysetsInForce },
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
