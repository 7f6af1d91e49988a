import {
  type Crypto,
  canonicalize,
  checkPossession,
  decodeBase64url,
  enrolmentLifetimeS,
  thumbprint,
} from "@vestibule/core";
import { fingerAssertion } from "@vestibule/core/link";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { newestBadgeText } from "../badges/badge-store.ts";
import type { DomainDependencies } from "../features.ts";
import { type DatabaseTransaction, inContext, setContext } from "../platform/database.ts";
import type { App } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Domain, EcJwk, Hash } from "../platform/http/schemas.ts";
import { findEnrolment, keepEnrolment } from "./enrolment-store.ts";

const EnrolmentId = Type.String({ pattern: "^[A-Za-z0-9_-]{22}$" });
const Answer = Type.Object(
  {
    id: EnrolmentId,
    jwk: EcJwk,
    mac: Hash,
    sig: Type.Union([Type.String({ pattern: "^[A-Za-z0-9_-]{86}$" }), fingerAssertion]),
    terms: Type.Object(
      {
        app: Domain,
        car: Hash,
        clr: Hash,
        drv: Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$" }),
        jkt: Hash,
        uv: Type.Boolean(),
      },
      closed,
    ),
    consent: Type.String({
      minLength: 1,
      maxLength: 64,
      description: "Version of the text agreed to",
    }),
  },
  closed,
);
const OfEnrolment = Type.Object({ id: EnrolmentId }, closed);
const guarded = { rateLimit: { max: 60, timeWindow: 60_000 } } as const;

/**
 * The relay between handset and vetter. It carries bytes: what they prove, they prove to the vetter,
 * who made the secret. A badge it hands back to the key's holder alone.
 */
export function registerEnrolments(app: App, dependencies: DomainDependencies): void {
  const { databases, now, crypto } = dependencies;
  const inEnrolment = <T>(id: string, use: (transaction: DatabaseTransaction) => Promise<T>) =>
    inContext(databases.app, { role: "anonymous", principal: `enrolment ${id}` }, use);
  app.post(
    "/api/enrolments",
    {
      config: { action: "handset.enrol", ...guarded },
      schema: {
        summary: "Carries a handset's answer to its vetter's link; once per link, for 24 hours",
        body: Answer,
        response: { 201: OfEnrolment, 200: OfEnrolment },
      },
    },
    async (request, reply) => {
      const { id, terms } = request.body;
      const nowMs = now();
      const outcome = await inEnrolment(id, (transaction) =>
        keepEnrolment(
          transaction,
          { id, jkt: terms.jkt, answer: canonicalize(request.body) },
          { at: new Date(nowMs), expiresAt: new Date(nowMs + enrolmentLifetimeS * 1000) },
        ),
      );
      if (outcome === "taken") throw new HttpFault("conflict");
      return reply.code(outcome === "kept" ? 201 : 200).send({ id });
    },
  );
  app.get(
    "/api/enrolments/:id",
    {
      config: { action: "handset.enrol", ...guarded },
      schema: {
        summary: "A handset's answer, for the vetter",
        params: OfEnrolment,
        response: { 200: Answer },
      },
    },
    async ({ params: { id } }, reply) => {
      const found = await inEnrolment(id, (transaction) =>
        findEnrolment(transaction, id, new Date(now())),
      );
      if (found === undefined) throw new HttpFault("not-found");
      return reply.header("cache-control", "no-store").send(readAnswer(found));
    },
  );
  app.get(
    "/api/enrolments/:id/badge",
    {
      config: { action: "handset.enrol", ...guarded },
      schema: {
        summary: "The badge that came of it, for the handset",
        params: OfEnrolment,
        response: { 200: Type.Object({ badge: Type.String() }) },
      },
    },
    async ({ params: { id } }) => {
      const badge = await inEnrolment(id, async (transaction) => {
        const found = await findEnrolment(transaction, id, new Date(now()));
        // Anybody may name a key in an answer; whoever holds it can show it.
        if (found === undefined || !showsItsKey(crypto, readAnswer(found))) return undefined;
        const principal = `enrolment ${id}`;
        await setContext(transaction, { role: "handset", principal, handset: found.jkt });
        return newestBadgeText(transaction, found.jkt);
      });
      if (badge === undefined) throw new HttpFault("not-found");
      return { badge };
    },
  );
}

function readAnswer({ answer: text }: { readonly answer: string }): Static<typeof Answer> {
  const answer: unknown = JSON.parse(text);
  if (!Value.Check(Answer, answer)) throw new Error("a kept enrolment has another form");
  return answer;
}

function showsItsKey(crypto: Crypto, { jwk, terms, sig }: Static<typeof Answer>): boolean {
  const shown = typeof sig === "string" ? decodeBase64url(sig) : sig;
  return (
    shown !== undefined &&
    thumbprint(crypto, jwk) === terms.jkt &&
    checkPossession(crypto, { jwk, terms }, shown) === undefined
  );
}
