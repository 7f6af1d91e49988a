import {
  type Change,
  type Decision,
  decide,
  type Identified,
  type Now,
  proofHash,
  readProof,
} from "@vestibule/core";
import type { ServerMessage } from "@vestibule/core/link";
import type { Attempt, Outcome } from "./attempt.ts";
import type { Effect } from "./effects.ts";
import { applyKeysets, writesOf } from "./keyset-changes.ts";
import {
  busyTickets,
  type DoorMemory,
  type HeldTicket,
  hostMsAtMost,
  nowOf,
  stateOf,
} from "./memory.ts";
import type { DoorPorts } from "./ports.ts";
import { writeReceipt } from "./receipts.ts";

type UnlockMessage = ServerMessage & { readonly t: "unlock" };

/** How long after the pulse the strike may still report before the attempt is closed, in ms. */
const strikeGraceMs = 2_000;
/** However far a host sets its deadline, a command waits no longer than this at the box, in ms. */
const fireWithinMsMax = 10_000;
/** Refusals of strangers that are recorded within an hour; a host that floods fills no disk. */
export const strangersPerHourMax = 1_000;
const hourMs = 3_600_000;
/** What a receipt can carry: the link's ids and names are wider. */
const attForm = /^att_[0-9a-z]{26}$/;
const entForm = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** Takes a proof: decides as far as the signature, then asks HPKE for the codes. */
export function takeUnlock(
  ports: DoorPorts,
  memory: DoorMemory,
  { message, nowMs }: { readonly message: UnlockMessage; readonly nowMs: number },
): readonly Effect[] {
  // The same attempt never fires twice, whoever repeats it.
  if (memory.attempts.has(message.att) || ports.reads.attemptKnown(message.att)) return [];
  if (!attForm.test(message.att) || !entForm.test(message.ent)) return [];
  const now = nowOf(memory, nowMs);
  const hostMs = hostMsAtMost(memory, nowMs);
  if (hostMs === undefined) return refuseEarly(ports, memory, { message, now, code: "stale" });
  if (hostMs > message.deadlineMs)
    return refuseEarly(ports, memory, { message, now, code: "ticket-expired" });
  const claims = readProof(ports, message.proof);
  if (claims.kind === "refused") return refuseEarly(ports, memory, { message, now, code: "shape" });
  const { body: proof } = claims;
  const held = memory.tickets.get(proof.ticket);
  if (held === undefined)
    return refuseEarly(ports, memory, { message, now, code: "ticket-expired" });
  if (busyTickets(memory).has(proof.ticket))
    return refuseEarly(ports, memory, { message, now, code: "ticket-used" });
  const attempt: Attempt = {
    att: message.att,
    ent: message.ent,
    ticket: proof.ticket,
    tapGap: held.tapGap,
    proof,
    request: message.proof,
    deadlineMs: message.deadlineMs,
    phase: {
      kind: "unsealing",
      fireByMs: nowMs + Math.min(fireWithinMsMax, message.deadlineMs - hostMs),
    },
  };
  const read = { kind: "read", paper: message.proof, claims } as const;
  const request = { papers: held.papers, ent: message.ent, proof: read };
  const decision = decide(stateOf(ports, memory), request, now);
  if (decision.kind === "refused") return recordRefusal(ports, memory, { attempt, decision, now });
  memory.attempts.set(attempt.att, attempt);
  const assignment = held.authorized.chain.assignment.body;
  return [
    // First: other threads work on it while this one still speaks to the host.
    { kind: "unseal", att: attempt.att, assignment, proof, pepper: held.pepper },
    { kind: "send", message: { t: "stage", att: attempt.att, stage: "presented" } },
  ];
}

/** HPKE has answered: the whole decision, then the record on disk, then the pulse. */
export function takeUnsealed(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    att,
    pepper,
    codes,
    nowMs,
  }: {
    readonly att: string;
    readonly pepper: Uint8Array | "unopenable";
    readonly codes: readonly string[] | "unopenable";
    readonly nowMs: number;
  },
): readonly Effect[] {
  const attempt = memory.attempts.get(att);
  if (attempt === undefined || attempt.phase.kind !== "unsealing") return [];
  const held = memory.tickets.get(attempt.ticket);
  const now = nowOf(memory, nowMs);
  const hostMs = hostMsAtMost(memory, nowMs) ?? Number.POSITIVE_INFINITY;
  const fireByMs = Math.min(attempt.phase.fireByMs, nowMs + attempt.deadlineMs - hostMs);
  if (held === undefined || fireByMs <= nowMs) return giveUp(ports, memory, { attempt, now });
  memory.attempts.delete(att);
  const request = {
    papers: held.papers,
    ent: attempt.ent,
    proof: attempt.request,
    unsealed: { pepper, codes },
  };
  const decision = decide(stateOf(ports, memory), request, now);
  if (decision.kind === "refused") return recordRefusal(ports, memory, { attempt, decision, now });
  // decide() has every fact now; an `unknown` here would be a fault of ours, and a fault never opens.
  if (decision.kind === "unknown") throw new Error(`decide() knew too little at ${decision.step}`);
  return open(ports, memory, { attempt, decision, fireByMs, now });
}

