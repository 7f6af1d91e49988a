import { type ProofPaper, proofHash, type Refusal, readProof } from "@vestibule/core";
import type { AttemptSeen } from "../attempts/attempt-answer.ts";
import {
  readAttempt,
  readAttemptOfRequest,
  type StoredAttempt,
} from "../attempts/attempt-store.ts";
import { boxAnswerMs } from "../gateway/box-command.ts";
import { type DatabaseTransaction, inContext } from "../platform/database.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { newId } from "../platform/ids.ts";
import type { NewAttempt, NewReceipt } from "../records/record.ts";
import type { AttemptWaits, Heard } from "./attempt-wait.ts";
import { signNoAccess } from "./no-access.ts";
import { factsOf, rehearse } from "./rehearse.ts";
import type { UnlockFacts } from "./unlock-facts.ts";
import type { UnlockPorts } from "./unlock-ports.ts";

/** How long a driver waits for the door's last word, in ms; after it the command never fires. */
export const unlockAnswerMs = boxAnswerMs;

/** A request to open one entrance. */
export interface UnlockAsk {
  readonly entranceId: string;
  readonly assignmentId: string;
  readonly jkt: string;
  readonly carrierId: string;
  readonly ticket: string;
  readonly proof: ProofPaper;
  readonly requestKey: string;
  readonly requestHash: string;
}

/** What came of it. */
export type Unlocked =
  | { readonly kind: "attempt"; readonly attempt: AttemptSeen; readonly replayed: boolean }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly carrier: string }
  | { readonly kind: "too-many"; readonly waitMs: number }
  | {
      readonly kind: "offline";
      readonly attemptId: string;
      readonly noAccess: string;
      readonly silentSinceMs: number | undefined;
    };

/**
 * One attempt: rehearsed, recorded on disk, then put to the box, whose receipts alone say how far it
 * came. The same request again is the same attempt.
 *
 * @throws HttpFault `not-found`, `request-invalid`, `idempotency-key-reused`
 */
export async function unlock(
  ports: UnlockPorts,
  waits: AttemptWaits,
  ask: UnlockAsk,
): Promise<Unlocked> {
  const deadlineMs = ports.now() + unlockAnswerMs;
  const waitMs = ports.limiter.take({
    handset: ask.jkt,
    entrance: ask.entranceId,
    carrier: ask.carrierId,
  });
  if (waitMs !== undefined) return { kind: "too-many", waitMs };
  const facts = await factsOf(ports, ask);
  if (facts === undefined) throw new HttpFault("not-found");
  refuseOtherTicket(ports, ask);
  const refusal = rehearse(ports, facts, ask.proof);
  const attempt = newAttempt(ports, { ask, facts, refusal, deadlineMs });
  const wait = await waits.begin({
    id: attempt.id,
    buildingId: attempt.buildingId,
    here: ports.gateway.isHere(facts.ctl),
  });
  try {
    // On disk before the box is asked: no door opens without a record of the attempt.
    const recorded = await ports.writer.write({ kind: "attempt", attempt });
    if (recorded.kind === "known") return await replayed(ports, facts, ask);
    if (refusal !== undefined) return answered(fromRehearsal(attempt, facts));
    const message = {
      t: "unlock" as const,
      att: attempt.id,
      ent: facts.ent,
      proof: mutableProof(ask.proof),
      deadlineMs,
    };
    const { buildingId, entranceId, carrierId, jkt } = attempt;
    const about = { buildingId, entranceId, carrierId, jkt };
    const reply = await ports.gateway.command(facts.ctl, { kind: "unlock", message, about });
    if (reply.kind === "offline") return await offline(ports, { attempt, facts });
    const heard = await wait.until(deadlineMs - ports.now());
    return answered(await seen(ports, { attempt, facts, heard }));
  } finally {
    wait.stop();
  }
}

function answered(attempt: AttemptSeen): Unlocked {
  return { kind: "attempt", attempt, replayed: false };
}

/** The proof names its ticket; a request that names another is not understood. */
function refuseOtherTicket({ crypto, memo }: UnlockPorts, { proof, ticket }: UnlockAsk): void {
  const claimed = readProof({ crypto, memo }, proof);
  if (claimed.kind !== "refused" && claimed.body.ticket !== ticket)
    throw new HttpFault("request-invalid", { details: [{ at: "/body/ticket", rule: "proof" }] });
}

function newAttempt(
  { crypto, now }: UnlockPorts,
  {
    ask,
    facts,
    refusal,
    deadlineMs,
  }: {
    readonly ask: UnlockAsk;
    readonly facts: UnlockFacts;
    readonly refusal: Refusal | undefined;
    readonly deadlineMs: number;
  },
): NewAttempt {
  const presentedMs = now();
  return {
    buildingId: facts.buildingId,
    id: newId("attempt", presentedMs),
    entranceId: facts.entranceId,
    controllerId: facts.controllerId,
    carrierId: facts.carrierId,
    jkt: ask.jkt,
    assignmentId: facts.assignmentId,
    proofHash: proofHash(crypto, ask.proof),
    refusal,
    deadlineMs,
    presentedMs,
    requestKey: ask.requestKey,
    requestHash: ask.requestHash,
    visitId: newId("visit", presentedMs),
  };
}

