import type { Decision, Identified, Proof, RefusalDetail, Stage } from "@vestibule/core";

/** An attempt between its proof and its last receipt. */
export interface Attempt {
  readonly att: string;
  readonly ent: string;
  readonly ticket: string;
  readonly tapGap: boolean;
  readonly proof: Proof;
  readonly request:
    | { readonly kind: "jws"; readonly text: string }
    | {
        readonly kind: "assertion";
        readonly body: string;
        readonly assertion: {
          readonly authenticatorData: string;
          readonly clientDataJSON: string;
          readonly signature: string;
        };
      };
  /** The host's clock after which it never fires. */
  readonly deadlineMs: number;
  readonly phase: Phase;
}

/** Where an attempt stands: waiting for HPKE, or for the strike. */
export type Phase =
  | { readonly kind: "unsealing"; readonly fireByMs: number }
  | {
      readonly kind: "pulsing";
      readonly open: Decision & { readonly kind: "open" };
      /** Monotonic moment at which the strike said so. */
      readonly releasedAtMs: number | undefined;
      readonly endsAtMs: number;
    };

/** What a receipt says of an attempt's outcome. */
export interface Outcome {
  readonly att: string;
  readonly ent: string;
  readonly stage: Stage;
  readonly code?: string;
  readonly result: "opened" | "not-opened" | "current" | "no-current" | "unknown";
  readonly flags: readonly ("tap_gap" | "late" | "retry")[];
  readonly last: boolean;
  readonly personal?: {
    readonly identified?: Identified;
    readonly proof?: string;
    readonly parcels: readonly number[];
  };
  readonly detail?: RefusalDetail;
}
