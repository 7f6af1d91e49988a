import { decodeBase64url, encodeBase64url, type Now, spendKeptS } from "@vestibule/core";
import { linkAuthMessage, type ServerMessage } from "@vestibule/core/link";
import { adopt, offerClaim } from "./claiming.ts";
import type { DoorEvent, Effect } from "./effects.ts";
import { takeKeyset, takePolicy, takeTap } from "./intake.ts";
import { type DoorMemory, dropDeadTickets, nowOf, startMemory } from "./memory.ts";
import type { DoorPorts, DoorStored } from "./ports.ts";
import { sendState, settleDue, takeReport } from "./pulsing.ts";
import { writeReceipt } from "./receipts.ts";
import { keepPepper, takeTicketRequest } from "./ticketing.ts";
import { askTime, takeTime, timeIsDue, writeFloor } from "./time.ts";
import { takeUnlock, takeUnsealed } from "./unlocking.ts";

/** How often old rows are deleted, in seconds of trusted time. */
const pruneEveryS = 3_600;

/**
 * A box as a state machine without I/O: an event and the monotonic time in, effects out. The caller
 * makes every `write` durable before it carries out any other effect of the same event, and ends its
 * process if it cannot: a box that cannot record does not open.
 */
export interface Door {
  readonly handle: (event: DoorEvent, nowMs: number) => readonly Effect[];
  /** What to do once at start: attempts that a crash cut off get their last receipt. */
  readonly start: (nowMs: number) => readonly Effect[];
}

/** Makes the state machine of one box from what its store held. */
export function createDoor(ports: DoorPorts, stored: DoorStored): Door {
  const memory = startMemory(ports, stored);
  return {
    start: (nowMs) =>
      stored.unfinished.flatMap((attempt) =>
        closeUnfinished(ports, memory, { attempt, now: nowOf(memory, nowMs) }),
      ),
    handle: (event, nowMs) => handle(ports, memory, { event, nowMs }),
  };
}

function handle(
  ports: DoorPorts,
  memory: DoorMemory,
  { event, nowMs }: { readonly event: DoorEvent; readonly nowMs: number },
): readonly Effect[] {
  switch (event.kind) {
    case "link-opened":
      // A new link is a new host until it has answered: no deadline counts by the old one's clock.
      memory.asked = undefined;
      memory.linkTime = undefined;
      return [];
    case "link-closed":
      memory.linked = false;
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
  switch (message.t) {
    case "hello":
      return authenticate(ports, memory, message);
    case "welcome":
      memory.linked = true;
      return [
        ...askTime(ports, memory, nowMs),
        ...offerClaim(ports, memory),
        { kind: "send-receipts", after: message.seq },
        sendState(ports, memory),
      ];
    case "time":
      return takeTime(memory, message, nowMs);
    case "adopt":
      return adopt(ports, memory, message);
    case "policy":
      return takePolicy(ports, memory, { text: message.text, nowMs });
    case "keyset":
      return takeKeyset(ports, memory, { text: message.text, nowMs });
    case "ticket":
      return takeTicketRequest(ports, memory, { message, nowMs });
    case "unlock":
      return takeUnlock(ports, memory, { message, nowMs });
    case "tap":
      return takeTap(ports, memory, { tap: message.tap, nowMs });
    case "ack":
      return [{ kind: "write", write: { kind: "acked", seq: message.seq } }];
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
  // A box speaks to the host it was set up with, and signs no other's name.
  if (nonce === undefined || boot === undefined || hello.server !== identity.server) return [];
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

function tick(ports: DoorPorts, memory: DoorMemory, now: Now): readonly Effect[] {
  dropDeadTickets(memory, now);
  const effects: Effect[] = [...settleDue(ports, memory, now)];
  if (timeIsDue(memory, now)) effects.push(...askTime(ports, memory, now.monotonicMs));
  if (now.trusted === undefined) return effects;
  effects.push(...writeFloor(memory, now.trusted));
  if (now.trusted - memory.prunedAt >= pruneEveryS) {
    memory.prunedAt = now.trusted;
    effects.push({
      kind: "write",
      write: { kind: "prune", before: now.trusted - spendKeptS, now: now.trusted },
    });
  }
  return effects;
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
