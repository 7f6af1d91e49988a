import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import { appendAudit } from "../platform/audit.ts";
import type { App } from "../platform/http/app.ts";
import { createOnce, requestContext } from "../platform/http/in-request.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Label, OfBuilding } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { type EntranceKindName, insertEntrance, renameSticker } from "./entrance-store.ts";

const kinds = [
  "gate",
  "street",
  "lobby",
  "mailroom",
  "locker",
  "unit",
  "garage",
] as const satisfies readonly EntranceKindName[];
const CreateEntrance = Type.Object(
  {
    ent: Type.String({
      pattern: "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$",
      description: "Its name in the policy, unique within the building",
    }),
    kind: Type.Union(kinds.map((kind) => Type.Literal(kind))),
    label: Label(100),
  },
  closed,
);
const Entrance = Type.Object({
  id: Type.String(),
  page: Type.String({ description: "Address of the sticker, without a tap" }),
});
const OfEntrance = Type.Object(
  {
    ...OfBuilding.properties,
    entranceId: Type.String({ pattern: idPattern("entrance") }),
  },
  closed,
);

/** Doors and the names of their stickers. */
export function registerEntrances(app: App, dependencies: DomainDependencies): void {
  const { now, config } = dependencies;
  const page = (sticker: string) => `${config.publicUrl.origin}/d/${sticker}`;
  app.post(
    "/api/buildings/:buildingId/entrances",
    {
      config: { action: "entrance.write" },
      schema: {
        summary: "Registers an entrance and gives it a page",
        params: OfBuilding,
        body: CreateEntrance,
        response: { 201: Entrance },
      },
    },
    (request, reply) => {
      const { buildingId } = request.params;
      return createOnce(dependencies, { request, reply, buildingId }, async (transaction) => {
        const nowMs = now();
        const made = await insertEntrance(transaction, {
          ...request.body,
          label: request.body.label.trim(),
          buildingId,
          controllerId: null,
          nowMs,
        });
        if (made === undefined) throw new HttpFault("conflict");
        const principal = requestContext(request).principal ?? "";
        const kind = "entrance.registered";
        await appendAudit(transaction, { buildingId, principal, kind, subject: made.id }, nowMs);
        return { status: 201, body: { id: made.id, page: page(made.sticker ?? "") } };
      });
    },
  );
  app.post(
    "/api/buildings/:buildingId/entrances/:entranceId/sticker",
    {
      config: { action: "entrance.write" },
      schema: {
        summary: "Gives an entrance's sticker a new address; the old one leads nowhere from now on",
        params: OfEntrance,
        body: Type.Object({}, closed),
        response: { 200: Entrance },
      },
    },
    (request, reply) => {
      const { buildingId, entranceId } = request.params;
      return createOnce(dependencies, { request, reply, buildingId }, async (transaction) => {
        const sticker = await renameSticker(transaction, { buildingId, entranceId });
        if (sticker === undefined) throw new HttpFault("not-found");
        const principal = requestContext(request).principal ?? "";
        const kind = "sticker.renamed";
        await appendAudit(transaction, { buildingId, principal, kind, subject: entranceId }, now());
        return { status: 200, body: { id: entranceId, page: page(sticker) } };
      });
    },
  );
}
