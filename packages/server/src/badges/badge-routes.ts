import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { HttpFault, RefusalFault } from "../platform/http/problem.ts";
import { closed, EcJwk, Hash, PaperText } from "../platform/http/schemas.ts";
import { takeBadge } from "./take-badge.ts";

const Kept = Type.Object({
  id: Type.String(),
  handsetId: Type.String(),
  hash: Hash,
  known: Type.Boolean(),
});

/** Badges: handed in by the vetter or the carrier, admitted by the vetter's signature. */
export function registerBadges(app: App, dependencies: DomainDependencies): void {
  app.post(
    "/api/badges",
    {
      config: { action: "badge.put", rateLimit: { max: 600, timeWindow: 60_000 } },
      schema: {
        summary: "Hands in a badge with the public key of its handset",
        body: Type.Object({ text: PaperText, handset: EcJwk }, closed),
        response: { 200: Kept },
      },
    },
    async (request) => {
      const outcome = await takeBadge(dependencies, { ...request.body, nowMs: dependencies.now() });
      if (outcome.kind === "refused") throw new RefusalFault(outcome);
      if (outcome.kind === "taken") throw new HttpFault("conflict");
      const { id, handsetId, hash, known } = outcome;
      return { id, handsetId, hash, known };
    },
  );
}
