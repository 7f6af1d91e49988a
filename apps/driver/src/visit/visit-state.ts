import type { StageProgress } from "@vestibule/ui";
import type { Assignment, Building, Entrance } from "../api/today.ts";
import type { VerifiedTicket } from "./door-papers.ts";
import type { HeldCode } from "./held-codes.ts";
import type { Outcome } from "./outcome.ts";

/** A tap of a sticker, as the building page hands it over. */
export interface Tap {
  /** The entrance's TypeID; which door it is, the tag itself says to the box. */
  readonly ent: string;
  readonly e: string;
  readonly c: string;
}

/** How a phone says that it is at the door. */
export type Arrival =
  | { readonly kind: "tap"; readonly tap: { readonly e: string; readonly c: string } }
  | { readonly kind: "none" };

/** What went wrong before a box could say anything. */
export type Failure =
  | "no-network"
  | "host"
  | "not-today"
  /** The host does not know this phone's key. */
  | "key-unknown"
  | "policy-not-verified"
  | "assignment-not-verified"
  | "ticket-not-verified"
  | "too-many"
  /** The phone's owner gave no finger, or not in time. Nothing was sent. */
  | "finger";

export type Step =
  /** Nothing under way: a tap, a label, or both are wanted. */
  | { readonly kind: "ready" }
  | { readonly kind: "arriving"; readonly entrance: Entrance }
  /** The box said: you are at this door now. A label is wanted. */
  | { readonly kind: "at-door"; readonly entrance: Entrance; readonly ticket: VerifiedTicket }
  /** Ticket and label are here; the phone asks its owner for a finger. */
  | { readonly kind: "finger"; readonly entrance: Entrance }
  | { readonly kind: "opening"; readonly entrance: Entrance; readonly progress: StageProgress }
  | {
      readonly kind: "ended";
      readonly entrance: Entrance;
      readonly outcome: Outcome;
      /** The box's signed receipt, where one came. */
      readonly receipt: string | undefined;
    }
  | {
      readonly kind: "silent";
      readonly entrance: Entrance;
      /** Epoch ms. */
      readonly since: number | undefined;
      /** The host's signed word, where it gave one. */
      readonly noAccess: string | undefined;
    }
  | {
      readonly kind: "failed";
      readonly entrance: Entrance | undefined;
      readonly failure: Failure;
      /** Whether the same request may be sent once more. */
      readonly again: boolean;
    };

/** One visit, from the first label or tap to the last door. It lives in memory only. */
export interface VisitState {
  readonly building: Building | undefined;
  readonly assignment: Assignment | undefined;
  readonly codes: readonly HeldCode[];
  /** When the codes are dropped, by this page's monotonic clock in ms. */
  readonly codesUntilMs: number;
  /** Two readings of one label; the driver says which. */
  readonly choice: readonly HeldCode[];
  /** More than one label goes into the proof. */
  readonly several: boolean;
  /** A parcel that the demo's street handed over without a camera. */
  readonly demoParcel: boolean;
  /** Entrances opened on this visit, by their names in the policy. */
  readonly passed: readonly string[];
  readonly step: Step;
}

export const emptyVisit: VisitState = {
  building: undefined,
  assignment: undefined,
  codes: [],
  codesUntilMs: 0,
  choice: [],
  several: false,
  demoParcel: false,
  passed: [],
  step: { kind: "ready" },
};

/** The next entrance of a path after those that were opened; `undefined` at a path's end. */
export function nextEntrance(
  building: Pick<Building, "paths" | "entrances">,
  passed: readonly string[],
): Entrance | undefined {
  const last = passed.at(-1);
  if (last === undefined) return undefined;
  for (const path of building.paths) {
    const at = path.indexOf(last);
    const next = at < 0 ? undefined : path[at + 1];
    if (next !== undefined && !passed.includes(next))
      return building.entrances.find(({ ent }) => ent === next);
  }
  return undefined;
}

/**
 * The assignment a visit starts with: the one whose window holds this moment, else the first. The
 * phone's clock orders only; the box decides by its own, and the driver may choose another.
 */
export function likelyAssignment(
  assignments: readonly Assignment[],
  nowMs: number,
): Assignment | undefined {
  const holds = ({ window }: Assignment) => window.from <= nowMs && nowMs < window.until;
  return assignments.find(holds) ?? assignments[0];
}

/** Reads `#tap=ent_…&e=…&c=…`; anything else is `undefined`. */
export function readTapFragment(fragment: string): Tap | undefined {
  if (!fragment.startsWith("#tap=")) return undefined;
  const parts = new URLSearchParams(fragment.slice(1));
  const ent = parts.get("tap") ?? "";
  const e = parts.get("e") ?? "";
  const c = parts.get("c") ?? "";
  const wellFormed =
    /^ent_[0-9a-z]{26}$/.test(ent) && /^[0-9A-Fa-f]{32}$/.test(e) && /^[0-9A-Fa-f]{16}$/.test(c);
  return wellFormed ? { ent, e, c } : undefined;
}
