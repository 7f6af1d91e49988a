import { dayS, decodeBase64url, encodeBase64url, type Now, spendKeptS } from "@vestibule/core";
import { linkAuthMessage, type ServerMessage } from "@vestibule/core/link";
import { adopt, offerClaim } from "./claiming.ts";
import type { DoorEvent, Effect } from "./effects.ts";
import { takeKeyset, takePolicy, takeTap } from "./intake.ts";
import { type DoorMemory, dropDeadTickets, nowOf, startMemory } from "./memory.ts";
import type { DoorPorts, DoorStored } from "./ports.ts";
import { settleDue, settleDueAtMs, takeReport } from "./pulsing.ts";
import { resendUnacked, sendMissing, takeAck, writeReceipt } from "./receipts.ts";
import { healthChanged, sendState } from "./state-message.ts";
import { keepPepper, takeTicketRequest } from "./ticketing.ts";
import { askTime, takeTime, timeDueAtMs, writeFloor } from "./time.ts";
import { takeUnlock, takeUnsealed } from "./unlocking.ts";

/** How often old rows are deleted, in seconds of trusted time. */
const pruneEveryS = 3_600;
/** The personal half goes a day before its receipt: 90 days are a promise, and pruning takes its hour. */
const personalKeptS = spendKeptS - dayS;
/** A box looks around at least this often, in ms. */
const tickMsMax = 60_000;
/** The same while a strike is not healthy: it may come back without a word, in ms. */
const faultyTickMs = 1_000;

/**
 * A box as a state machine without I/O: an event and the monotonic time in, effects out. The caller
 * makes every `write` durable before it carries out any other effect of the same event, applies the
 * writes of one event before it hands in the next, and ends its process if it cannot: a box that
 * cannot record does not open.
 */
export interface Door {
  readonly handle: (event: DoorEvent, nowMs: number) => readonly Effect[];
  /** What to do once at start: attempts that a crash cut off get their last receipt. */
  readonly start: (nowMs: number) => readonly Effect[];
  /** The monotonic moment by which the caller hands in a `tick`, if nothing else happens before. */
  readonly nextTickMs: (nowMs: number) => number;
}

/** Makes the state machine of one box from what its store held. */
export function createDoor(ports: DoorPorts, stored: DoorStored): Door {
  const memory = startMemory(ports, stored);
  return {
    start: (nowMs) =>
      stored.unfinished.flatMap((attempt) =>
        closeUnfinished(ports, memory, { attempt, now: nowOf(memory, nowMs) }),
      ),
    handle: (event, nowMs) =>
      handle(ports, memory, { event, nowMs }).filter((effect) => mayLeave(memory, effect)),
    nextTickMs: (nowMs) => nextTickMs(ports, memory, nowMs),
  };
}

/** Nothing of this box is for a host that has not welcomed it, but its answer to `hello`. */
function mayLeave(memory: DoorMemory, effect: Effect): boolean {
  return effect.kind !== "send" || memory.link === "welcomed" || effect.message.t === "auth";
}

function handle(
  ports: DoorPorts,
  memory: DoorMemory,
  { event, nowMs }: { readonly event: DoorEvent; readonly nowMs: number },
): readonly Effect[] {
  switch (event.kind) {
    case "link-opened":
    case "link-closed":
      memory.link = event.kind === "link-opened" ? "opened" : "closed";
      // A new link is a new host until it has answered: no deadline counts by the old one's clock.
      memory.asked = undefined;
      memory.lastAskedAtMs = undefined;
      memory.offerNonce = undefined;
      if (event.kind === "link-opened") memory.linkTime = undefined;
      return [];
    case "message":
      return takeMessage(ports, memory, { message: event.message, nowMs });
    case "unsealed":
      return takeUnsealed(ports, memory, {
        att: event.att,
        pepper: event.pepper,
        codes: event.codes,
        nowMs,
      });
    case "pepper":
      keepPepper(memory, event);
      return [];
    case "strike":
      return takeReport(ports, memory, { ent: event.ent, report: event.report, nowMs });
    case "tick":
      return tick(ports, memory, nowOf(memory, nowMs));
  }
}

