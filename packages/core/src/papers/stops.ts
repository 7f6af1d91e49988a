import type { Crypto } from "../crypto/port.ts";
import { hashText } from "../crypto/thumbprint.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { canonicalize, parseCanonical } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type Stop, stopBody } from "./bodies.ts";
import { type OpenContext, readPaper, readShape, refusePaper, verifyPaper } from "./jws.ts";
import { type AcceptedKeyset, keyFor, type RootRole } from "./keysets.ts";
import { paperBytesMax } from "./limits.ts";
import type { AcceptedPolicy } from "./policy-chain.ts";
import { checkSignedChallenge, type MemberAssertion } from "./policy-quorum.ts";

/** Who may stop: a root through a `stop` key, or one member of the building. */
export type StopSigner =
  | { readonly kind: RootRole; readonly root: string; readonly kid: string }
  | { readonly kind: "member"; readonly member: string };

/** A stop that was verified; it counts as long as the policy in force names its signer. */
export interface AcceptedStop {
  readonly body: Stop;
  readonly signer: StopSigner;
}

/** A stop as it travels: a paper of a root's stop key, or a member's assertion over the body. */
export type StopPaper =
  | { readonly kind: "jws"; readonly text: string; readonly role: RootRole }
  | {
      readonly kind: "member";
      readonly body: string;
      readonly member: string;
      readonly cred: string;
      readonly assertion: MemberAssertion;
    };

/** What each signer may reach: widest for the building's own members. */
const reach: Readonly<Record<StopSigner["kind"], readonly Stop["target"]["kind"][]>> = {
  carrier: ["key", "handset", "assignment"],
  vetter: ["key", "badge", "handset"],
  host: ["key", "grant", "handset"],
  member: ["key", "badge", "handset", "assignment", "grant", "carrier", "entrance", "policy"],
};

/** The hash under which a stop names an entrance: SHA-256(bld ‖ ent). */
export function entranceTarget(crypto: Crypto, bld: string, ent: string): string {
  return hashText(crypto, concat(decodeBase64url(bld) ?? new Uint8Array(), utf8(ent)));
}

/** The bytes that a member signs to stop: SHA-256("vestibule/stop/1\n" ‖ JCS(body)). */
export function stopChallenge(crypto: Crypto, body: Stop): Uint8Array {
  return crypto.sha256(concat(utf8("vestibule/stop/1\n"), utf8(canonicalize(body))));
}

/** What a stop is checked against. */
export interface StopContext extends OpenContext {
  readonly policy: AcceptedPolicy;
  readonly keysets: ReadonlyMap<string, AcceptedKeyset>;
  readonly held: readonly AcceptedStop[];
  /** Trusted time, epoch seconds. */
  readonly at: number;
}

/** Verifies a stop: signature, reach, and that its sequence number rises per signer and target. */
export function acceptStop(
  context: StopContext,
  paper: StopPaper,
): { readonly kind: "stop"; readonly stop: AcceptedStop } | Refusal {
  const opened =
    paper.kind === "jws" ? openRootStop(context, paper) : openMemberStop(context, paper);
  if (opened.kind === "refused") return opened;
  const { body, signer } = opened.stop;
  if (body.bld !== undefined && body.bld !== context.policy.bld) return refuse("bld-mismatch");
  if (signer.kind === "member" && body.bld === undefined) return refuse("stop-reach");
  if (!reach[signer.kind].includes(body.target.kind)) return refuse("stop-reach");
  const last = context.held
    .filter((held) => sameCause(held, opened.stop))
    .map((held) => held.body.seq);
  if (last.some((seq) => seq >= body.seq)) return refuse("stop-seq");
  return opened;
}

/** Whether two stops are by the same signer about the same target: the higher number replaces. */
export function sameCause(left: AcceptedStop, right: AcceptedStop): boolean {
  return (
    left.body.iss === right.body.iss &&
    left.body.target.kind === right.body.target.kind &&
    left.body.target.hash === right.body.target.hash
  );
}

function openRootStop(
  context: StopContext,
  paper: StopPaper & { readonly kind: "jws" },
): { readonly kind: "stop"; readonly stop: AcceptedStop } | Refusal {
  const claimed = readPaper(context, { kind: "stop", text: paper.text, body: stopBody });
  if (claimed.kind === "refused") return refusePaper(claimed.refusal);
  const root = claimed.body.iss;
  if (!rootsOf(context.policy, paper.role).includes(root)) return refuse("stop-reach");
  const keyset = context.keysets.get(root);
  if (keyset === undefined) return refuse("kid-unknown");
  const byRoot = claimed.kid === root;
  // Only the root itself lifts what one of its keys stopped: a thief of the stop key cannot.
  if (!claimed.body.on && !byRoot) return refuse("stop-reach");
  const found = byRoot
    ? ({ kind: "key", key: { jwk: keyset.body.sub } } as const)
    : keyFor(keyset, { kid: claimed.kid, use: "stop", at: context.at });
  if (found.kind === "refused") return found;
  const opened = verifyPaper(context, { kind: "stop", claimed }, found.key.jwk);
  if (opened.kind === "refused") return refusePaper(opened.refusal);
  return {
    kind: "stop",
    stop: { body: opened.body, signer: { kind: paper.role, root, kid: claimed.kid } },
  };
}

function openMemberStop(
  context: StopContext,
  paper: StopPaper & { readonly kind: "member" },
): { readonly kind: "stop"; readonly stop: AcceptedStop } | Refusal {
  if (paper.body.length > paperBytesMax.stop) return refuse("size");
  const read = readShape(parseCanonical(paper.body), stopBody);
  if (read.kind === "refused") return refusePaper(read.refusal);
  const key = context.policy.policy.members
    .find((member) => member.id === paper.member)
    ?.keys.find((candidate) => candidate.cred === paper.cred);
  if (key === undefined) return refuse("webauthn-credential");
  // A member has no root: its id within the policy stands for the issuer, hashed like any other name.
  if (read.body.iss !== memberIssuer(context.crypto, paper.member)) return refuse("iss-mismatch");
  const challenge = stopChallenge(context.crypto, read.body);
  const bad = checkSignedChallenge(context.crypto, { challenge, signature: paper.assertion, key });
  if (bad !== undefined) return bad;
  return {
    kind: "stop",
    stop: { body: read.body, signer: { kind: "member", member: paper.member } },
  };
}

/** The issuer a member's stop names: SHA-256 of the member's id. */
export function memberIssuer(crypto: Crypto, member: string): string {
  return hashText(crypto, utf8(member));
}

function rootsOf({ policy }: AcceptedPolicy, role: RootRole): readonly string[] {
  switch (role) {
    case "host":
      return [policy.host.root];
    case "carrier":
      return policy.carriers.map((carrier) => carrier.root);
    case "vetter":
      return policy.carriers.flatMap((carrier) => carrier.clearance.map((vetter) => vetter.root));
  }
}

/** Whether the policy in force still names who signed a stop; otherwise the stop has fallen. */
export function stopStands(stop: AcceptedStop, policy: AcceptedPolicy): boolean {
  const { signer } = stop;
  if (signer.kind === "member")
    return policy.policy.members.some((member) => member.id === signer.member);
  return rootsOf(policy, signer.kind).includes(signer.root);
}

/** Whether this is an objection to a pending policy that all other members signed against. */
export function isOverruled(stop: AcceptedStop, policy: AcceptedPolicy): boolean {
  const { signer, body } = stop;
  return (
    signer.kind === "member" &&
    body.target.kind === "policy" &&
    policy.overruled.includes(signer.member) &&
    body.iat < policy.inForceFrom
  );
}
