import {
  encodeBase64url,
  type LiveTicket,
  makeTicket,
  type NotedWindow,
  type Presence,
  type ShownPapers,
  utf8,
} from "@vestibule/core";
import type { ServerMessage } from "@vestibule/core/link";
import type { Effect } from "./effects.ts";
import { keepWindow, takeTap } from "./intake.ts";
import { applyKeysets } from "./keyset-changes.ts";
import {
  busyTickets,
  type DoorMemory,
  dropDeadTickets,
  hostMsAtMost,
  nowOf,
  stateOf,
  windowOf,
} from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

type TicketMessage = ServerMessage & { readonly t: "ticket" };

/** Answers a tap with a ticket, or with a code alone: nobody proved anything yet. */
export function takeTicketRequest(
  ports: DoorPorts,
  memory: DoorMemory,
  { message, nowMs }: { readonly message: TicketMessage; readonly nowMs: number },
): readonly Effect[] {
  const now = nowOf(memory, nowMs);
  const refused = (code: string): Effect => ({
    kind: "send",
    message: { t: "ticket-refused", id: message.id, code },
  });
  const hostMs = hostMsAtMost(memory, nowMs);
  const { presence } = message;
  // Nobody waits for it any more, so the tap must not be used up; it still raises its counter.
  if (hostMs === undefined || hostMs > message.deadlineMs)
    return [
      ...(presence.kind === "tap" ? takeTap(ports, memory, { tap: presence.tap, nowMs }) : []),
      refused("stale"),
    ];
  dropDeadTickets(memory, now);
  const papers = papersOf(message);
  const made = makeTicket(
    stateOf(ports, memory),
    {
      tags: ports.tags,
      window: (uidHash) => windowOf(memory, uidHash),
      live: idleTickets(memory),
      boot: ports.identity.boot,
      nonce: ports.random(32),
    },
    { request: { papers, ent: message.ent, presence: presenceOf(message) }, now },
  );
  if (made.kind === "refused")
    return [...writeWindow(memory, made.window), refused(made.refusal.code)];
  const ticket = `${made.signingInput}.${encodeBase64url(ports.identity.sign(utf8(made.signingInput)))}`;
  const live: LiveTicket = { hash: made.hash, body: made.body, madeAtMs: nowMs, usedBy: undefined };
  for (const hash of made.replaced) memory.tickets.delete(hash);
  memory.tickets.set(live.hash, {
    live,
    papers,
    authorized: made.authorized,
    tapGap: made.tapGap,
    pepper: undefined,
  });
  return [
    ...writeWindow(memory, made.window),
    ...applyKeysets(ports, memory, { changes: made.changes, now }),
    {
      kind: "send",
      message: { t: "ticket-made", id: message.id, ticket, jwk: ports.identity.jwk },
    },
    // Opening the pepper now leaves one HPKE for the moment when somebody waits at the door.
    { kind: "unseal-pepper", ticket: live.hash, assignment: made.authorized.chain.assignment.body },
  ];
}

/** Tickets that no proof has been shown for: one that is being decided on is as good as used. */
function idleTickets(memory: DoorMemory): readonly LiveTicket[] {
  const busy = busyTickets(memory);
  const idle: LiveTicket[] = [];
  for (const { live } of memory.tickets.values()) if (!busy.has(live.hash)) idle.push(live);
  return idle;
}

function writeWindow(memory: DoorMemory, noted: NotedWindow | undefined): readonly Effect[] {
  return noted === undefined ? [] : keepWindow(memory, noted);
}

/** Keeps a pepper that HPKE opened ahead of the proof. */
export function keepPepper(
  memory: DoorMemory,
  { ticket, pepper }: { readonly ticket: string; readonly pepper: Uint8Array | "unopenable" },
): void {
  const held = memory.tickets.get(ticket);
  if (held !== undefined) memory.tickets.set(ticket, { ...held, pepper });
}

function papersOf({ papers }: TicketMessage): ShownPapers {
  return {
    badge: papers.badge,
    assignment: papers.assignment,
    grant: papers.grant,
    handset: papers.handset,
    ...(papers.keysets === undefined ? {} : { keysets: papers.keysets }),
  };
}

function presenceOf({ presence }: TicketMessage): Presence {
  return presence.kind === "tap" ? { kind: "tap", tap: presence.tap } : { kind: presence.kind };
}
