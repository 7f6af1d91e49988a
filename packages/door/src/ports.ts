import type {
  AcceptedPolicy,
  ChainHead,
  Crypto,
  HeldKeyset,
  Memo,
  PublicJwk,
  Spend,
  TagKeys,
  TapWindow,
} from "@vestibule/core";
import type { Sensing } from "./strike-report.ts";

/** What makes this box itself. Keys are given as functions; none can be read back. */
export interface DoorIdentity {
  readonly jwk: PublicJwk & { readonly kty: "OKP" };
  /** Thumbprint of `jwk`. */
  readonly ctl: string;
  /** X25519 public key, base64url. */
  readonly seal: string;
  readonly sign: (data: Uint8Array) => Uint8Array;
  /** Keys the digests of spent codes. */
  readonly spentSecret: Uint8Array;
  /** The claim card's secret, until it is burned. */
  readonly claim: Uint8Array | undefined;
  /** 16 random bytes of this start, base64url. */
  readonly boot: string;
  readonly version: string;
  /** The host this box was told to speak to, as it signs it. */
  readonly server: string;
}

/** Reads from the box's store; they see the writes of the events before. */
export interface DoorReads {
  readonly spend: (spent: string, ent: string) => Spend | undefined;
  /** How many came after `since`; what is older than an hour may be missing. */
  readonly attempts: (jkt: string, since: number) => number;
  readonly openings: (party: string, since: number) => number;
  readonly wrongCodes: (jkt: string, asg: string) => number;
  /** Whether a receipt names this attempt: the same attempt never fires twice. */
  readonly attemptKnown: (att: string) => boolean;
  /** Number of the oldest receipt still kept; undefined where there is none. */
  readonly oldestReceipt: () => number | undefined;
}

/** What the box's store held when the process started. */
export interface DoorStored {
  readonly policies: readonly AcceptedPolicy[];
  readonly keysets: ReadonlyMap<string, HeldKeyset>;
  /** By the hash of the sticker's UID. */
  readonly windows: ReadonlyMap<string, TapWindow>;
  readonly chain: ChainHead;
  readonly floor: number;
  /** Attempts authorized before a crash, whose end nobody saw. */
  readonly unfinished: readonly { readonly att: string; readonly ent: string }[];
}

/** Everything a door stands on. */
export interface DoorPorts {
  readonly identity: DoorIdentity;
  readonly crypto: Crypto;
  readonly memo: Memo;
  readonly random: (size: number) => Uint8Array;
  readonly reads: DoorReads;
  readonly tags: readonly TagKeys[];
  readonly strikeHealthy: (ent: string) => boolean;
  /** How the strike that is really there can tell; undefined where there is none. */
  readonly strikeSensing: (ent: string) => Sensing | undefined;
  /** After how long an open door is reported as held, in ms. */
  readonly heldOpenMs: number;
}
