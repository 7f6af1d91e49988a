import { presence } from "@vestibule/core/link";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, OkpJwk } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { sendDoorAway, sendDoorRefusal, sendTooMany } from "../unlocks/door-problems.ts";
import type { UnlockPorts } from "../unlocks/unlock-ports.ts";
import { takeTicket } from "./take-ticket.ts";

/** The address of a route about one entrance. */
export const OfEntrance = Type.Object(
  { entranceId: Type.String({ pattern: idPattern("entrance") }) },
  closed,
);
/** Rates of taps are counted by handset, entrance and carrier, not by address: phones share one. */
export const ownRates = { rateLimit: false } as const;

/** The handset that asks. @throws HttpFault `not-allowed` */
export function handsetOf({ principal }: FastifyRequest) {
  if (principal.kind !== "handset") throw new HttpFault("not-allowed");
  return principal;
}

/** A tap becomes a ticket. */
export function registerTickets(app: App, ports: UnlockPorts): void {
  app.post(
    "/api/entrances/:entranceId/tickets",
    {
      config: { action: "attempt.make", ...ownRates },
      schema: {
        summary: "Shows the box a tap and the papers; answers its ticket within 3 s",
        params: OfEntrance,
        body: Type.Object(
          { assignmentId: Type.String({ pattern: idPattern("assignment") }), presence },
          closed,
        ),
        response: { 200: Type.Object({ ticket: Type.String(), boxJwk: OkpJwk }) },
      },
    },
    async (request, reply) => {
      const { jkt, carrierId } = handsetOf(request);
      const { entranceId } = request.params;
      const taken = await takeTicket(ports, { entranceId, jkt, carrierId, ...request.body });
      switch (taken.kind) {
        case "ticket":
          return reply.send({ ticket: taken.ticket, boxJwk: { ...taken.boxJwk } });
        case "refused":
          return sendDoorRefusal(request, reply, taken);
        case "too-many":
          return sendTooMany(request, reply, taken.waitMs);
        case "offline":
          return sendDoorAway(request, reply, { code: "door-offline", ...taken });
        case "silent":
          return sendDoorAway(request, reply, { code: "door-silent" });
      }
    },
  );
}
