import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Hash } from "../platform/http/schemas.ts";
import { findProvedBuilding } from "./find-building.ts";

const PublicBuilding = Type.Object({
  bld: Hash,
  name: Type.String(),
  address: Type.String(),
  policy: Type.String({ description: "The newest accepted policy, as its members signed it" }),
});
const OfHash = Type.Object({ bld: Hash }, closed);
const ByName = Type.Object(
  {
    address: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    code: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: "Building hash or id" }),
    ),
  },
  closed,
);

/** A list of addresses is read in bulk by carriers, not by the curious. */
const guarded = { rateLimit: { max: 600, timeWindow: 60_000 } } as const;

/** Proved buildings, for those who bring parcels; a claimed one is as if it were not there. */
export function registerDirectory(app: App, dependencies: DomainDependencies): void {
  app.get(
    "/api/directory",
    {
      config: { action: "page.read", ...guarded },
      schema: {
        summary:
          "The proved building at an address, or with a code; an empty list where there is none",
        querystring: ByName,
        response: { 200: Type.Array(PublicBuilding) },
      },
    },
    async ({ query: { address, code } }) => {
      if ((address === undefined) === (code === undefined)) throw new HttpFault("request-invalid");
      const found = await findProvedBuilding(
        dependencies,
        address === undefined
          ? { kind: "code", text: code?.trim() ?? "" }
          : { kind: "address", text: address },
      );
      return found === undefined ? [] : [found.building];
    },
  );
  app.get(
    "/api/public/buildings/:bld",
    {
      config: { action: "page.read" },
      schema: {
        summary: "A proved building by its hash",
        params: OfHash,
        response: { 200: PublicBuilding },
      },
    },
    async ({ params: { bld } }) => {
      const found = await findProvedBuilding(dependencies, { kind: "code", text: bld });
      if (found === undefined) throw new HttpFault("not-found");
      return found.building;
    },
  );
  app.get(
    "/api/public/buildings/:bld/policies",
    {
      config: { action: "page.read" },
      schema: {
        summary: "Every accepted policy of a proved building, genesis first",
        params: OfHash,
        response: { 200: Type.Object({ policies: Type.Array(Type.String()) }) },
      },
    },
    async ({ params: { bld } }) => {
      const found = await findProvedBuilding(dependencies, { kind: "code", text: bld });
      if (found === undefined) throw new HttpFault("not-found");
      return { policies: found.standing.chain.map(({ text }) => text) };
    },
  );
}
