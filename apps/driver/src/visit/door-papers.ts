import {
  type AcceptedPolicy,
  type Assignment as AssignmentBody,
  acceptPolicy,
  assembleProof,
  assignmentBody,
  canonicalize,
  encodeBase64url,
  openKeyset,
  openPaper,
  type Entrance as PolicyEntrance,
  type ProofPaper,
  type PublicJwk,
  proofChallenge,
  type Receipt,
  readPaper,
  readPolicy,
  receiptBody,
  signPaper,
  type Ticket,
  ticketBody,
  verifyPaper,
} from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import { askFinger } from "../api/finger.ts";
import { signWith } from "../api/handset-signer.ts";
import type { Assignment, Building } from "../api/today.ts";
import { asksFinger, type Handset } from "../kept/handset.ts";

const port = browserCrypto();

/** A building whose policy this phone followed from its first signature on. */
export interface VerifiedBuilding {
  readonly chain: readonly AcceptedPolicy[];
  readonly assignment: AssignmentBody;
}

/** What the phone could not verify: nothing is sealed then, whatever the host says. */
export type NotVerified = { readonly kind: "not-verified"; readonly what: "policy" | "assignment" };

/** Whether the newest policy is the first one, so that no others need be asked for. */
export function isGenesis(policy: string): boolean {
  const read = readPolicy(port, policy);
  return read.kind === "read" && read.policy.ver === 1;
}

/**
 * Follows a building's policies from genesis, whose hash is the building's identity, and checks that
 * the carrier this driver enrolled with sent him to that very building. What is sealed afterwards can
 * be opened only by a box that the building's own members named.
 *
 * @param policies envelopes, genesis first.
 */
export function verifyBuilding(
  building: Pick<Building, "bld" | "keysets">,
  {
    policies,
    assignment,
    handset,
  }: {
    readonly policies: readonly string[];
    readonly assignment: Pick<Assignment, "text">;
    readonly handset: Pick<Handset, "answer">;
  },
): ({ readonly kind: "verified" } & VerifiedBuilding) | NotVerified {
  const chain = followPolicies(policies);
  if (chain === undefined || chain[0]?.bld !== building.bld)
    return { kind: "not-verified", what: "policy" };
  const body = readAssignment(building.keysets, assignment.text, handset);
  if (body === undefined || body.bld !== building.bld || body.cnf.jkt !== handset.answer.terms.jkt)
    return { kind: "not-verified", what: "assignment" };
  return { kind: "verified", chain, assignment: body };
}

function followPolicies(policies: readonly string[]): readonly AcceptedPolicy[] | undefined {
  const chain: AcceptedPolicy[] = [];
  for (const text of policies) {
    const read = readPolicy(port, text);
    if (read.kind === "refused") return undefined;
    // The phone's clock is used nowhere: each offer is judged as of its own last moment.
    const at = Math.min(read.policy.accept_by, read.policy.until - 1);
    const followed = acceptPolicy(port, { text, last: chain.at(-1), at });
    if (followed.kind === "refused") return undefined;
    chain.push(followed.accepted);
  }
  return chain;
}

function readAssignment(
  keysets: readonly string[],
  text: string,
  handset: Pick<Handset, "answer">,
): AssignmentBody | undefined {
  const claimed = readPaper({ crypto: port }, { kind: "assignment", text, body: assignmentBody });
  if (claimed.kind === "refused" || claimed.body.iss !== handset.answer.terms.car) return undefined;
  for (const keysetText of keysets) {
    const opened = openKeyset({ crypto: port }, keysetText);
    if (opened.kind === "refused" || opened.keyset.root !== handset.answer.terms.car) continue;
    const key = opened.keyset.keys.get(claimed.kid);
    if (key?.use !== "dispatch") continue;
    const verified = verifyPaper({ crypto: port }, { kind: "assignment", claimed }, key.jwk);
    if (verified.kind === "opened") return verified.body;
  }
  return undefined;
}

/** A ticket that the entrance's own box signed, with that entrance as the signed policy names it. */
export interface VerifiedTicket {
  readonly kind: "ticket";
  readonly hash: string;
  readonly body: Ticket;
  readonly entrance: PolicyEntrance;
  readonly boxJwk: PublicJwk;
}

export type TicketVerdict =
  | VerifiedTicket
  | { readonly kind: "policy-unknown" }
  | { readonly kind: "not-verified"; readonly what: "ticket" };

/** Checks a ticket: made by the box that the policy names, for this phone and a grant it holds. */
export function verifyTicket(
  verified: VerifiedBuilding,
  {
    ticket,
    boxJwk,
    grants,
    jkt,
  }: {
    readonly ticket: string;
    readonly boxJwk: PublicJwk;
    readonly grants: readonly string[];
    readonly jkt: string;
  },
): TicketVerdict {
  const opened = openPaper(
    { crypto: port },
    { kind: "ticket", text: ticket, body: ticketBody },
    () => boxJwk,
  );
  const wrong = { kind: "not-verified", what: "ticket" } as const;
  if (opened.kind === "refused") return wrong;
  const { body } = opened;
  // A policy changed since the list was fetched: the caller asks again, once.
  const policy = verified.chain.find((candidate) => candidate.hash === body.pol);
  if (policy === undefined) return { kind: "policy-unknown" };
  const entrance = policy.entrances.get(body.ent);
  if (entrance === undefined || entrance.ctl !== opened.kid || body.iss !== opened.kid)
    return wrong;
  if (body.bld !== policy.bld || body.jkt !== jkt || !grants.includes(body.grant)) return wrong;
  return { kind: "ticket", hash: opened.hash, body, entrance, boxJwk };
}

/**
 * Seals the codes to the entrance's box and signs the proof with the handset's key; where the badge
 * says so, with a finger. Rejects where no finger was given, or `signal` gave it up.
 */
export async function prove(
  ticket: VerifiedTicket,
  {
    assignment,
    asg,
    codes,
    handset,
    signal,
  }: {
    readonly assignment: AssignmentBody;
    /** The assignment's hash. */
    readonly asg: string;
    /** Canonical codes, one per label. */
    readonly codes: readonly string[];
    readonly handset: Handset;
    readonly signal: AbortSignal;
  },
): Promise<ProofPaper> {
  const { jkt } = handset.answer.terms;
  const body = await assembleProof({
    ticket: ticket.hash,
    grant: ticket.body.grant,
    asg,
    jkt,
    ent: ticket.body.ent,
    purpose: assignment.purpose,
    box: ticket.entrance,
    codes,
    jti: crypto.getRandomValues(new Uint8Array(16)),
  });
  if (asksFinger(handset)) {
    const said = canonicalize(body);
    const ask = askFinger(handset, signal);
    return { kind: "assertion", body: said, assertion: await ask(proofChallenge(port, said)) };
  }
  const text = await signPaper("proof", body, {
    jwk: handset.answer.jwk,
    kid: jkt,
    sign: (data) => signWith(handset.key, data),
  });
  return { kind: "jws", text };
}

/** What the box itself said of an attempt; `undefined` for anything its key did not sign. */
export function readReceipt(text: string, ticket: VerifiedTicket): Receipt | undefined {
  const opened = openPaper(
    { crypto: port },
    { kind: "receipt", text, body: receiptBody },
    () => ticket.boxJwk,
  );
  if (opened.kind === "refused" || opened.kid !== ticket.entrance.ctl) return undefined;
  const { body } = opened;
  return body.iss === opened.kid && body.ent === ticket.body.ent && body.bld === ticket.body.bld
    ? body
    : undefined;
}

/** A fresh Idempotency-Key: the same attempt sent twice is one attempt. */
export function randomKey(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}
