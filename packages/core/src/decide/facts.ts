import type { Crypto, PublicJwk } from "../crypto/port.ts";
import type { Ticket } from "../papers/bodies.ts";
import type { Memo } from "../papers/jws.ts";
import type { AcceptedKeyset } from "../papers/keysets.ts";
import type { AcceptedPolicy } from "../papers/policy-chain.ts";
import type { MemberAssertion } from "../papers/policy-quorum.ts";
import type { AcceptedStop } from "../papers/stops.ts";
import type { ClaimedProof } from "./proof-check.ts";

/** The moment of a decision: the box's trusted time and its monotonic clock. The phone's is used nowhere. */
export interface Now {
  /** Trusted time, epoch seconds; absent before the box has any. */
  readonly trusted: number | undefined;
  /** Age of the newest fresh state in seconds, counted from the nonce that asked for it. */
  readonly ageS: number | undefined;
  /** Milliseconds since the box started. */
  readonly monotonicMs: number;
}

/** A keyset as the box or host holds it. */
export interface HeldKeyset {
  readonly keyset: AcceptedKeyset;
  /** Cosigned time of inclusion by key thumbprint; absent keys are not yet included. */
  readonly includedAt: ReadonlyMap<string, number>;
}

/** What decide() knows. The host holds all but `box`, whose steps then answer `unknown`. */
export interface DoorState {
  readonly crypto: Crypto;
  readonly memo?: Memo | undefined;
  readonly ctl: string;
  readonly policies: readonly AcceptedPolicy[];
  readonly keysets: ReadonlyMap<string, HeldKeyset>;
  readonly stops: readonly AcceptedStop[];
  /** Its own head in the log was higher than on disk: shut until re-commissioned. */
  readonly rolledBack: boolean;
  readonly box?: BoxFacts;
}

/** What only the box holds. */
export interface BoxFacts {
  readonly boot: string;
  /** Key of the spent digests; never leaves the box. */
  readonly spentSecret: Uint8Array;
  readonly ticket: (hash: string) => LiveTicket | undefined;
  readonly spend: (spent: string, ent: string) => Spend | undefined;
  /** How many attempts of this handset came after `since` (trusted seconds, an hour back at most). */
  readonly attempts: (jkt: string, since: number) => number;
  /** The same for openings by carrier root or contractor key. */
  readonly openings: (party: string, since: number) => number;
  readonly wrongCodes: (jkt: string, asg: string) => number;
  readonly strikeHealthy: (ent: string) => boolean;
}

/** A ticket the box made and keeps in memory only: a reboot forgets it, and the driver taps again. */
export interface LiveTicket {
  readonly hash: string;
  readonly body: Ticket;
  readonly madeAtMs: number;
  /** The proof that used it, by the hash of what was signed. */
  readonly usedBy: string | undefined;
}

/** How a code was spent at one entrance. */
export interface Spend {
  readonly days: readonly { readonly day: string; readonly openings: number }[];
  /** The first spend of the newest day, and what a retry must repeat exactly. */
  readonly first: {
    readonly boot: string;
    readonly atMs: number;
    readonly jkt: string;
    readonly asg: string;
    readonly codes: string;
    readonly retries: number;
  };
}

/** The papers a handset shows: badge, assignment and grant as it holds them, and its public key. */
export interface ShownPapers {
  readonly badge: string | undefined;
  readonly assignment: string;
  readonly grant: string;
  readonly handset: PublicJwk;
  /** Keysets the phone carries; newer ones than the box holds are accepted. */
  readonly keysets?: readonly string[];
}

/** A proof in one of its two forms. */
export type ProofPaper =
  | { readonly kind: "jws"; readonly text: string }
  | {
      readonly kind: "assertion";
      readonly body: string;
      readonly assertion: Required<MemberAssertion>;
    };

/** A proof that its caller has read already, to find the ticket it names: it is not read again. */
export interface ReadProof {
  readonly kind: "read";
  readonly paper: ProofPaper;
  readonly claims: ClaimedProof;
}

/** What HPKE revealed to the box; `unopenable` where it was not sealed here or was altered. */
export interface UnsealedFacts {
  readonly pepper: Uint8Array | "unopenable";
  readonly codes: readonly string[] | "unopenable";
}

/** An attempt to open one entrance. Without a proof, the answer can at best be `unknown`. */
export interface UnlockRequest {
  readonly papers: ShownPapers;
  readonly ent: string;
  readonly proof?: ProofPaper | ReadProof;
  readonly unsealed?: UnsealedFacts;
}
