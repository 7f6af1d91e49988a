import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import { appendAudit } from "../platform/audit.ts";
import type { App } from "../platform/http/app.ts";
import { createOnce, inBuilding, requestContext } from "../platform/http/in-request.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Done, Label, Made, OfBuilding } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { deleteUnit, insertUnit, readUnits, setOptOut } from "./unit-store.ts";

const OfUnit = Type.Object(
  { ...OfBuilding.properties, unitId: Type.String({ pattern: idPattern("unit") }) },
  closed,
);
const Unit = Type.Object({ id: Type.String(), label: Type.String(), optedOut: Type.Boolean() });

/** Units: labels for opt-outs and notices, and who opted out. */
export function registerUnits(app: App, dependencies: DomainDependencies): void {
  const { now } = dependencies;
  app.get(
    "/api/buildings/:buildingId/units",
    {
      config: { action: "unit.write" },
      schema: {
        summary: "A building's units",
        params: OfBuilding,
        response: { 200: Type.Object({ units: Type.Array(Unit) }) },
      },
    },
    (request) => {
      const { buildingId } = request.params;
      return inBuilding(dependencies, { request, buildingId }, async (transaction) => ({
        units: [...(await readUnits(transaction, buildingId))],
      }));
    },
  );
  app.post(
    "/api/buildings/:buildingId/units",
    {
      config: { action: "unit.write" },
      schema: {
        summary: "Adds a unit",
        params: OfBuilding,
        body: Type.Object({ label: Label(100) }, closed),
        response: { 201: Made },
      },
    },
    (request, reply) => {
      const { buildingId } = request.params;
      return createOnce(dependencies, { request, reply, buildingId }, async (transaction) => {
        const label = request.body.label.trim();
        const nowMs = now();
        const id = await insertUnit(transaction, { buildingId, label, nowMs });
        if (id === undefined) throw new HttpFault("conflict");
        const principal = requestContext(request).principal ?? "";
        const kind = "unit.added";
        await appendAudit(transaction, { buildingId, principal, kind, subject: id }, nowMs);
        return { status: 201, body: { id } };
      });
    },
  );
  registerUnitChanges(app, dependencies);
}

function registerUnitChanges(app: App, dependencies: DomainDependencies): void {
  const { now } = dependencies;
  app.patch(
    "/api/buildings/:buildingId/units/:unitId",
    {
      config: { action: "unit.write" },
      schema: {
        summary: "Takes a unit's parcels out of every grant from now on, or back in",
        params: OfUnit,
        body: Type.Object({ optedOut: Type.Boolean() }, closed),
        response: { 200: Done },
      },
    },
    (request) => {
      const { buildingId, unitId } = request.params;
      const { optedOut } = request.body;
      return inBuilding(dependencies, { request, buildingId }, async (transaction) => {
        const nowMs = now();
        const since = optedOut ? new Date(nowMs) : undefined;
        if (!(await setOptOut(transaction, { buildingId, unitId, since })))
          throw new HttpFault("not-found");
        const principal = requestContext(request).principal ?? "";
        const kind = optedOut ? "unit.opted-out" : "unit.opted-in";
        await appendAudit(transaction, { buildingId, principal, kind, subject: unitId }, nowMs);
        return {};
      });
    },
  );
  app.delete(
    "/api/buildings/:buildingId/units/:unitId",
    {
      config: { action: "unit.write" },
      schema: { summary: "Removes a unit", params: OfUnit, response: { 200: Done } },
    },
    (request) => {
      const { buildingId, unitId } = request.params;
      return inBuilding(dependencies, { request, buildingId }, async (transaction) => {
        if (!(await deleteUnit(transaction, { buildingId, unitId })))
          throw new HttpFault("not-found");
        const principal = requestContext(request).principal ?? "";
        const kind = "unit.removed";
        // An opt-out goes with the unit: who took it away must be known.
        await appendAudit(transaction, { buildingId, principal, kind, subject: unitId }, now());
        return {};
      });
    },
  );
}
