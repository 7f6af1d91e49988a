import type { Assertion, Presence, ProofPaper } from "@vestibule/core";
import type { Answer } from "../wire/fault.ts";
import type { Send } from "../wire/transport.ts";
import {
  type Attempt,
  attemptAnswer,
  challenge,
  type Session,
  session,
  type TicketAnswer,
  type Today,
  ticketMade,
  today,
} from "./answers.ts";

/** How long the host may take for a door's last word: its own 3 s and a slow network, in ms. */
export const doorTimeoutMs = 8_000;

/** A handset's statement whose key is a passkey: the body, and the finger's assertion over it. */
export interface FingerStatement {
  readonly body: string;
  readonly assertion: Assertion;
}

/** What a driver's phone calls, with the bearer token that its session gave. */
export interface HandsetCalls {
  /** A nonce to sign for a session. */
  readonly challenge: () => Promise<Answer<string>>;
  /** Exchanges a statement of the handset's key, a JWS or a finger's, for a token. */
  readonly startSession: (statement: string | FingerStatement) => Promise<Answer<Session>>;
  readonly today: () => Promise<Answer<Today>>;
  /** Sent once: a fault is the driver's to see, and a tap is not repeated by itself. */
  readonly takeTicket: (
    entranceId: string,
    ask: { readonly assignmentId: string; readonly presence: Presence },
  ) => Promise<Answer<TicketAnswer>>;
  /** The key makes a repeated request the same attempt: it can open no door twice. */
  readonly unlock: (
    entranceId: string,
    unlock: {
      readonly assignmentId: string;
      readonly ticket: string;
      readonly proof: ProofPaper;
      readonly idempotencyKey: string;
    },
  ) => Promise<Answer<Attempt>>;
  readonly attempt: (id: string) => Promise<Answer<Attempt>>;
}

/** Makes the calls. */
export function handsetCalls(send: Send): HandsetCalls {
  return {
    challenge: async () => {
      const path = "/api/handset/challenge";
      const answer = await send({ method: "GET", path, read: challenge });
      return answer.kind === "fault" ? answer : { ...answer, value: answer.value.nonce };
    },
    startSession: (statement) => {
      const body = typeof statement === "string" ? { jws: statement } : statement;
      return send({ method: "POST", path: "/api/handset/sessions", body, read: session });
    },
    today: () => send({ method: "GET", path: "/api/handset/today", read: today }),
    takeTicket: (entranceId, body) =>
      send({
        method: "POST",
        path: `/api/entrances/${encodeURIComponent(entranceId)}/tickets`,
        body,
        read: ticketMade,
        attempts: 1,
        timeoutMs: doorTimeoutMs,
      }),
    unlock: async (entranceId, { idempotencyKey, ...body }) => {
      const answer = await send({
        method: "POST",
        path: `/api/entrances/${encodeURIComponent(entranceId)}/unlocks`,
        body,
        read: attemptAnswer,
        idempotencyKey,
        attempts: 2,
        timeoutMs: doorTimeoutMs,
      });
      return answer.kind === "fault" ? answer : { ...answer, value: answer.value.attempt };
    },
    attempt: async (id) => {
      const path = `/api/attempts/${encodeURIComponent(id)}`;
      const answer = await send({ method: "GET", path, read: attemptAnswer });
      return answer.kind === "fault" ? answer : { ...answer, value: answer.value.attempt };
    },
  };
}
