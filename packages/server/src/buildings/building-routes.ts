import { isTimeZone } from "@vestibule/core";
import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import { appendAudit } from "../platform/audit.ts";
import { setContext } from "../platform/database.ts";
import type { App } from "../platform/http/app.ts";
import { createOnce, inBuilding, inRequest, requestContext } from "../platform/http/in-request.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Done, Hash, Instant, Label, Made, OfBuilding } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { BuildingDetail, describeBuilding } from "./building-detail.ts";
import { readHealth } from "./building-health.ts";
import { type BuildingRow, insertBuilding, listBuildings } from "./building-store.ts";
import { buildingsCsv } from "./buildings-csv.ts";
import { organizationNames } from "./organization-names.ts";
import { proveBuilding } from "./prove-building.ts";

/** Buildings on one page of a portfolio at most. */
export const portfolioPageMax = 200;
/** Buildings in one export at most. */
export const exportMax = 10_000;

const Building = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  name: Type.String(),
  address: Type.String(),
  tz: Type.String(),
  bld: Type.Optional(Hash),
  state: Type.String({ enum: ["claimed", "proved"] }),
  demo: Type.Boolean(),
  contact: Type.Optional(Type.String()),
});
const Health = Type.Object({
  doors: Type.Integer(),
  online: Type.Integer(),
  silentSince: Type.Optional(Instant),
});
const CreateBuilding = Type.Object(
  {
    name: Label(100),
    address: Label(200),
    tz: Type.String({ minLength: 1, maxLength: 64 }),
    organizationId: Type.String({ pattern: idPattern("organization") }),
    contact: Type.Optional(Label(200)),
  },
  closed,
);
const Portfolio = Type.Object(
  {
    after: Type.Optional(Type.String({ pattern: idPattern("building") })),
    search: Type.Optional(Type.String({ maxLength: 100 })),
    organizationId: Type.Optional(Type.String({ pattern: idPattern("organization") })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: portfolioPageMax })),
  },
  closed,
);
const Export = Type.Object(
  {
    search: Type.Optional(Type.String({ maxLength: 100 })),
    organizationId: Type.Optional(Type.String({ pattern: idPattern("organization") })),
  },
  closed,
);

/** Organizations and their buildings. */
export function registerBuildings(app: App, dependencies: DomainDependencies): void {
  registerPortfolio(app, dependencies);
  registerOneBuilding(app, dependencies);
  const { pool } = dependencies;
  app.get(
    "/api/organizations",
    {
      config: { action: "organization.read" },
      schema: {
        summary: "The organizations of the person who is signed in",
        response: {
          200: Type.Object({
            organizations: Type.Array(
              Type.Object({ id: Type.String(), name: Type.String(), role: Type.String() }),
            ),
          }),
        },
      },
    },
    async ({ principal }) => {
      if (principal.kind !== "person") throw new HttpFault("not-allowed");
      const names = await organizationNames(
        pool,
        principal.memberships.map(({ organizationId }) => organizationId),
      );
      return {
        organizations: principal.memberships.map(({ organizationId, role }) => ({
          id: organizationId,
          name: names.get(organizationId) ?? "",
          role,
        })),
      };
    },
  );
}

function registerPortfolio(app: App, dependencies: DomainDependencies): void {
  app.get(
    "/api/buildings",
    {
      config: { action: "building.read" },
      schema: {
        summary: "The buildings of one's organizations, by name; `next` continues the list",
        querystring: Portfolio,
        response: {
          200: Type.Object({
            buildings: Type.Array(Type.Object({ ...Building.properties, health: Health })),
            next: Type.Optional(Type.String()),
          }),
        },
      },
    },
    (request) =>
      inRequest(dependencies, request, async (transaction) => {
        const { limit = 50, ...query } = request.query;
        const rows = await listBuildings(transaction, { ...query, limit: limit + 1 });
        const shown = rows.slice(0, limit);
        const last = rows.length > limit ? shown.at(-1) : undefined;
        const health = await readHealth(
          transaction,
          {
            context: requestContext(request),
            boxes: dependencies.boxes,
            nowMs: dependencies.now(),
          },
          shown.map(({ id }) => id),
        );
        const buildings = shown.map((row) => ({
          ...showBuilding(row),
          health: health.get(row.id) ?? { doors: 0, online: 0 },
        }));
        return last === undefined ? { buildings } : { buildings, next: last.id };
      }),
  );
  app.get(
    "/api/buildings/export",
    {
      config: { action: "building.read" },
      schema: {
        summary: "The same list as CSV (RFC 4180, UTF-8)",
        querystring: Export,
        response: { 200: Type.String() },
      },
    },
    (request, reply) =>
      inRequest(dependencies, request, async (transaction) => {
        const rows = await listBuildings(transaction, { ...request.query, limit: exportMax });
        return reply
          .type("text/csv; charset=utf-8")
          .header("content-disposition", 'attachment; filename="buildings.csv"')
          .header("cache-control", "no-store")
          .send(buildingsCsv(rows));
      }),
  );
}

function registerOneBuilding(app: App, dependencies: DomainDependencies): void {
  const { now } = dependencies;
  app.post(
    "/api/buildings",
    {
      config: { action: "building.create" },
      schema: {
        summary:
          "Claims a building for an organization; nothing is matched to it before it is proved",
        body: CreateBuilding,
        response: { 201: Made },
      },
    },
    (request, reply) => {
      const { organizationId, tz, name, address, contact } = request.body;
      const { organizations = [], principal = "" } = requestContext(request);
      // To anybody else the organization does not exist.
      if (!organizations.includes(organizationId)) throw new HttpFault("not-found");
      if (!isTimeZone(tz))
        throw new HttpFault("request-invalid", { details: [{ at: "/body/tz", rule: "timeZone" }] });
      return createOnce(dependencies, { request, reply }, async (transaction) => {
        const nowMs = now();
        const id = await insertBuilding(transaction, {
          organizationId,
          name: name.trim(),
          address: address.trim(),
          timeZone: tz,
          contact: contact?.trim(),
          nowMs,
        });
        await setContext(transaction, { ...requestContext(request), buildings: [id] });
        await appendAudit(
          transaction,
          { buildingId: id, principal, kind: "building.claimed" },
          nowMs,
        );
        return { status: 201, body: { id } };
      });
    },
  );
  app.get(
    "/api/buildings/:buildingId",
    {
      config: { action: "building.read" },
      schema: {
        summary: "A building with its doors, the health of their boxes and its policies",
        params: OfBuilding,
        response: { 200: BuildingDetail },
      },
    },
    (request) => {
      const { buildingId } = request.params;
      return inBuilding(dependencies, { request, buildingId }, (transaction) =>
        describeBuilding(transaction, dependencies, buildingId),
      );
    },
  );
  app.post(
    "/api/buildings/:buildingId/prove",
    {
      config: { action: "building.prove" },
      schema: {
        summary: "Records that the organization's authority over a building was proved",
        params: OfBuilding,
        body: Done,
        response: { 200: Done },
      },
    },
    async (request) => {
      const { buildingId } = request.params;
      const outcome = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        proveBuilding(transaction, dependencies, {
          buildingId,
          principal: requestContext(request).principal ?? "",
          nowMs: now(),
        }),
      );
      if (outcome.kind !== "proved") throw new HttpFault("conflict");
      return {};
    },
  );
}

function showBuilding({ bld, contact, timeZone, ...row }: BuildingRow) {
  const known = { ...(bld === null ? {} : { bld }), ...(contact === null ? {} : { contact }) };
  return { ...row, tz: timeZone, ...known };
}
