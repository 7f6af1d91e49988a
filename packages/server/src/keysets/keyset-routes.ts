import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { inRequest } from "../platform/http/in-request.ts";
import { HttpFault, RefusalFault } from "../platform/http/problem.ts";
import { closed, Hash, PaperText } from "../platform/http/schemas.ts";
import { takeKeyset } from "./take-keyset.ts";

const roles = ["carrier", "vetter", "host"] as const;
const Kept = Type.Object({
  root: Hash,
  ver: Type.Integer(),
  hash: Hash,
  known: Type.Boolean({ description: "This very keyset was here before" }),
});

/** Keysets: handed in by whoever carries them, shown to everybody. */
export function registerKeysets(app: App, dependencies: DomainDependencies): void {
  const { keysets, now } = dependencies;
  app.post(
    "/api/keysets",
    {
      config: { action: "keyset.put", rateLimit: { max: 120, timeWindow: 60_000 } },
      schema: {
        summary:
          "Hands in a keyset; its own root's signature admits it, and none older than the newest",
        body: Type.Object(
          { text: PaperText, role: Type.Union(roles.map((role) => Type.Literal(role))) },
          closed,
        ),
        response: { 200: Kept },
      },
    },
    async (request) => {
      const outcome = await takeKeyset(dependencies, { ...request.body, nowMs: now() });
      if (outcome.kind === "refused") throw new RefusalFault(outcome);
      if (outcome.kind === "unknown-root") throw new HttpFault("not-found");
      const { root, ver, hash, known } = outcome;
      return { root, ver, hash, known };
    },
  );
  app.get(
    "/api/keysets/:root",
    {
      config: { action: "keyset.read" },
      schema: {
        summary: "The newest keyset of a root",
        params: Type.Object({ root: Hash }, closed),
        response: { 200: Type.Object({ text: Type.String(), role: Type.String() }) },
      },
    },
    (request) =>
      inRequest(dependencies, request, async (transaction) => {
        const { root } = request.params;
        const held = (await keysets.newest(transaction, [root])).get(root);
        if (held === undefined) throw new HttpFault("not-found");
        return { text: held.keyset.text, role: held.role };
      }),
  );
}
