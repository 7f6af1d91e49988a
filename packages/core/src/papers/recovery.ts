import type { Crypto, PublicJwk } from "../crypto/port.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type Recovery, recoveryBody } from "./bodies.ts";
import { type OpenContext, type Opened, openPaper, refusePaper } from "./jws.ts";
import { recoveryUptimeSMin } from "./limits.ts";
import type { Policy } from "./policy.ts";
import {
  type AcceptedPolicy,
  acceptedAs,
  checkFollows,
  checkOfferedInTime,
} from "./policy-chain.ts";
import { checkSignedChallenge, type MemberAssertion } from "./policy-quorum.ts";
import { checkPolicyRules } from "./policy-rules.ts";
import { readPolicy } from "./read-policy.ts";

/** A recovery as it is offered to a box: the paper key's word, and the policy that shall follow. */
export interface RecoveryOffer {
  readonly text: string;
  readonly policyText: string;
  /** The newest accepted policy. */
  readonly last: AcceptedPolicy;
  /** Trusted time, epoch seconds. */
  readonly at: number;
}

/** One member's "no": enough to end a recovery, over any link. */
export interface Veto {
  readonly member: string;
  readonly cred: string;
  readonly assertion: MemberAssertion;
}

/** What the box itself saw since the recovery began. */
export interface RecoveryProgress {
  readonly buttonAtStart: boolean;
  readonly buttonAtEnd: boolean;
  /** Seconds of this boot since the first press; a reboot starts again at nothing. */
  readonly uptimeS: number;
  readonly vetoes: readonly Veto[];
}

/** A recovery whose papers hold; what remains is the button, the time and nobody's veto. */
export interface ReadRecovery {
  readonly kind: "recovery";
  /** Names it in vetoes. */
  readonly hash: string;
  readonly accepted: AcceptedPolicy;
}

/** The bytes a member signs to veto: SHA-256("vestibule/veto/1\n" ‖ hash of the recovery paper). */
export function vetoChallenge(crypto: Crypto, recovery: string): Uint8Array {
  const hash = decodeBase64url(recovery) ?? new Uint8Array();
  return crypto.sha256(concat(utf8("vestibule/veto/1\n"), hash));
}

/**
 * Checks what a recovery says, before anybody waits 72 hours for it: signed by the recovery key of the
 * newest policy, and the policy it names keeps genesis, notice (not shorter), quorum and witnesses,
 * and admits no carrier, so that a thief of the paper gains a shut door.
 */
export function readRecovery(context: OpenContext, offer: RecoveryOffer): ReadRecovery | Refusal {
  const { last } = offer;
  const jwk: PublicJwk = { kty: "OKP", crv: "Ed25519", x: last.policy.recovery.sign };
  const paper = { kind: "recovery", text: offer.text, body: recoveryBody } as const;
  const opened = openPaper(context, paper, () => jwk);
  if (opened.kind === "refused") return refusePaper(opened.refusal);
  const read = readPolicy(context.crypto, offer.policyText);
  if (read.kind === "refused") return read;
  const refusal =
    checkNames(opened, read.hash, last) ??
    checkPolicyRules(context.crypto, read.policy) ??
    checkFollows(read, last) ??
    checkOfferedInTime(read.policy, offer.at) ??
    checkKept(read.policy, last.policy);
  if (refusal !== undefined) return refusal;
  const inForceFrom = Math.max(offer.at, read.policy.from);
  const accepted = acceptedAs(context.crypto, read, { inForceFrom, overruled: [] });
  return { kind: "recovery", hash: opened.hash, accepted };
}

/** The whole rule: the papers hold, nobody vetoed, hands at the button at start and end, 72 h of uptime. */
export function acceptRecovery(
  context: OpenContext,
  offer: RecoveryOffer,
  progress: RecoveryProgress,
): { readonly kind: "accepted"; readonly accepted: AcceptedPolicy } | Refusal {
  const read = readRecovery(context, offer);
  if (read.kind === "refused") return read;
  const { members } = offer.last.policy;
  if (progress.vetoes.some((veto) => vetoHolds(context.crypto, read.hash, { veto, members })))
    return refuse("vetoed");
  if (!progress.buttonAtStart) return refuse("button", { field: "start" });
  if (progress.uptimeS < recoveryUptimeSMin)
    return refuse("waiting", { until: offer.at + recoveryUptimeSMin - progress.uptimeS });
  if (!progress.buttonAtEnd) return refuse("button", { field: "end" });
  return { kind: "accepted", accepted: read.accepted };
}

/** Whether a veto is a member's own word on this very recovery. */
export function vetoHolds(
  crypto: Crypto,
  recovery: string,
  { veto, members }: { readonly veto: Veto; readonly members: Policy["members"] },
): boolean {
  const key = members
    .find((member) => member.id === veto.member)
    ?.keys.find((candidate) => candidate.cred === veto.cred);
  if (key === undefined) return false;
  const challenge = vetoChallenge(crypto, recovery);
  return checkSignedChallenge(crypto, { challenge, signature: veto.assertion, key }) === undefined;
}

function checkNames(
  { kid, body }: Opened<Recovery>,
  policy: string,
  last: AcceptedPolicy,
): Refusal | undefined {
  if (body.iss !== kid) return refuse("iss-mismatch");
  if (body.bld !== last.bld) return refuse("bld-mismatch");
  if (body.prev !== last.hash) return refuse("policy-fork", { field: "prev" });
  return body.policy === policy ? undefined : refuse("policy-fork", { field: "policy" });
}

function checkKept(next: Policy, last: Policy): Refusal | undefined {
  if (next.carriers.length > 0) return refuse("carrier-not-admitted", { field: "carriers" });
  if (next.notice_s < last.notice_s) return refuse("limit-notice", { field: "notice_s" });
  if (next.quorum.members !== last.quorum.members) return refuse("quorum-members");
  if (next.quorum.origins !== last.quorum.origins) return refuse("quorum-origins");
  const same = canonicalize(next.witnesses ?? null) === canonicalize(last.witnesses ?? null);
  return same ? undefined : refuse("witnesses", { field: "witnesses" });
}
