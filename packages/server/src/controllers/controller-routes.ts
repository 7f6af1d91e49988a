import { Type } from "typebox";
import { showBox } from "../buildings/building-detail.ts";
import type { DomainDependencies } from "../features.ts";
import { appendAudit } from "../platform/audit.ts";
import type { App } from "../platform/http/app.ts";
import { createOnce, inBuilding, requestContext } from "../platform/http/in-request.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Done, Hash, Instant, OfBuilding } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { adoptController, recordAdoption } from "./adopt-controller.ts";
import { keepController, readControllers } from "./controller-store.ts";
import { releaseController } from "./release-controller.ts";

const Offer = Type.Object({ ctl: Hash, seal: Hash, nonce: Hash, mac: Hash, at: Instant });
const Controller = Type.Object({
  controllerId: Type.String(),
  ctl: Hash,
  seal: Hash,
  software: Type.Optional(Type.String()),
  online: Type.Boolean(),
  adopted: Type.Boolean(),
  quarantined: Type.Boolean(),
  silentSince: Type.Optional(Instant),
});
const OfController = Type.Object({ ...OfBuilding.properties, ctl: Hash }, closed);
const OfControllerId = Type.Object(
  {
    ...OfBuilding.properties,
    controllerId: Type.String({ pattern: idPattern("controller") }),
  },
  closed,
);
const Adopted = Type.Object({
  bld: Type.Optional(Hash),
  policy: Type.Optional(Hash),
  mac: Type.Optional(Hash),
  code: Type.Optional(Type.String({ description: "Why the box refused" })),
});

/** Boxes: which wait for a building, which a building has, and how they fare. */
export function registerControllers(app: App, dependencies: DomainDependencies): void {
  const { boxes, now } = dependencies;
  app.get(
    "/api/controllers/offers",
    {
      config: { action: "controller.write" },
      schema: {
        summary:
          "Unclaimed boxes that are connected now; each proves itself to its own card's holder",
        response: { 200: Type.Object({ offers: Type.Array(Offer) }) },
      },
    },
    async () => ({
      offers: boxes.offers().map(({ at, ...offer }) => ({
        ...offer,
        at: new Date(at).toISOString(),
      })),
    }),
  );
  app.get(
    "/api/buildings/:buildingId/controllers",
    {
      config: { action: "controller.read" },
      schema: {
        summary: "A building's boxes and their health",
        params: OfBuilding,
        response: { 200: Type.Object({ controllers: Type.Array(Controller) }) },
      },
    },
    (request) => {
      const { buildingId } = request.params;
      return inBuilding(dependencies, { request, buildingId }, async (transaction) => {
        const rows = await readControllers(transaction, buildingId);
        return {
          controllers: rows.map((row) => ({
            ...showBox(row, boxes.isOnline(row.ctl)),
            seal: row.seal,
            ...(row.software === null ? {} : { software: row.software }),
          })),
        };
      });
    },
  );
  app.post(
    "/api/buildings/:buildingId/controllers",
    {
      config: { action: "controller.write" },
      schema: {
        summary: "Registers a box that offers itself now; it belongs to nobody until it is adopted",
        params: OfBuilding,
        body: Type.Object({ ctl: Hash }, closed),
        response: { 201: Type.Object({ id: Type.String(), ctl: Hash, seal: Hash }) },
      },
    },
    (request, reply) => {
      const { buildingId } = request.params;
      return createOnce(dependencies, { request, reply, buildingId }, async (transaction) => {
        const offer = boxes.offers().find(({ ctl }) => ctl === request.body.ctl);
        if (offer === undefined) throw new HttpFault("not-found");
        const { ctl, seal } = offer;
        const nowMs = now();
        const id = await keepController(transaction, { buildingId, ctl, seal, nowMs });
        const principal = requestContext(request).principal ?? "";
        const kind = "controller.registered";
        await appendAudit(transaction, { buildingId, principal, kind, subject: id }, nowMs);
        return { status: 201, body: { id, ctl, seal } };
      });
    },
  );
  registerAdoption(app, dependencies);
  registerRelease(app, dependencies);
}

function registerRelease(app: App, dependencies: DomainDependencies): void {
  app.post(
    "/api/buildings/:buildingId/controllers/:controllerId/release",
    {
      config: { action: "controller.write" },
      schema: {
        summary: "Lets a box back in that was set apart, once no twin of it is connected",
        params: OfControllerId,
        body: Done,
        response: { 200: Done },
      },
    },
    async (request) => {
      const { buildingId, controllerId } = request.params;
      const rows = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        readControllers(transaction, buildingId),
      );
      const box = rows.find(({ id }) => id === controllerId);
      if (box === undefined) throw new HttpFault("not-found");
      // Asked outside any transaction: other processes answer from their memory.
      const sessions = await dependencies.boxes.sessions(box.ctl);
      if (sessions === undefined || sessions > 1) throw new HttpFault("conflict");
      const released = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        releaseController(transaction, {
          buildingId,
          controllerId,
          principal: requestContext(request).principal ?? "",
          nowMs: dependencies.now(),
        }),
      );
      if (!released) throw new HttpFault("conflict");
      // Its socket still counts as set apart, and what it said on it is not believed: it begins anew.
      await dependencies.boxes.recall(box.ctl);
      return {};
    },
  );
}

function registerAdoption(app: App, dependencies: DomainDependencies): void {
  const { policies, now } = dependencies;
  app.post(
    "/api/buildings/:buildingId/controllers/:ctl/adopt",
    {
      config: { action: "controller.write" },
      schema: {
        summary: "Carries the claim card's MAC and the building's policies to an unclaimed box",
        params: OfController,
        body: Type.Object({ mac: Hash, nonce: Hash }, closed),
        response: { 200: Adopted },
      },
    },
    async (request) => {
      const { buildingId, ctl } = request.params;
      // No transaction waits for the box: up to 3 s pass before it answers.
      const chain = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        policies.read(transaction, buildingId, now()),
      );
      const { inForce } = chain;
      if (inForce === undefined) throw new HttpFault("conflict");
      const upToNow = chain.chain.filter(({ policy }) => policy.ver <= inForce.policy.ver);
      const answer = await adoptController(
        dependencies,
        { ctl, ...request.body },
        upToNow.map(({ text }) => text),
      );
      if (answer.kind === "silent") throw new HttpFault("door-silent");
      if (answer.kind === "refused") return { code: answer.code };
      const recorded = await inBuilding(dependencies, { request, buildingId }, (transaction) =>
        recordAdoption(transaction, {
          buildingId,
          ctl,
          principal: requestContext(request).principal ?? "",
          nowMs: now(),
        }),
      );
      if (!recorded) throw new HttpFault("conflict");
      const { bld, policy, mac } = answer;
      return { bld, policy, mac };
    },
  );
}
