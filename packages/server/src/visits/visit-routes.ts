import { Type } from "typebox";
import { Page } from "../attempts/attempt-routes.ts";
import { EntryDetails } from "../attempts/entry-details.ts";
import type { App, AppDependencies } from "../platform/http/app.ts";
import { inBuilding } from "../platform/http/in-request.ts";
import { OfBuilding } from "../platform/http/schemas.ts";
import { pageVisits } from "./visit-store.ts";

const Visit = Type.Object({
  id: Type.String(),
  carrier: Type.Union([Type.String(), Type.Null()], {
    description: "Its name, which the operator chose; `carrierDomain` says whose it is",
  }),
  carrierDomain: Type.Optional(Type.String()),
  startedAt: Type.String({ format: "date-time" }),
  lastAt: Type.String({ format: "date-time" }),
  endedAt: Type.Optional(Type.String({ format: "date-time" })),
  attempts: Type.Integer(),
  opened: Type.Integer({ description: "Attempts whose receipt says that the strike was released" }),
  ...EntryDetails.properties,
});

/** Visits: from arrival to last close. */
export function registerVisits(app: App, dependencies: AppDependencies): void {
  app.get(
    "/api/buildings/:buildingId/visits",
    {
      config: { action: "visit.read" },
      schema: {
        summary: "Visits at a building, newest first",
        params: OfBuilding,
        querystring: Page("visit"),
        response: { 200: Type.Object({ visits: Type.Array(Visit) }) },
      },
    },
    async (request) => {
      const { buildingId } = request.params;
      const { after, limit = 50 } = request.query;
      const visits = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        pageVisits(transaction, { buildingId, after, limit }),
      );
      return { visits };
    },
  );
}