function takeMessage(
  ports: DoorPorts,
  memory: DoorMemory,
  { message, nowMs }: { readonly message: ServerMessage; readonly nowMs: number },
): readonly Effect[] {
  if (message.t === "hello") return authenticate(ports, memory, message);
  if (message.t === "welcome") return welcomed(ports, memory, { seq: message.seq, nowMs });
  if (memory.link !== "welcomed") return [];
  if (message.t === "time") return takeTime(memory, message, nowMs);
  if (message.t === "adopt") return adopt(ports, memory, message);
  if (message.t === "policy") return takePolicy(ports, memory, { text: message.text, nowMs });
  // A box without a building does nothing else.
  if (memory.policies.length === 0) return [];
  switch (message.t) {
    case "keyset":
      return takeKeyset(ports, memory, { text: message.text, nowMs });
    case "ticket":
      return takeTicketRequest(ports, memory, { message, nowMs });
    case "unlock":
      return takeUnlock(ports, memory, { message, nowMs });
    case "tap":
      return takeTap(ports, memory, { tap: message.tap, nowMs });
    case "ack":
      return takeAck(ports, memory, { seq: message.seq, nowMs });
  }
}

function authenticate(
  ports: DoorPorts,
  memory: DoorMemory,
  hello: ServerMessage & { readonly t: "hello" },
): readonly Effect[] {
  const { identity } = ports;
  const nonce = decodeBase64url(hello.nonce);
  const boot = decodeBase64url(identity.boot);
  // A box speaks to the host it was set up with, signs no other's name, and once per link.
  if (memory.link !== "opened" || hello.server !== identity.server) return [];
  if (nonce === undefined || boot === undefined) return [];
  memory.link = "answered";
  const sig = encodeBase64url(
    identity.sign(linkAuthMessage({ nonce, boot, server: hello.server })),
  );
  const bld = memory.policies[0]?.bld;
  return [
    {
      kind: "send",
      message: {
        t: "auth",
        jwk: identity.jwk,
        boot: identity.boot,
        server: hello.server,
        sig,
        version: identity.version,
        ...(bld === undefined ? {} : { bld }),
      },
    },
  ];
}

function welcomed(
  ports: DoorPorts,
  memory: DoorMemory,
  { seq, nowMs }: { readonly seq: number; readonly nowMs: number },
): readonly Effect[] {
  if (memory.link !== "answered") return [];
  memory.link = "welcomed";
  // A host that holds receipts which this disk does not: the disk is an old copy, and so are its spends.
  if (seq > memory.chain.seq) memory.rolledBack = true;
  const known = Math.min(seq, memory.chain.seq);
  memory.acked = known;
  memory.sent = { seq: known, atMs: nowMs };
  return [
    ...askTime(ports, memory, nowMs),
    ...offerClaim(ports, memory),
    ...sendMissing(ports, memory, nowMs),
    sendState(ports, memory),
  ];
}

function tick(ports: DoorPorts, memory: DoorMemory, now: Now): readonly Effect[] {
  dropDeadTickets(memory, now);
  const effects: Effect[] = [...settleDue(ports, memory, now)];
  const due = timeDueAtMs(memory);
  if (due !== undefined && now.monotonicMs >= due) {
    effects.push(...askTime(ports, memory, now.monotonicMs));
    if (memory.stateDue) effects.push(sendState(ports, memory));
  }
  if (healthChanged(ports, memory)) effects.push(sendState(ports, memory));
  effects.push(...resendUnacked(ports, memory, now.monotonicMs));
  if (now.trusted === undefined) return effects;
  effects.push(...writeFloor(memory, now.trusted));
  if (now.trusted - memory.prunedAt >= pruneEveryS) {
    memory.prunedAt = now.trusted;
    const { trusted } = now;
    const personalBefore = trusted - personalKeptS;
    const before = trusted - spendKeptS;
    effects.push({ kind: "write", write: { kind: "prune", personalBefore, before, now: trusted } });
  }
  return effects;
}

function nextTickMs(ports: DoorPorts, memory: DoorMemory, nowMs: number): number {
  const pace = memory.toldFaults === "" ? tickMsMax : faultyTickMs;
  const dues = [nowMs + pace, timeDueAtMs(memory), ...settleDueAtMs(ports, memory)];
  return Math.min(...dues.filter((due) => due !== undefined));
}

/** Nobody saw how it ended: the strike may or may not have moved, and the receipt says so. */
function closeUnfinished(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    attempt,
    now,
  }: { readonly attempt: { readonly att: string; readonly ent: string }; readonly now: Now },
): readonly Effect[] {
  return writeReceipt(ports, memory, {
    outcome: {
      att: attempt.att,
      ent: attempt.ent,
      stage: "authorized",
      code: "strike-fault",
      result: "unknown",
      flags: ["late"],
      last: true,
    },
    now,
  });
}
