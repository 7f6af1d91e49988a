import type { Change } from "../decide/decision.ts";
import type { DoorState } from "../decide/facts.ts";
import { checkAssignment, checkBadge } from "../decide/papers-checks.ts";
import { findKeysets, readOrder } from "../decide/standing.ts";
import { checkStops } from "../decide/stop-checks.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { keepBitmap } from "../papers/assemble.ts";
import type { Assignment, Badge, Grant } from "../papers/bodies.ts";
import type { Opened } from "../papers/jws.ts";
import type { AdmittedCarrier, Entrance } from "../papers/policy.ts";
import type { AcceptedPolicy } from "../papers/policy-chain.ts";

/** What the host holds when an assignment arrives, hours before the visit. */
export interface CountersignFacts extends Pick<DoorState, "crypto" | "memo" | "keysets" | "stops"> {
  /** The policy in force. */
  readonly policy: AcceptedPolicy;
  /** The host's time, epoch seconds. */
  readonly at: number;
}

/** An assignment with its badge, as the carrier handed them in. */
export interface CountersignRequest {
  readonly badge: string | undefined;
  readonly assignment: string;
  /** Newer keysets that came along. */
  readonly keysets?: readonly string[];
  /** Indexes of the parcels whose residents opted out. */
  readonly optOuts: ReadonlySet<number>;
}

/** The grants to sign with the host's grant key and to put into the log, one per box. */
export interface Countersigned {
  readonly kind: "countersigned";
  /** Empty where every parcel was opted out: then nothing opens, and nothing was wrong. */
  readonly grants: readonly Grant[];
  readonly badge: Opened<Badge>;
  readonly assignment: Opened<Assignment>;
  /** Newer keysets to keep. */
  readonly changes: readonly Change[];
}

/**
 * The host's rule: the same checks of badge, assignment, carrier and stops as in decide(), all but the
 * hour and the presence, then one grant per box for the entrances that the building opens to this
 * carrier for this purpose, without the parcels of residents who opted out.
 *
 * @param random gives that many fresh random bytes; each grant takes 16 and 32.
 */
export function countersign(
  facts: CountersignFacts,
  request: CountersignRequest,
  random: (size: number) => Uint8Array,
): Countersigned | Refusal {
  const { policy, at } = facts;
  const papers = readOrder(facts, request);
  if (papers.kind === "refused") return papers;
  const { until } = policy.policy;
  if (at >= until) return refuse("policy-expired", { until });
  const shown = request.keysets === undefined ? {} : { keysets: request.keysets };
  const keysets = findKeysets(facts, { policy, at }, { papers, shown });
  if (keysets.kind === "refused") return keysets;
  const { carrierTerms } = keysets;
  const entrances = entrancesFor(policy, carrierTerms, papers.assignment.body);
  if (entrances.length === 0) return refuse("purpose", { domain: carrierTerms.domain });
  const badged = checkBadge(facts, { policy, at }, { papers, keysets });
  if (badged.kind === "refused") return badged;
  const { badge } = badged;
  const assigned = checkAssignment(facts, { policy, at }, { papers, keysets, badge });
  if (assigned.kind === "refused") return assigned;
  const { assignment } = assigned;
  const sealedTo = new Set(assignment.body.pep.map(({ ctl }) => ctl));
  const sealed = entrances.filter(({ ctl }) => sealedTo.has(ctl));
  if (sealed.length === 0) return refuse("not-sealed-here", { domain: carrierTerms.domain });
  const chain = { badge, assignment, jkt: badge.body.cnf.jkt };
  const stopped = checkStops(facts, { policy }, { chain, keysets });
  if (stopped !== undefined) return stopped;
  const parts = { policy, assignment, optOuts: request.optOuts, random };
  const boxes = [...new Set(sealed.map(({ ctl }) => ctl))];
  const grants = boxes.flatMap((ctl) =>
    grantFor(
      sealed.filter((entrance) => entrance.ctl === ctl),
      parts,
    ),
  );
  return { kind: "countersigned", grants, badge, assignment, changes: keysets.changes };
}

function entrancesFor(
  policy: AcceptedPolicy,
  terms: AdmittedCarrier,
  { purpose }: Assignment,
): readonly Entrance[] {
  if (!terms.purposes.includes(purpose)) return [];
  return terms.ents.flatMap((ent) => {
    const entrance = policy.entrances.get(ent);
    return entrance?.purposes.includes(purpose) ? [entrance] : [];
  });
}

function grantFor(
  entrances: readonly Entrance[],
  {
    policy,
    assignment: { body, hash },
    optOuts,
    random,
  }: {
    readonly policy: AcceptedPolicy;
    readonly assignment: Opened<Assignment>;
    readonly optOuts: ReadonlySet<number>;
    readonly random: (size: number) => Uint8Array;
  },
): readonly Grant[] {
  const [first] = entrances;
  const ents = entrances.map(({ ent }) => ent);
  const kept = ({ ents: own }: Assignment["parcels"][number], index: number) =>
    !optOuts.has(index) && (own === undefined || own.some((ent) => ents.includes(ent)));
  if (first === undefined || !body.parcels.some(kept)) return [];
  return [
    {
      v: 1,
      iss: policy.policy.host.root,
      bld: policy.bld,
      ctl: first.ctl,
      ents,
      asg: hash,
      keep: keepBitmap(body.parcels.length, (index) => {
        const parcel = body.parcels[index];
        return parcel !== undefined && kept(parcel, index);
      }),
      nbf: body.nbf,
      exp: body.exp,
      jti: encodeBase64url(random(16)),
      salt: encodeBase64url(random(32)),
    },
  ];
}
