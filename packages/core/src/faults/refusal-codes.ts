/**
 * Every reason for which a paper, a policy or an attempt is refused: the closed list of papers.md,
 * its families (`limit-*`, `webauthn-*`) spelled out. Sentences are in `refusal-words.ts`.
 */
export const refusalCodes = [
  // Any paper.
  "shape",
  "size",
  "alg",
  "typ",
  "kid-unknown",
  "sig",
  "iss-mismatch",
  "role",
  "bld-mismatch",
  "not-yet",
  "expired",
  "too-long-lived",
  // Policy.
  "policy-fork",
  "policy-rollback",
  "policy-expired",
  "policy-stale-offer",
  "policy-objected",
  "notice-running",
  "member-dup",
  "quorum-members",
  "quorum-origins",
  "party-overlap",
  "entrance-unknown",
  "carrier-not-admitted",
  "hours",
  "purpose",
  "limit-lifetime",
  "limit-notice",
  "limit-release",
  "limit-days",
  "limit-retry",
  "limit-stale",
  "limit-releases",
  "limit-cap",
  "limit-handset",
  "limit-wrong-codes",
  "stale",
  "app-not-allowed",
  "uv-missing",
  "webauthn-shape",
  "webauthn-type",
  "webauthn-challenge",
  "webauthn-origin",
  "webauthn-cross-origin",
  "webauthn-rp",
  "webauthn-up",
  "webauthn-uv",
  "webauthn-credential",
  "webauthn-signature",
  // Keyset.
  "keyset-rollback",
  "keyset-expired",
  "key-too-new",
  "contractor-limit",
  // Badge.
  "badge-missing",
  "badge-carrier",
  "clearance-expired",
  // Assignment.
  "badge-mismatch",
  "handset-mismatch",
  "not-sealed-here",
  "window",
  // Grant.
  "grant-assignment",
  "grant-entrance",
  "grant-wider",
  "log-proof",
  "witnesses",
  // Ticket and tap.
  "tap-mac",
  "tap-seen",
  "tap-other-entrance",
  "ticket-expired",
  "ticket-used",
  "ticket-limit",
  // Proof.
  "proof-binding",
  "proof-replayed",
  "code-unknown",
  "code-spent",
  "retry-exhausted",
  // Stops.
  "stopped",
  "stop-reach",
  "stop-seq",
  // Recovery.
  "button",
  "waiting",
  "vetoed",
  // Intake of receipts.
  "chain-gap",
  "chain-fork",
  "receipt-sig",
  // The box and its strike.
  "state-rolled-back",
  "strike-fault",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** Facts a sentence may name: times and names, never codes or keys. */
export interface RefusalDetail {
  /** The member of a paper that does not fit. */
  readonly field?: string;
  /** Whose domain the refusal speaks of. */
  readonly domain?: string;
  /** When it will be different, epoch seconds. */
  readonly until?: number;
  /** The building's local time of the attempt, `HH:MM`. */
  readonly localTime?: string;
  /** How often it may be tried again. */
  readonly left?: number;
}

/** An expected "no": a value, never an exception. */
export interface Refusal {
  readonly kind: "refused";
  readonly code: RefusalCode;
  readonly detail: RefusalDetail;
}

/** Makes a refusal. */
export function refuse(code: RefusalCode, detail: RefusalDetail = {}): Refusal {
  return { kind: "refused", code, detail };
}
