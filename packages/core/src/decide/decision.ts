import type { Refusal, RefusalDetail } from "../faults/refusal-codes.ts";
import type { Spend } from "./facts.ts";

/** What decide() asks its caller to persist before anything moves; applied as given, in this order. */
export type Change =
  | { readonly kind: "keyset"; readonly root: string; readonly text: string }
  | { readonly kind: "ticket-used"; readonly ticket: string; readonly by: string }
  | { readonly kind: "attempt"; readonly jkt: string; readonly at: number }
  | {
      readonly kind: "wrong-codes";
      readonly jkt: string;
      readonly asg: string;
      readonly total: number;
      readonly until: number;
    }
  | {
      readonly kind: "spend";
      readonly spent: string;
      readonly ent: string;
      readonly spend: Spend;
      readonly at: number;
    }
  | { readonly kind: "opening"; readonly party: string; readonly at: number };

/** Who and what an attempt turned out to be, for the receipt's personal half. */
export interface Identified {
  readonly carrier: string;
  readonly driver: string;
  readonly assignment: string;
  readonly grant: string;
}

/** At which step facts ran out: the host never holds what the later steps need. */
export type UnknownStep = "ticket" | "proof" | "code";

/** The answer to an attempt. `open` is said here and nowhere else. */
export type Decision =
  | {
      readonly kind: "open";
      readonly ent: string;
      readonly pulseMs: number;
      readonly retry: boolean;
      /** Indexes of the parcels in the assignment, in the order of the proof's codes. */
      readonly parcels: readonly number[];
      readonly identified: Identified;
      readonly changes: readonly Change[];
    }
  | (Refusal & {
      /** How far it came: the stage that failed. */
      readonly stage: "presented" | "authenticated" | "authorized";
      /** True where the proof's signature verified; `detail` is empty otherwise. */
      readonly tellDetails: boolean;
      /**
       * The detail even where the phone may not hear it: for the box's own page, and for a host that has
       * authenticated the handset by itself.
       */
      readonly privateDetail: RefusalDetail;
      readonly identified: Identified | undefined;
      readonly changes: readonly Change[];
    })
  | { readonly kind: "unknown"; readonly step: UnknownStep };
