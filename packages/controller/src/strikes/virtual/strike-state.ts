import type { Sensing, StrikeReport } from "../strike.ts";
import { fireWithinMsMax } from "../strike.ts";

/** What the demo and the tests can switch on at a virtual strike. */
export type SwitchableFault = "jammed" | "welded" | "sensing-lost" | "slow";

/** Somebody pulls the door at every release: after `afterMs`, letting it fall shut `openForMs` later. */
export interface AutoOpen {
  readonly afterMs: number;
  readonly openForMs: number;
}

/** What the simulated people around the door can do by hand. */
export type PersonAct = "inside" | "key" | "push" | "close" | "hold";

/** A command that carries the one-time lease which the strike gave for it. */
export interface FireCommand {
  readonly token: string;
  readonly pulseId: string;
  readonly pulseMs: number;
  /** Counted by the strike from the moment it gave the lease. */
  readonly fireWithinMs: number;
}

/** A command accepted and not yet carried out; `remembered` once its id is on the disk. */
export interface PendingPulse {
  readonly pulseId: string;
  readonly pulseMs: number;
  readonly fireBy: number;
  readonly fireAt: number | undefined;
}

/** The coil under current: the one-shot ends it at `until` whatever else happens. */
export interface Coil {
  readonly since: number;
  readonly until: number;
  readonly pulseIds: readonly string[];
  readonly jammed: boolean;
}

/** Why a command is not carried out without being a fault of the strike. */
export type FireRefusal = "pulse-too-long" | "shape" | "repeated" | "busy";

export type StrikeInput =
  | { readonly kind: "lease"; readonly token: string }
  | { readonly kind: "fire"; readonly command: FireCommand }
  | { readonly kind: "remembered"; readonly pulseId: string }
  | { readonly kind: "tick" }
  | { readonly kind: "person"; readonly act: PersonAct }
  | { readonly kind: "fault"; readonly fault: SwitchableFault; readonly on: boolean }
  | { readonly kind: "people"; readonly autoOpen: AutoOpen | undefined };

export type StrikeEffect =
  | { readonly kind: "report"; readonly report: StrikeReport }
  /** To be stored durably, then answered with the input `remembered`; only then the coil moves. */
  | { readonly kind: "remember"; readonly pulseId: string }
  | { readonly kind: "refused"; readonly pulseId: string; readonly why: FireRefusal };

/** Relay, one-shot, latch, door and contact. All times are ms of one monotonic clock. */
export interface StrikeState {
  readonly sensing: Sensing;
  readonly faults: ReadonlySet<SwitchableFault>;
  /** Faults that were reported and not yet mended. */
  readonly standing: ReadonlySet<"jammed" | "welded" | "sensing-lost">;
  readonly leases: ReadonlyMap<string, number>;
  /** Ids that fired or were about to, oldest first; survives a restart. */
  readonly spent: readonly string[];
  readonly pending: readonly PendingPulse[];
  readonly coil: Coil | undefined;
  readonly restUntil: number;
  readonly stuck: boolean;
  readonly door: "open" | "closed";
  readonly doorTold: "open" | "closed";
  readonly held: boolean;
  readonly autoOpen: AutoOpen | undefined;
  readonly openAt: number | undefined;
  readonly closeAt: number | undefined;
}

/** How long the coil rests after a release, so that commands in a row cannot hold a door open. */
export const restMs = 250;
/** What the fault `slow` adds before the coil moves, in ms. */
export const slowMs = 1_500;
export const leasesMax = 16;
export const pendingMax = 8;
export const spentMax = 1_024;
if (slowMs >= fireWithinMsMax) throw new Error("a slow strike must be able to meet a deadline");

/** A strike just powered up: locked, whatever went before; only the spent ids are carried over. */
export function initialStrike(given: {
  readonly sensing: Sensing;
  readonly spent: readonly string[];
  readonly autoOpen: AutoOpen | undefined;
}): StrikeState {
  return {
    sensing: given.sensing,
    faults: new Set(),
    standing: new Set(),
    leases: new Map(),
    spent: given.spent.slice(-spentMax),
    pending: [],
    coil: undefined,
    restUntil: 0,
    stuck: false,
    door: "closed",
    doorTold: "closed",
    held: false,
    autoOpen: given.autoOpen,
    openAt: undefined,
    closeAt: undefined,
  };
}