function fromRehearsal(attempt: NewAttempt, facts: UnlockFacts): AttemptSeen {
  return {
    ...startOf(attempt, facts),
    stage: "presented",
    outcome: "failed",
    code: attempt.refusal?.code ?? null,
    detail: attempt.refusal?.detail ?? {},
    endedAt: new Date(attempt.presentedMs),
  };
}

function startOf(attempt: NewAttempt, facts: UnlockFacts): AttemptSeen {
  return {
    id: attempt.id,
    entranceId: attempt.entranceId,
    visitId: null,
    carrierName: facts.carrierName,
    stage: "presented",
    outcome: "open",
    code: null,
    detail: {},
    sensing: undefined,
    receipt: null,
    late: false,
    presentedAt: new Date(attempt.presentedMs),
    endedAt: null,
    deadlineAt: new Date(attempt.deadlineMs),
  };
}

async function seen(
  ports: UnlockPorts,
  given: { readonly attempt: NewAttempt; readonly facts: UnlockFacts; readonly heard: Heard },
): Promise<AttemptSeen> {
  const { attempt, facts, heard } = given;
  if (heard.kind === "ended") return fromReceipt(startOf(attempt, facts), heard.receipt);
  if (heard.kind === "waiting") {
    if (heard.newest !== undefined) return fromReceipt(startOf(attempt, facts), heard.newest);
    const { buildingId, id: attemptId } = attempt;
    const silence = { kind: "silent", buildingId, attemptId, atMs: ports.now() } as const;
    const recorded = await ports.writer.write(silence);
    if (recorded.kind === "new") return { ...startOf(attempt, facts), outcome: "silent" };
  }
  // Whoever committed its end, the rows have it.
  const stored = await ofHandset(ports, attempt.jkt, (transaction) =>
    readAttempt(transaction, attempt.id),
  );
  if (stored === undefined) throw new Error("an attempt that was recorded is not there");
  return stored;
}

/** Exactly what the receipt says, and nothing that it does not. */
function fromReceipt(start: AttemptSeen, receipt: NewReceipt): AttemptSeen {
  const failed = receipt.code !== undefined;
  return {
    ...start,
    stage: receipt.stage,
    outcome: !receipt.last ? "open" : failed ? "failed" : "reached",
    code: receipt.code ?? null,
    detail: receipt.detail ?? {},
    sensing: receipt.sensing,
    receipt: receipt.text,
    endedAt: receipt.last ? new Date(receipt.receivedMs) : null,
  };
}

async function offline(
  ports: UnlockPorts,
  { attempt, facts }: { readonly attempt: NewAttempt; readonly facts: UnlockFacts },
): Promise<Unlocked> {
  const nowMs = ports.now();
  const { buildingId, id: attemptId, jkt } = attempt;
  await ports.writer.write({ kind: "silent", buildingId, attemptId, atMs: nowMs });
  const noAccess = await signNoAccess(ports.hostKeys, facts, { jkt, nowMs });
  return { kind: "offline", attemptId, noAccess, silentSinceMs: facts.lastSeenMs };
}

/** The same request again: the attempt it made, as it stands now. */
async function replayed(ports: UnlockPorts, facts: UnlockFacts, ask: UnlockAsk): Promise<Unlocked> {
  const { buildingId } = facts;
  const read = () =>
    ofHandset(ports, ask.jkt, (transaction) =>
      readAttemptOfRequest(transaction, { buildingId, jkt: ask.jkt, key: ask.requestKey }),
    );
  let stored = await read();
  if (stored === undefined) {
    const refusal: Refusal = { kind: "refused", code: "proof-replayed", detail: {} };
    return { kind: "refused", refusal, carrier: facts.carrierName };
  }
  if (stored.requestHash !== ask.requestHash) throw new HttpFault("idempotency-key-reused");
  // Both wait for the one attempt; neither makes another.
  while (isRunning(stored, ports.now())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    stored = (await read()) ?? stored;
  }
  return { kind: "attempt", attempt: stored, replayed: true };
}

function isRunning({ outcome, deadlineAt }: StoredAttempt, nowMs: number): boolean {
  return outcome === "open" && nowMs < deadlineAt.getTime();
}

function ofHandset<T>(
  { database }: UnlockPorts,
  jkt: string,
  use: (transaction: DatabaseTransaction) => Promise<T>,
): Promise<T> {
  return inContext(database, { role: "handset", handset: jkt }, use);
}

function mutableProof(proof: ProofPaper) {
  return proof.kind === "jws" ? { ...proof } : { ...proof, assertion: { ...proof.assertion } };
}
