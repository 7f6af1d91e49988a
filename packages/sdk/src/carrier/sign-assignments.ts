import {
  type AcceptedPolicy,
  assembleAssignment,
  assignmentLifetimeSMax,
  type Badge,
  badgeBody,
  type Crypto,
  paperBytesMax,
  paperHash,
  parcelsMax,
  type Refusal,
  readPaper,
  refuse,
  refusePaper,
  type Signer,
  signPaper,
} from "@vestibule/core";
import { type ChosenDoors, chooseDoors, type Shift } from "./choose-doors.ts";

/** A parcel of a shift. Its code stays here: a keyed digest is all that leaves. */
export interface ShiftParcel {
  /** The canonical code of the label (`canonicalCodes`). */
  readonly code: string;
  /** For opt-outs and notices, to the host alone, beside the signed paper. */
  readonly unit?: string;
  /** Entrances for this parcel alone: unit and locker doors need them. */
  readonly ents?: readonly string[];
}

/** Everything a shift's papers are made of. */
export interface ShiftPlan extends Omit<Shift, "car"> {
  /** The building's verified policies (`verifyPolicies`). */
  readonly chain: readonly AcceptedPolicy[];
  /** The driver's badge, as the vetter signed it. */
  readonly badge: string;
  readonly parcels: readonly ShiftParcel[];
  /** The present, epoch seconds. */
  readonly at: number;
}

/** An assignment ready to be uploaded. Same text again, same answer: keep it to send it again. */
export interface SignedAssignment {
  readonly text: string;
  readonly hash: string;
  readonly bld: string;
  /** One label per parcel index, where any is known. */
  readonly units?: readonly (string | null)[];
  readonly parcels: number;
}

/** Who signs. */
export interface Dispatch {
  /** The carrier's root thumbprint. */
  readonly car: string;
  readonly signer: Signer;
  /** Fresh random bytes; the platform's unless a test says otherwise. */
  readonly random?: (size: number) => Uint8Array;
}

const codePattern = /^[A-Z0-9-]{4,64}$/;

/**
 * Signs a shift's assignments: entrances and boxes from the verified policy, one fresh pepper each,
 * more than 500 parcels in several. A code that stands twice is one parcel.
 */
export async function signAssignments(
  crypto: Crypto,
  plan: ShiftPlan,
  dispatch: Dispatch,
): Promise<
  { readonly kind: "signed"; readonly assignments: readonly SignedAssignment[] } | Refusal
> {
  const shift = { car: dispatch.car, purpose: plan.purpose, nbf: plan.nbf, exp: plan.exp };
  if (plan.exp <= plan.nbf || plan.exp <= plan.at) return refuse("window", { until: plan.exp });
  if (plan.exp - plan.nbf > assignmentLifetimeSMax) return refuse("too-long-lived");
  const doors = chooseDoors(plan.chain, shift, plan.at);
  if (doors.kind === "refused") return doors;
  const badge = checkBadge(crypto, plan, { car: dispatch.car, doors });
  if (badge.kind === "refused") return badge;
  const inOrder = onceEach(plan.parcels);
  if (inOrder.length === 0 || !inOrder.every(({ code }) => codePattern.test(code)))
    return refuse("shape", { field: "parcels" });
  const maker = { crypto, plan, dispatch, doors, jkt: badge.badge.cnf.jkt };
  const assignments: SignedAssignment[] = [];
  for (let start = 0; start < inOrder.length; start += parcelsMax) {
    assignments.push(...(await signChunk(maker, inOrder.slice(start, start + parcelsMax))));
  }
  return { kind: "signed", assignments };
}

interface Maker {
  readonly crypto: Crypto;
  readonly plan: ShiftPlan;
  readonly dispatch: Dispatch;
  readonly doors: ChosenDoors;
  readonly jkt: string;
}

async function signChunk(
  maker: Maker,
  parcels: readonly ShiftParcel[],
): Promise<readonly SignedAssignment[]> {
  const { crypto, plan, dispatch, doors } = maker;
  const random = dispatch.random ?? randomBytes;
  const body = await assembleAssignment(crypto, {
    car: dispatch.car,
    bld: doors.policy.bld,
    badge: paperHash(crypto, plan.badge),
    jkt: maker.jkt,
    purpose: plan.purpose,
    nbf: plan.nbf,
    exp: plan.exp,
    parcels: parcels.map(({ code, ents }) => ({ code, ...(ents === undefined ? {} : { ents }) })),
    boxes: doors.boxes,
    pepper: random(32),
    jti: random(16),
  });
  const text = await signPaper("assignment", body, dispatch.signer);
  if (text.length > paperBytesMax.assignment && parcels.length > 1) {
    // Long lists of entrances per parcel make a paper that no box would read.
    const half = Math.ceil(parcels.length / 2);
    const first = await signChunk(maker, parcels.slice(0, half));
    return [...first, ...(await signChunk(maker, parcels.slice(half)))];
  }
  const units = parcels.map(({ unit }) => unit ?? null);
  return [
    {
      text,
      hash: paperHash(crypto, text),
      bld: doors.policy.bld,
      ...(units.some((unit) => unit !== null) ? { units } : {}),
      parcels: parcels.length,
    },
  ];
}

/** What the door would refuse of the badge, told before anybody drives. */
function checkBadge(
  crypto: Crypto,
  plan: ShiftPlan,
  { car, doors }: { readonly car: string; readonly doors: ChosenDoors },
): { readonly kind: "badge"; readonly badge: Badge } | Refusal {
  const claimed = readPaper({ crypto }, { kind: "badge", text: plan.badge, body: badgeBody });
  if (claimed.kind === "refused") return refusePaper(claimed.refusal);
  const badge = claimed.body;
  const { domain } = doors.terms;
  if (badge.car !== car) return refuse("badge-carrier", { domain });
  if (!doors.terms.clearance.some(({ root }) => root === badge.iss))
    return refuse("badge-carrier", { domain });
  if (!doors.policy.policy.apps.domains.includes(badge.app)) return refuse("app-not-allowed");
  if (badge.cleared_until <= plan.nbf)
    return refuse("clearance-expired", { until: badge.cleared_until });
  if (badge.exp <= plan.nbf) return refuse("expired", { until: badge.exp, field: "badge.exp" });
  if (doors.policy.policy.apps.uv && !badge.uv) return refuse("uv-missing");
  return { kind: "badge", badge };
}

/** The first of two lines with one code counts. */
function onceEach(parcels: readonly ShiftParcel[]): readonly ShiftParcel[] {
  const seen = new Set<string>();
  return parcels.filter(({ code }) => {
    const first = !seen.has(code);
    seen.add(code);
    return first;
  });
}

function randomBytes(size: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(size));
}
