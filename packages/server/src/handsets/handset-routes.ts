import type { Crypto } from "@vestibule/core";
import { fingerAssertion } from "@vestibule/core/link";
import { Type } from "typebox";
import {
  endHandsetSessions,
  handsetSessionMs,
  startHandsetSession,
} from "../people/handset-sessions.ts";
import type { Boxes } from "../platform/boxes.ts";
import { inContext } from "../platform/database.ts";
import type { App, AppDependencies } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Done, Instant } from "../platform/http/schemas.ts";
import type { PolicyReader } from "../policies/read-policies.ts";
import { handsetOf } from "../tickets/ticket-routes.ts";
import { findHandset, forgetDriver, noteUse } from "./handset-store.ts";
import {
  challengeEnd,
  challengeMs,
  makeChallenge,
  readFingerStatement,
  readStatement,
} from "./session-statement.ts";
import { readToday } from "./today.ts";

/** What handsets' routes stand on beside the HTTP side. */
export interface HandsetPorts {
  readonly boxes: Boxes;
  readonly policies: PolicyReader;
  readonly crypto: Crypto;
  /** Makes challenges known again in every process of this host. */
  readonly secret: string;
}

/** How a driver's phone signs in, what it sees of its day, and how its person leaves. */
export function registerHandsets(
  app: App,
  dependencies: AppDependencies,
  ports: HandsetPorts,
): void {
  registerSignIn(app, dependencies, ports);
  registerDay(app, dependencies, ports);
  const { now, databases, pool } = dependencies;
  app.post(
    "/api/handset/withdrawals",
    {
      config: { action: "self.read" },
      schema: {
        summary: "Withdraws the driver's consent: everything that names him is deleted now",
        body: Done,
        response: { 200: Done },
      },
    },
    async (request) => {
      const { handsetId, carrierId, jkt } = handsetOf(request);
      const context = { role: "handset", handset: jkt, carriers: [carrierId] } as const;
      const keys = await inContext(databases.app, context, (transaction) =>
        forgetDriver(transaction, { handsetId, at: new Date(now()) }),
      );
      for (const key of keys) await endHandsetSessions(pool, key);
      return {};
    },
  );
}

function registerSignIn(app: App, dependencies: AppDependencies, ports: HandsetPorts): void {
  const { now, config, databases, pool } = dependencies;
  const { secret, crypto } = ports;
  app.get(
    "/api/handset/challenge",
    {
      config: { action: "handset.sign-in" },
      schema: {
        summary: "A nonce for a handset's key to sign; it counts for two minutes, once",
        response: { 200: Type.Object({ nonce: Type.String(), expiresAt: Instant }) },
      },
    },
    async (_request, reply) => {
      const nowMs = now();
      const expiresAt = new Date(nowMs + challengeMs).toISOString();
      return reply
        .header("cache-control", "no-store")
        .send({ nonce: makeChallenge(secret, nowMs), expiresAt });
    },
  );
  app.post(
    "/api/handset/sessions",
    {
      config: { action: "handset.sign-in" },
      schema: {
        summary:
          "Exchanges a statement of the handset's key, signed or by a finger, for a token of 12 h",
        body: Type.Union([
          Type.Object({ jws: Type.String({ minLength: 1, maxLength: 2_048 }) }, closed),
          Type.Object(
            { body: Type.String({ minLength: 1, maxLength: 2_048 }), assertion: fingerAssertion },
            closed,
          ),
        ]),
        response: { 201: Type.Object({ token: Type.String(), expiresAt: Instant }) },
      },
    },
    async (request, reply) => {
      const { origin } = request.headers;
      // The token serves the one origin that holds handsets' keys.
      if (origin === undefined || origin !== config.origins.driver)
        throw new HttpFault("origin-not-allowed");
      const nowMs = now();
      const { body } = request;
      const statement = "jws" in body ? readStatement(body.jws) : readFingerStatement(body, origin);
      const endMs = statement && challengeEnd(secret, statement.nonce);
      if (statement === undefined || endMs === undefined || endMs < nowMs)
        throw new HttpFault("sign-in-required");
      const { jkt, audience, nonce } = statement;
      const known = await findHandset(databases.app, jkt);
      const genuine = known !== undefined && statement.verify(crypto, known.jwk);
      if (!genuine || audience !== config.publicUrl.origin) throw new HttpFault("sign-in-required");
      const { handsetId, carrierId } = known;
      const token = await startHandsetSession(pool, {
        handsetId,
        carrierId,
        jkt,
        origin,
        jti: nonce,
        statementExpiresAt: new Date(endMs),
        nowMs,
      });
      if (token === undefined) throw new HttpFault("sign-in-required");
      await inContext(
        databases.app,
        { role: "handset", handset: jkt, carriers: [carrierId] },
        (transaction) => noteUse(transaction, { handsetId, at: new Date(nowMs) }),
      );
      const expiresAt = new Date(nowMs + handsetSessionMs).toISOString();
      return reply.code(201).header("cache-control", "no-store").send({ token, expiresAt });
    },
  );
}

const Day = Type.Object({
  driver: Type.Object({ id: Type.String(), drv: Type.String() }),
  badge: Type.Optional(Type.String()),
  buildings: Type.Array(
    Type.Object({
      id: Type.String(),
      bld: Type.String(),
      name: Type.String(),
      address: Type.String(),
      tz: Type.String({ description: "IANA name: windows and hours are told in it" }),
      demo: Type.Boolean(),
      entrances: Type.Array(
        Type.Object({
          id: Type.String(),
          ent: Type.String(),
          kind: Type.String(),
          presence: Type.String(),
          noTap: Type.String(),
          boxOnline: Type.Boolean(),
          silentSince: Type.Optional(Instant),
        }),
      ),
      paths: Type.Array(Type.Array(Type.String())),
      policy: Type.String(),
      assignments: Type.Array(
        Type.Object({
          id: Type.String(),
          text: Type.String(),
          hash: Type.String(),
          grant: Type.Array(
            Type.Object({ ctl: Type.String(), text: Type.String(), hash: Type.String() }),
          ),
          window: Type.Object({ from: Instant, until: Instant }),
          purpose: Type.String(),
          parcels: Type.Integer(),
        }),
      ),
      keysets: Type.Array(Type.String()),
    }),
  ),
});

function registerDay(app: App, dependencies: AppDependencies, ports: HandsetPorts): void {
  const { now, databases } = dependencies;
  app.get(
    "/api/handset/today",
    {
      config: { action: "assignment.own" },
      schema: { summary: "A driver's day: buildings, doors, papers", response: { 200: Day } },
    },
    async (request, reply) => {
      const { jkt, carrierId, handsetId } = handsetOf(request);
      const context = { role: "handset", handset: jkt, carriers: [carrierId] } as const;
      const day = await inContext(databases.app, context, async (transaction) => {
        const driver = await transaction
          .selectFrom("handset")
          .innerJoin("driver", "driver.id", "handset.driver_id")
          .select(["driver.id", "driver.drv"])
          .where("handset.id", "=", handsetId)
          .executeTakeFirst();
        const badge = await transaction
          .selectFrom("badge")
          .select("jws")
          .where("jkt", "=", jkt)
          .orderBy("expires_at", "desc")
          .executeTakeFirst();
        const buildings = await readToday(transaction, ports, { jkt, nowMs: now() });
        return { driver, badge: badge?.jws, buildings };
      });
      const { driver, badge, buildings } = day;
      if (driver === undefined) throw new HttpFault("sign-in-required");
      reply.header("cache-control", "no-store");
      return { driver, ...(badge === undefined ? {} : { badge }), buildings };
    },
  );
}