function open(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    attempt,
    decision,
    fireByMs,
    now,
  }: {
    readonly attempt: Attempt;
    readonly decision: Decision & { readonly kind: "open" };
    readonly fireByMs: number;
    readonly now: Now;
  },
): readonly Effect[] {
  const endsAtMs = fireByMs + decision.pulseMs + strikeGraceMs;
  memory.attempts.set(attempt.att, {
    ...attempt,
    phase: { kind: "pulsing", open: decision, releasedAtMs: undefined, endsAtMs },
  });
  const outcome: Outcome = {
    att: attempt.att,
    ent: attempt.ent,
    stage: "authorized",
    result: "unknown",
    flags: flagsOf(attempt, decision.retry),
    last: false,
    personal: {
      identified: decision.identified,
      proof: proofHash(ports.crypto, attempt.request),
      parcels: decision.parcels,
    },
  };
  const { pulseMs } = decision;
  const told = writeReceipt(ports, memory, { outcome, now });
  return [
    ...writesOf(memory, decision.changes),
    ...applyKeysets(ports, memory, { changes: decision.changes, now }),
    ...told.filter((effect) => effect.kind === "write"),
    // First of what follows the fsync: somebody stands at the door.
    { kind: "pulse", ent: attempt.ent, att: attempt.att, pulseMs, fireByMs },
    ...told.filter((effect) => effect.kind !== "write"),
  ];
}

/**
 * Too late, after the signature verified: the codes were opened once, so the ticket is used and the
 * attempt counts, though nothing was looked at in time.
 */
export function giveUp(
  ports: DoorPorts,
  memory: DoorMemory,
  { attempt, now }: { readonly attempt: Attempt; readonly now: Now },
): readonly Effect[] {
  memory.attempts.delete(attempt.att);
  const proof = proofHash(ports.crypto, attempt.request);
  const held = memory.tickets.get(attempt.ticket);
  const chain = held?.authorized.chain;
  const changes: Change[] = [{ kind: "ticket-used", ticket: attempt.ticket, by: proof }];
  if (chain !== undefined && now.trusted !== undefined)
    changes.push({ kind: "attempt", jkt: chain.jkt, at: now.trusted });
  const outcome: Outcome = {
    att: attempt.att,
    ent: attempt.ent,
    stage: "authenticated",
    code: "ticket-expired",
    result: "unknown",
    flags: [...flagsOf(attempt, false), "late"],
    last: true,
    personal: {
      proof,
      parcels: [],
      ...(chain === undefined ? {} : { identified: identifiedBy(chain) }),
    },
  };
  return [...writesOf(memory, changes), ...writeReceipt(ports, memory, { outcome, now })];
}

function identifiedBy({ assignment, badge, grant }: HeldTicket["authorized"]["chain"]): Identified {
  return {
    carrier: assignment.body.iss,
    driver: badge.body.drv,
    assignment: assignment.hash,
    grant: grant.hash,
  };
}

function recordRefusal(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    attempt,
    decision,
    now,
  }: {
    readonly attempt: Attempt;
    readonly decision: Decision & { readonly kind: "refused" };
    readonly now: Now;
  },
): readonly Effect[] {
  const outcome: Outcome = {
    att: attempt.att,
    ent: attempt.ent,
    stage: decision.stage,
    code: decision.code,
    result: "unknown",
    flags: flagsOf(attempt, false),
    last: true,
    ...(decision.identified === undefined
      ? {}
      : {
          personal: {
            identified: decision.identified,
            proof: proofHash(ports.crypto, attempt.request),
            parcels: [],
          },
        }),
    ...(decision.tellDetails ? { detail: decision.detail } : {}),
  };
  return [
    ...writesOf(memory, decision.changes),
    ...applyKeysets(ports, memory, { changes: decision.changes, now }),
    ...(decision.identified === undefined && tooManyStrangers(memory, now)
      ? []
      : writeReceipt(ports, memory, { outcome, now })),
  ];
}

/** Counts a refusal that names nobody; true beyond what is recorded in an hour. */
function tooManyStrangers(memory: DoorMemory, now: Now): boolean {
  const { sinceMs, count } = memory.strangers;
  const fresh = count === 0 || now.monotonicMs - sinceMs >= hourMs;
  memory.strangers = fresh ? { sinceMs: now.monotonicMs, count: 1 } : { sinceMs, count: count + 1 };
  return memory.strangers.count > strangersPerHourMax;
}

/** Refuses before anything was verified: a receipt with one code and nothing of anybody. */
function refuseEarly(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    message,
    now,
    code,
  }: {
    readonly message: UnlockMessage;
    readonly now: Now;
    readonly code: "stale" | "ticket-expired" | "ticket-used" | "shape";
  },
): readonly Effect[] {
  const late = (hostMsAtMost(memory, now.monotonicMs) ?? 0) > message.deadlineMs;
  const outcome: Outcome = {
    att: message.att,
    ent: message.ent,
    stage: "presented",
    code,
    result: "unknown",
    flags: late ? ["late"] : [],
    last: true,
  };
  return tooManyStrangers(memory, now) ? [] : writeReceipt(ports, memory, { outcome, now });
}

function flagsOf(attempt: Attempt, retry: boolean): Outcome["flags"] {
  return [
    ...(attempt.tapGap ? (["tap_gap"] as const) : []),
    ...(retry ? (["retry"] as const) : []),
  ];
}
