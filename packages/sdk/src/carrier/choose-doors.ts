import {
  type AcceptedPolicy,
  type AdmittedCarrier,
  type Entrance,
  isOpen,
  type Purpose,
  policyInForce,
  type Refusal,
  refuse,
} from "@vestibule/core";

/** A shift at one building, as a carrier plans it. */
export interface Shift {
  /** The carrier's root thumbprint. */
  readonly car: string;
  readonly purpose: Purpose;
  /** Epoch seconds. */
  readonly nbf: number;
  readonly exp: number;
}

/** The entrances a shift may use and the boxes behind them, as the signed policy names them. */
export interface ChosenDoors {
  readonly kind: "doors";
  readonly policy: AcceptedPolicy;
  readonly terms: AdmittedCarrier;
  readonly ents: readonly string[];
  /** Boxes of a policy that takes effect during the shift are among them. */
  readonly boxes: readonly Pick<Entrance, "ctl" | "seal">[];
}

/**
 * Chooses entrances and boxes for a shift, and says early what the door would say later: carrier not
 * admitted, purpose, hours that never fall into the window.
 */
export function chooseDoors(
  chain: readonly AcceptedPolicy[],
  shift: Shift,
  at: number,
): ChosenDoors | Refusal {
  const policy = policyInForce(chain, at) ?? policyInForce(chain, shift.nbf);
  if (policy === undefined) return refuse("notice-running");
  const { until } = policy.policy;
  if (at >= until) return refuse("policy-expired", { until });
  const terms = policy.carriers.get(shift.car);
  if (terms === undefined) return refuse("carrier-not-admitted");
  const { domain } = terms;
  if (!terms.purposes.includes(shift.purpose)) return refuse("purpose", { domain });
  const open = isOpen(terms, shift.nbf);
  if (!open.open && (open.next === undefined || open.next >= shift.exp)) {
    const next = open.next === undefined ? {} : { until: open.next };
    const localTime = open.localTime === undefined ? {} : { localTime: open.localTime };
    return refuse("hours", { domain, ...next, ...localTime });
  }
  const ents = entrancesOf(policy, shift);
  if (ents.length === 0) return refuse("purpose", { domain });
  const pending = chain.filter(
    (later) => later.inForceFrom > policy.inForceFrom && later.inForceFrom < shift.exp,
  );
  const boxes = [policy, ...pending].flatMap((each) => entrancesOf(each, shift));
  return { kind: "doors", policy, terms, ents: ents.map(({ ent }) => ent), boxes: distinct(boxes) };
}

function entrancesOf(policy: AcceptedPolicy, shift: Shift): readonly Entrance[] {
  const terms = policy.carriers.get(shift.car);
  return policy.policy.entrances.filter(
    ({ ent, purposes }) => terms?.ents.includes(ent) === true && purposes.includes(shift.purpose),
  );
}

function distinct(entrances: readonly Entrance[]): readonly Pick<Entrance, "ctl" | "seal">[] {
  const byBox = new Map(entrances.map(({ ctl, seal }) => [ctl, { ctl, seal }]));
  return [...byBox.values()];
}
