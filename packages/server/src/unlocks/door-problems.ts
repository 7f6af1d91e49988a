import type { Refusal } from "@vestibule/core";
import { httpFaults, refusalSentence } from "@vestibule/core/faults";
import type { FastifyReply, FastifyRequest } from "fastify";
import { localeOf } from "../attempts/attempt-answer.ts";
import { HttpFault, sendProblem } from "../platform/http/problem.ts";

/** What a driver is told when the host's rehearsal or the box refuses: why, in a sentence, with facts. */
export function sendDoorRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  { refusal, carrier }: { readonly refusal: Refusal; readonly carrier: string },
): FastifyReply {
  const { code, detail } = refusal;
  const locale = localeOf(request.headers["accept-language"]);
  const sentence = refusalSentence(code, {
    audience: "driver",
    locale,
    detail,
    names: { carrier },
  });
  return problem(reply, locale)
    .code(409)
    .send({
      type: `/reference#refusal-${code}`,
      title: sentence,
      status: 409,
      code,
      retry: "never",
      request: request.id,
      detail: sentence,
      facts: detail,
      refusal: detail,
    });
}

/** A door that cannot be reached, with the host's signed word of it where it has one. */
export function sendDoorAway(
  request: FastifyRequest,
  reply: FastifyReply,
  away: {
    readonly code: "door-offline" | "door-silent";
    readonly noAccess?: string;
    readonly silentSinceMs?: number | undefined;
    readonly attempt?: string;
  },
): FastifyReply {
  const { code, noAccess, silentSinceMs, attempt } = away;
  const { status, retry, ...sentences } = httpFaults[code];
  const locale = localeOf(request.headers["accept-language"]);
  return problem(reply, locale)
    .code(status)
    .send({
      type: `/reference#${code}`,
      title: sentences[locale],
      status,
      code,
      retry,
      request: request.id,
      detail: sentences[locale],
      ...(noAccess === undefined ? {} : { noAccess }),
      ...(silentSinceMs === undefined
        ? {}
        : { silentSince: new Date(silentSinceMs).toISOString() }),
      ...(attempt === undefined ? {} : { attempt }),
    });
}

/** Too many requests of one handset, entrance or carrier. */
export function sendTooMany(
  request: FastifyRequest,
  reply: FastifyReply,
  waitMs: number,
): FastifyReply {
  reply.header("retry-after", String(Math.max(1, Math.ceil(waitMs / 1_000))));
  return sendProblem(request, reply, new HttpFault("rate-limited"));
}

function problem(reply: FastifyReply, locale: string): FastifyReply {
  return reply
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("content-language", locale)
    .header("cache-control", "no-store")
    .serializer(JSON.stringify);
}
