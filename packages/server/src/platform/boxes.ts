import type { ServerMessage } from "@vestibule/core/link";

/** An unclaimed box that is connected now and offers itself under its claim card. */
export interface BoxOffer {
  readonly ctl: string;
  /** X25519 public key, base64url. */
  readonly seal: string;
  readonly nonce: string;
  readonly mac: string;
  /** Epoch ms of the offer. */
  readonly at: number;
}

/** What became of an adoption; `mac` is the box's "done", for the page that holds the card to check. */
export type Adoption =
  | {
      readonly kind: "adopted";
      readonly bld: string;
      readonly policy: string;
      readonly mac: string;
    }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "silent" };

/** What the features may ask of the boxes' sockets; the gateway serves it, across processes. */
export interface Boxes {
  readonly offers: () => readonly BoxOffer[];
  readonly isOnline: (ctl: string) => boolean;
  /** Hands the building to an unclaimed box; answers within 3 s. */
  readonly adopt: (
    ctl: string,
    adoption: Omit<ServerMessage & { readonly t: "adopt" }, "t">,
  ) => Promise<Adoption>;
  /** A tap that gets no ticket: it only raises the counter. Lost where the box is offline. */
  readonly noteTap: (ctl: string, tap: { readonly e: string; readonly c: string }) => void;
  /** How many sockets have signed in with a box's key, anywhere; undefined where a process is silent. */
  readonly sessions: (ctl: string) => Promise<number | undefined>;
  /** Sends a box away to come back afresh, from every process. */
  readonly recall: (ctl: string) => Promise<void>;
}
