import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { csvOf } from "../platform/csv.ts";
import type { DatabaseTransaction } from "../platform/database.ts";
import type { App, AppDependencies } from "../platform/http/app.ts";
import { inBuilding, inRequest } from "../platform/http/in-request.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, OfBuilding } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { AttemptAnswer, attemptAnswer, localeOf } from "./attempt-answer.ts";
import { pageAttempts, readAttempt, type StoredAttempt } from "./attempt-store.ts";
import { EntryDetails, entryDetails, readEntryDetails } from "./entry-details.ts";

/** Rows of a page at most. */
export const pageMax = 200;
/** Rows of an export at most; the next begins after its last id. */
export const exportMax = 10_000;

/** The part of a list that is asked for: rows older than `after`, newest first. */
export function Page(kind: "attempt" | "receipt" | "visit") {
  return Type.Object(
    {
      after: Type.Optional(Type.String({ pattern: idPattern(kind) })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageMax })),
    },
    closed,
  );
}

const ManagerAttempt = Type.Intersect([
  AttemptAnswer,
  Type.Object({
    carrier: Type.Union([Type.String(), Type.Null()], {
      description: "Its name, which the operator chose; `carrierDomain` says whose it is",
    }),
    carrierDomain: Type.Optional(Type.String()),
  }),
  EntryDetails,
]);

/** Attempts: to the handset that made them, to a building's people by page and as a file. */
export function registerAttempts(app: App, dependencies: AppDependencies): void {
  registerOwn(app, dependencies);
  const { now } = dependencies;
  const config = { action: "attempt.read" } as const;
  app.get(
    "/api/buildings/:buildingId/attempts",
    {
      config,
      schema: {
        summary: "Attempts at a building, newest first",
        params: OfBuilding,
        querystring: Page("attempt"),
        response: { 200: Type.Object({ attempts: Type.Array(ManagerAttempt) }) },
      },
    },
    async (request) => {
      const { buildingId } = request.params;
      const { after, limit = 50 } = request.query;
      const attempts = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        pageTold(transaction, { buildingId, after, limit }),
      );
      const locale = localeOf(request.headers["accept-language"]);
      const reader = { audience: "manager", locale, nowMs: now() } as const;
      return {
        attempts: attempts.map(({ attempt, details }) => ({
          ...attemptAnswer(attempt, reader),
          carrier: attempt.carrierName,
          ...(attempt.carrierDomain === null ? {} : { carrierDomain: attempt.carrierDomain }),
          ...details,
        })),
      };
    },
  );
  app.get(
    "/api/buildings/:buildingId/attempts.csv",
    {
      config,
      schema: {
        summary: "Attempts at a building as CSV, newest first",
        params: OfBuilding,
        querystring: Type.Object({ after: Page("attempt").properties.after }, closed),
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      const { buildingId } = request.params;
      const { after } = request.query;
      const attempts = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        pageTold(transaction, { buildingId, after, limit: exportMax }),
      );
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", 'attachment; filename="attempts.csv"')
        .send(attemptsCsv(attempts));
    },
  );
}

/** An attempt with what managers may see beside it. */
interface ToldAttempt {
  readonly attempt: StoredAttempt;
  readonly details: Static<typeof EntryDetails>;
}

async function pageTold(
  transaction: DatabaseTransaction,
  page: { readonly buildingId: string; readonly after: string | undefined; readonly limit: number },
): Promise<readonly ToldAttempt[]> {
  const attempts = await pageAttempts(transaction, page);
  const { buildingId } = page;
  const ids = attempts.map(({ id }) => id);
  const told = await readEntryDetails(transaction, { buildingId, of: "attempt", ids });
  const byId = new Map(told.map((details) => [details.attemptId, details]));
  return attempts.map((attempt) => {
    const details = byId.get(attempt.id);
    return { attempt, details: details === undefined ? {} : entryDetails([details]) };
  });
}

function registerOwn(app: App, dependencies: AppDependencies): void {
  app.get(
    "/api/attempts/:attemptId",
    {
      config: { action: "attempt.own" },
      schema: {
        summary: "One attempt of this handset",
        params: Type.Object({ attemptId: Type.String({ pattern: idPattern("attempt") }) }, closed),
        response: { 200: Type.Object({ attempt: AttemptAnswer }) },
      },
    },
    async (request) => {
      const { attemptId } = request.params;
      const attempt = await inRequest(dependencies, request, (transaction) =>
        readAttempt(transaction, attemptId),
      );
      if (attempt === undefined) throw new HttpFault("not-found");
      return {
        attempt: attemptAnswer(attempt, driverReader(dependencies, { headers: request.headers })),
      };
    },
  );
  app.get(
    "/api/handset/attempts",
    {
      config: { action: "attempt.own" },
      schema: {
        summary: "The attempts of this handset, newest first",
        querystring: Page("attempt"),
        response: { 200: Type.Object({ attempts: Type.Array(AttemptAnswer) }) },
      },
    },
    async (request) => {
      const { after, limit = 50 } = request.query;
      const attempts = await inRequest(dependencies, request, (transaction) =>
        pageAttempts(transaction, { after, limit }),
      );
      const reader = driverReader(dependencies, { headers: request.headers });
      return { attempts: attempts.map((attempt) => attemptAnswer(attempt, reader)) };
    },
  );
}

function driverReader({ now }: AppDependencies, { headers }: Pick<FastifyRequest, "headers">) {
  const locale = localeOf(headers["accept-language"]);
  return { audience: "driver", locale, nowMs: now() } as const;
}

function attemptsCsv(attempts: readonly ToldAttempt[]): string {
  const header = [
    "attempt",
    "visit",
    "entrance",
    "carrier",
    "carrier_domain",
    "driver",
    "parcels",
    "units",
    "presented_at",
    "ended_at",
    "stage",
    "outcome",
    "code",
    "sensing",
    "late",
  ];
  return csvOf(
    header,
    attempts.map(({ attempt, details }) => [
      attempt.id,
      attempt.visitId,
      attempt.entranceId,
      attempt.carrierName,
      attempt.carrierDomain,
      details.driver,
      details.parcels?.toString(),
      details.units?.join(", "),
      attempt.presentedAt.toISOString(),
      attempt.endedAt?.toISOString(),
      attempt.stage,
      attempt.outcome,
      attempt.code,
      attempt.sensing?.result,
      attempt.late ? "late" : "",
    ]),
  );
}
