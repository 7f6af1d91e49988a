import { Type } from "typebox";
import { Page } from "../attempts/attempt-routes.ts";
import type { App, AppDependencies } from "../platform/http/app.ts";
import { inBuilding } from "../platform/http/in-request.ts";
import { OfBuilding } from "../platform/http/schemas.ts";
import { pageReceipts } from "./receipt-store.ts";

const Receipt = Type.Object({
  id: Type.String(),
  ctl: Type.String(),
  seq: Type.Integer(),
  hash: Type.String(),
  ent: Type.Union([Type.String(), Type.Null()]),
  attempt: Type.Union([Type.String(), Type.Null()]),
  stage: Type.String(),
  code: Type.Union([Type.String(), Type.Null()]),
  text: Type.String(),
  receivedAt: Type.String({ format: "date-time" }),
});

/** A building's receipts as its boxes signed them; the personal halves stay apart. */
export function registerReceipts(app: App, dependencies: AppDependencies): void {
  app.get(
    "/api/buildings/:buildingId/receipts",
    {
      config: { action: "receipt.read" },
      schema: {
        summary: "Receipts of a building's boxes, newest first",
        params: OfBuilding,
        querystring: Page("receipt"),
        response: { 200: Type.Object({ receipts: Type.Array(Receipt) }) },
      },
    },
    async (request) => {
      const { buildingId } = request.params;
      const { after, limit = 50 } = request.query;
      const receipts = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        pageReceipts(transaction, { buildingId, after, limit }),
      );
      return { receipts: [...receipts] };
    },
  );
}
