import type { Presence, Refusal } from "@vestibule/core";
import { isRefusalCode } from "../attempts/attempt-answer.ts";
import { boxAnswerMs } from "../gateway/box-command.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { newId } from "../platform/ids.ts";
import { signNoAccess } from "../unlocks/no-access.ts";
import { factsOf, rehearse } from "../unlocks/rehearse.ts";
import type { UnlockPorts } from "../unlocks/unlock-ports.ts";

/** A tap at an entrance, handed on by the handset that made it. */
export interface TicketAsk {
  readonly entranceId: string;
  readonly assignmentId: string;
  readonly jkt: string;
  readonly carrierId: string;
  readonly presence: Presence;
}

/** The box's answer to a tap, or why there is none. */
export type TicketTaken =
  | {
      readonly kind: "ticket";
      readonly ticket: string;
      readonly boxJwk: { readonly kty: "OKP"; readonly crv: "Ed25519"; readonly x: string };
    }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly carrier: string }
  | { readonly kind: "too-many"; readonly waitMs: number }
  | {
      readonly kind: "offline";
      readonly noAccess: string;
      readonly silentSinceMs: number | undefined;
    }
  | { readonly kind: "silent" };

/**
 * Asks the entrance's box for a ticket. What the host itself can refuse is refused here, with its
 * reason, and the tap stays unused.
 *
 * @throws HttpFault `not-found`
 */
export async function takeTicket(ports: UnlockPorts, ask: TicketAsk): Promise<TicketTaken> {
  const deadlineMs = ports.now() + boxAnswerMs;
  const { jkt: handset, entranceId: entrance, carrierId: carrier } = ask;
  const waitMs = ports.limiter.take({ handset, entrance, carrier });
  if (waitMs !== undefined) return { kind: "too-many", waitMs };
  const facts = await factsOf(ports, ask);
  if (facts === undefined) throw new HttpFault("not-found");
  const refusal = rehearse(ports, facts);
  if (refusal !== undefined) return { kind: "refused", refusal, carrier: facts.carrierName };
  const { badge, assignment, grant, keysets, handset: jwk } = facts.papers;
  const message = {
    t: "ticket" as const,
    id: newId("request", ports.now()),
    papers: {
      ...(badge === undefined ? {} : { badge }),
      assignment,
      grant,
      handset: { ...jwk },
      // The box has these already unless it was away; more than eight go by its own link.
      keysets: [...(keysets ?? [])].slice(0, 8),
    },
    ent: facts.ent,
    presence: { ...ask.presence },
    deadlineMs,
  };
  const reply = await ports.gateway.command(facts.ctl, { kind: "ticket", message });
  switch (reply.kind) {
    case "ticket":
      return { kind: "ticket", ticket: reply.ticket, boxJwk: reply.jwk };
    case "refused": {
      const code = isRefusalCode(reply.code) ? reply.code : "stale";
      const said: Refusal = { kind: "refused", code, detail: {} };
      return { kind: "refused", refusal: said, carrier: facts.carrierName };
    }
    case "offline": {
      const nowMs = ports.now();
      const noAccess = await signNoAccess(ports.hostKeys, facts, { jkt: ask.jkt, nowMs });
      return { kind: "offline", noAccess, silentSinceMs: facts.lastSeenMs };
    }
    case "silent":
    case "sent":
    case "adopted":
    case "count":
      return { kind: "silent" };
  }
}
