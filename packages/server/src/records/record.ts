import type { Stage } from "@vestibule/core";
import type { OutboxEvent } from "../platform/outbox.ts";

/** How an attempt stands: not ended, ended at its stage, refused, or left without any word of the box. */
export type AttemptOutcome = "open" | "reached" | "failed" | "silent";

/** What the door could tell of itself. */
export interface SensingSeen {
  readonly kind: "contact" | "current" | "none";
  readonly result: "opened" | "not-opened" | "current" | "no-current" | "unknown";
}

/** An attempt as it is recorded before any box is asked. */
export interface NewAttempt {
  readonly buildingId: string;
  readonly id: string;
  readonly entranceId: string;
  readonly controllerId: string;
  readonly carrierId: string;
  readonly jkt: string;
  readonly assignmentId: string;
  readonly proofHash: string;
  /** Present where the host's own rehearsal refused: the box is not asked. */
  readonly refusal: { readonly code: string; readonly detail: object } | undefined;
  readonly deadlineMs: number;
  readonly presentedMs: number;
  readonly requestKey: string;
  readonly requestHash: string;
  /** The id of the visit that it opens where none is open. */
  readonly visitId: string;
}

/** A receipt that was verified and continues its chain. */
export interface NewReceipt {
  readonly buildingId: string;
  readonly id: string;
  readonly ctl: string;
  readonly controllerId: string;
  readonly seq: number;
  readonly boot: string;
  readonly hash: string;
  readonly prevHash: string;
  readonly ent: string;
  readonly attemptId: string;
  readonly stage: Stage;
  readonly code: string | undefined;
  readonly sensing: SensingSeen;
  readonly detail: object | undefined;
  readonly text: string;
  readonly personal: { readonly car?: string | undefined; readonly salt: string } | undefined;
  /** Nothing follows for this attempt. */
  readonly last: boolean;
  readonly receivedMs: number;
}

/** What the batch writer takes. */
export type Entry =
  | { readonly kind: "attempt"; readonly attempt: NewAttempt }
  | { readonly kind: "receipt"; readonly receipt: NewReceipt }
  /** The box said nothing in time: true only if it still has not. */
  | {
      readonly kind: "silent";
      readonly buildingId: string;
      readonly attemptId: string;
      readonly atMs: number;
    }
  | { readonly kind: "event"; readonly event: OutboxEvent };

/** What became of an entry, after its commit. */
export type Recorded =
  | { readonly kind: "new" }
  /** It was there before; nothing changed. */
  | { readonly kind: "known" };
