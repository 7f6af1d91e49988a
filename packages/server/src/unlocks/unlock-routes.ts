import { createHash } from "node:crypto";
import { proofPaper } from "@vestibule/core/link";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { AttemptAnswer, attemptAnswer, localeOf } from "../attempts/attempt-answer.ts";
import type { App } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Hash } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { handsetOf, OfEntrance, ownRates } from "../tickets/ticket-routes.ts";
import { attemptWaits } from "./attempt-wait.ts";
import { sendDoorAway, sendDoorRefusal, sendTooMany } from "./door-problems.ts";
import { type Unlocked, unlock } from "./unlock.ts";
import type { UnlockPorts } from "./unlock-ports.ts";

/** A proof becomes an attempt. */
export function registerUnlocks(app: App, ports: UnlockPorts): void {
  const waits = attemptWaits(ports.writer, ports.relay);
  app.post(
    "/api/entrances/:entranceId/unlocks",
    {
      config: { action: "attempt.make", ...ownRates },
      schema: {
        summary: "Puts a proof to the box; answers its last receipt, or how far it came within 3 s",
        params: OfEntrance,
        body: Type.Object(
          {
            assignmentId: Type.String({ pattern: idPattern("assignment") }),
            ticket: Hash,
            proof: proofPaper,
          },
          closed,
        ),
        response: { 200: Type.Object({ attempt: AttemptAnswer }) },
      },
    },
    async (request, reply) => {
      const end = ports.metrics.seconds.startTimer();
      const { jkt, carrierId } = handsetOf(request);
      const { entranceId } = request.params;
      const requestKey = readKey(request.headers["idempotency-key"]);
      const requestHash = hashOf(request.url, request.body);
      const ask = { entranceId, jkt, carrierId, requestKey, requestHash, ...request.body };
      const unlocked = await unlock(ports, waits, ask);
      end();
      return send(ports, { request, reply, unlocked });
    },
  );
}

function send(
  ports: UnlockPorts,
  {
    request,
    reply,
    unlocked,
  }: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly unlocked: Unlocked;
  },
) {
  switch (unlocked.kind) {
    case "attempt": {
      const { attempt } = unlocked;
      ports.metrics.attempts.inc({ stage: attempt.stage, code: attempt.code ?? attempt.outcome });
      if (unlocked.replayed) reply.header("idempotency-replayed", "true");
      const locale = localeOf(request.headers["accept-language"]);
      // The answer is given: what has not ended by now is unconfirmed.
      const nowMs = Math.max(ports.now(), attempt.deadlineAt.getTime());
      return reply.send({ attempt: attemptAnswer(attempt, { audience: "driver", locale, nowMs }) });
    }
    case "refused":
      return sendDoorRefusal(request, reply, unlocked);
    case "too-many":
      return sendTooMany(request, reply, unlocked.waitMs);
    case "offline": {
      ports.metrics.attempts.inc({ stage: "presented", code: "door-offline" });
      const { attemptId: attempt, noAccess, silentSinceMs } = unlocked;
      return sendDoorAway(request, reply, {
        code: "door-offline",
        noAccess,
        silentSinceMs,
        attempt,
      });
    }
  }
}

function readKey(header: string | string[] | undefined): string {
  if (typeof header === "string" && /^[A-Za-z0-9_-]{16,128}$/.test(header)) return header;
  throw new HttpFault("idempotency-key-invalid");
}

function hashOf(url: string, body: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([url, body]))
    .digest("base64url");
}
