import type {
  AcceptedPolicy,
  Assignment,
  Change,
  Proof,
  ReceiptPersonal,
  TapWindow,
} from "@vestibule/core";
import type { BoxMessage, ServerMessage } from "@vestibule/core/link";
import type { StrikeReport } from "./strike-report.ts";

/** Everything that can happen to a door. The caller hands in one at a time, with the monotonic time. */
export type DoorEvent =
  | { readonly kind: "link-opened" }
  | { readonly kind: "link-closed" }
  | { readonly kind: "message"; readonly message: ServerMessage }
  /** HPKE answered for an attempt: pepper and codes. */
  | {
      readonly kind: "unsealed";
      readonly att: string;
      readonly pepper: Uint8Array | "unopenable";
      readonly codes: readonly string[] | "unopenable";
    }
  /** HPKE answered for a ticket, ahead of the proof. */
  | { readonly kind: "pepper"; readonly ticket: string; readonly pepper: Uint8Array | "unopenable" }
  | { readonly kind: "strike"; readonly ent: string; readonly report: StrikeReport }
  | { readonly kind: "tick" };

/** One row to write. All writes of an event are durable before any other effect of it happens. */
export type Write =
  | { readonly kind: "policy"; readonly policy: AcceptedPolicy }
  | {
      readonly kind: "keyset";
      readonly root: string;
      readonly text: string;
      readonly kids: readonly string[];
      readonly at: number;
    }
  /** By the sticker, not its entrance: a new sticker counts from its own beginning. */
  | { readonly kind: "tap-window"; readonly uidHash: string; readonly window: TapWindow }
  | {
      readonly kind: "change";
      readonly change: Exclude<Change, { readonly kind: "keyset" | "ticket-used" }>;
    }
  | { readonly kind: "receipt"; readonly receipt: StoredReceipt }
  | { readonly kind: "floor"; readonly seconds: number }
  | { readonly kind: "claimed"; readonly bld: string }
  /** Empties the personal half of receipts older than `personalBefore`, then drops rows older than `before`. */
  | {
      readonly kind: "prune";
      readonly personalBefore: number;
      readonly before: number;
      readonly now: number;
    };

/** A receipt as the box keeps it; its personal half in a column that is emptied first. */
export interface StoredReceipt {
  readonly seq: number;
  readonly hash: string;
  readonly att: string;
  readonly ent: string;
  readonly text: string;
  readonly personal: ReceiptPersonal | undefined;
  /** True where nothing follows for this attempt. */
  readonly last: boolean;
  /** Epoch seconds by the box's trusted time. */
  readonly at: number;
}

/** What a door asks for. Order matters: writes first and durable, then the rest as listed. */
export type Effect =
  | { readonly kind: "write"; readonly write: Write }
  | { readonly kind: "send"; readonly message: BoxMessage }
  /** Sends the stored receipts with `after < seq <= upTo`, oldest first. */
  | { readonly kind: "send-receipts"; readonly after: number; readonly upTo: number }
  | {
      readonly kind: "unseal";
      readonly att: string;
      readonly assignment: Assignment;
      readonly proof: Proof;
      readonly pepper: Uint8Array | "unopenable" | undefined;
    }
  | { readonly kind: "unseal-pepper"; readonly ticket: string; readonly assignment: Assignment }
  | {
      readonly kind: "pulse";
      readonly ent: string;
      readonly att: string;
      readonly pulseMs: number;
      /**
       * The monotonic moment after which it must never fire. Absolute, so that whatever holds the
       * process up between the decision and the strike (a slow disk, a stop signal) uses it up.
       */
      readonly fireByMs: number;
    }
  /** The building is pinned and on disk: the claim card's secret is deleted. */
  | { readonly kind: "burn-claim" };
