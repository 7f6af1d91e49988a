import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { createOnce, inRequest } from "../platform/http/in-request.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Domain, Hash, Label, Made } from "../platform/http/schemas.ts";
import { keepParty, listParties, type PartyKind, renameParty } from "./carrier-store.ts";

const Party = Type.Object({
  id: Type.String(),
  root: Hash,
  domain: Type.String(),
  name: Type.String({ description: "The operator's word; show it with its domain, never instead" }),
});
const Register = Type.Object({ root: Hash, domain: Domain, name: Label(200) }, closed);

/** Carriers and vetters that this host knows by their roots. */
export function registerCarriers(app: App, dependencies: DomainDependencies): void {
  registerParties(app, dependencies, { kind: "carrier", path: "/api/carriers" });
  registerParties(app, dependencies, { kind: "vetter", path: "/api/vetters" });
}

function registerParties(
  app: App,
  dependencies: DomainDependencies,
  { kind, path }: { readonly kind: PartyKind; readonly path: string },
): void {
  app.get(
    path,
    {
      config: { action: `${kind}.read` },
      schema: {
        summary: `The ${kind}s that this host knows`,
        response: { 200: Type.Object({ parties: Type.Array(Party) }) },
      },
    },
    (request) =>
      inRequest(dependencies, request, async (transaction) => ({
        parties: [...(await listParties(transaction, kind))],
      })),
  );
  app.post(
    path,
    {
      config: { action: `${kind}.register` },
      schema: {
        summary: `Makes a ${kind} known by its root, or names one that came by its keyset`,
        body: Register,
        response: { 200: Made, 201: Made },
      },
    },
    (request, reply) =>
      createOnce(dependencies, { request, reply }, async (transaction) => {
        const { root, domain } = request.body;
        const name = request.body.name.trim();
        const nowMs = dependencies.now();
        const kept = await keepParty(transaction, kind, { root, domain, name, nowMs });
        if (kept.domain !== domain) throw new HttpFault("conflict");
        // One that came by its keyset is called by its domain until somebody names it.
        if (kept.name !== name) await renameParty(transaction, kind, { id: kept.id, name });
        return { status: 201, body: { id: kept.id } };
      }),
  );
}
