import {
  type AcceptedPolicy,
  type Crypto,
  checkPolicyRules,
  checkSignedChallenge,
  type MemberKey,
  type Policy,
  type PolicySignature,
  partyOfOrigin,
  policyChallenge,
  type Refusal,
  type RefusalCode,
  readPolicy,
} from "@vestibule/core";

/** How far the signing of a policy has come, by the quorum that must agree to it. */
export interface SigningProgress {
  /** Members who signed, each once. */
  readonly members: readonly string[];
  /** Independent parties on whose pages they did. */
  readonly origins: readonly string[];
  readonly needed: { readonly members: number; readonly origins: number };
  readonly isComplete: boolean;
}

/** Who must sign a policy: the members of the one before it; a first policy's are its own. */
export function electorateOf(
  policy: Policy,
  last: AcceptedPolicy | undefined,
): Pick<Policy, "members" | "quorum"> {
  return last?.policy ?? policy;
}

/** Counts members and independent origins. The signatures must have been checked before. */
export function signingProgress(
  policy: Policy,
  sigs: readonly PolicySignature[],
  last: AcceptedPolicy | undefined,
): SigningProgress {
  const { members: electors, quorum } = electorateOf(policy, last);
  const signed = sigs.flatMap((signature) => {
    const key = keyOf(electors, signature);
    return key === undefined ? [] : [{ member: signature.member, key }];
  });
  const members = [...new Set(signed.map(({ member }) => member))];
  const origins = [...new Set(signed.map(({ key }) => partyOfOrigin(key.origin)))];
  const isComplete = members.length >= quorum.members && origins.length >= quorum.origins;
  return { members, origins, needed: quorum, isComplete };
}

/** Why a file that somebody handed on is not one that may be signed here. */
export type HandedRefusal =
  /** It is no policy, or not whole. */
  | { readonly why: "broken" }
  /** It is about another building. */
  | { readonly why: "other-building"; readonly place: Policy["place"] }
  /** The host has this very version. */
  | { readonly why: "known"; readonly ver: number }
  /** A newer version, or the same number, was accepted since. */
  | { readonly why: "older"; readonly ver: number; readonly present: number }
  /** It does not follow the newest version here: one between them is missing. */
  | { readonly why: "fork"; readonly ver: number; readonly present: number }
  /** It may be handed in no more: its day for that, or its end, has passed. */
  | { readonly why: "late"; readonly ver: number }
  | { readonly why: "rules"; readonly code: RefusalCode }
  /** A signature does not hold: the text was changed after it, or it was never that member's. */
  | { readonly why: "tampered"; readonly member: string; readonly code: RefusalCode };

/** A policy that somebody handed on, with signatures that each hold. */
export interface HandedPolicy {
  readonly kind: "handed";
  readonly policy: Policy;
  readonly hash: string;
  readonly sigs: readonly PolicySignature[];
}

/** Where a handed policy is to be signed. */
export interface HandedTo {
  /** The newest accepted version, pending or not; undefined before the first. */
  readonly last: AcceptedPolicy | undefined;
  /** Hashes of all accepted versions. */
  readonly known: readonly string[];
  /** The building's address at this host: what a first policy, which names no building yet, must say. */
  readonly address: string;
  /** Epoch seconds. */
  readonly at: number;
}

/**
 * Reads a policy that another member signed and handed on: whether it is this building's next, and
 * whether each signature in it holds. Whether they are enough says {@link signingProgress}.
 */
export function readHandedPolicy(
  crypto: Crypto,
  text: string,
  to: HandedTo,
): HandedPolicy | ({ readonly kind: "refused" } & HandedRefusal) {
  const read = readPolicy(crypto, text.trim());
  if (read.kind === "refused") return { kind: "refused", why: "broken" };
  const { policy, hash, sigs } = read;
  const misplaced = checkPlace(policy, hash, to);
  if (misplaced !== undefined) return { kind: "refused", ...misplaced };
  const rules = checkPolicyRules(crypto, policy);
  if (rules !== undefined) return { kind: "refused", why: "rules", code: rules.code };
  const { members } = electorateOf(policy, to.last);
  for (const signature of sigs) {
    const code = checkOne(crypto, { hash, signature, members })?.code;
    if (code !== undefined)
      return { kind: "refused", why: "tampered", member: signature.member, code };
  }
  return { kind: "handed", policy, hash, sigs };
}

function checkPlace(
  policy: Policy,
  hash: string,
  { last, known, address, at }: HandedTo,
): HandedRefusal | undefined {
  const { place, ver } = policy;
  if (known.includes(hash)) return { why: "known", ver };
  if (last === undefined) {
    const isFirst = policy.bld === undefined && policy.prev === undefined && ver === 1;
    if (!isFirst || plain(place.address) !== plain(address))
      return { why: "other-building", place };
  } else {
    const present = last.policy.ver;
    if (policy.bld !== last.bld) return { why: "other-building", place };
    if (ver <= present) return { why: "older", ver, present };
    const follows = ver === present + 1 && policy.prev === last.hash;
    if (!follows || (policy.demo === true) !== last.demo) return { why: "fork", ver, present };
  }
  return at > policy.accept_by || at >= policy.until ? { why: "late", ver } : undefined;
}

function plain(address: string): string {
  return address.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

function keyOf(members: Policy["members"], { member, cred }: PolicySignature) {
  return members
    .find(({ id }) => id === member)
    ?.keys.find((candidate): candidate is MemberKey => candidate.cred === cred);
}

function checkOne(
  crypto: Crypto,
  {
    hash,
    signature,
    members,
  }: {
    readonly hash: string;
    readonly signature: PolicySignature;
    readonly members: Policy["members"];
  },
): Pick<Refusal, "code"> | undefined {
  const key = keyOf(members, signature);
  if (key === undefined) return { code: "webauthn-credential" };
  if (!signature.batch.includes(hash)) return { code: "webauthn-challenge" };
  const challenge = policyChallenge(crypto, signature.batch);
  return checkSignedChallenge(crypto, { challenge, signature, key });
}
