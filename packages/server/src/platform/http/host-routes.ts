import { sql } from "kysely";
import { Type } from "typebox";
import type { App, AppDependencies } from "./app.ts";
import type { Metrics } from "./metrics.ts";
import { HttpFault } from "./problem.ts";
import { referencePage, referencePolicy } from "./reference-page.ts";

const State = Type.Object({ state: Type.String() });

/** What tells machines how this host fares, and people how to talk to it. */
export function registerHost(app: App, { databases }: AppDependencies, metrics: Metrics): void {
  const config = { action: "host.read" } as const;
  app.get(
    "/health",
    { config, schema: { summary: "The process is alive", response: { 200: State } } },
    async () => ({ state: "alive" }),
  );
  app.get(
    "/ready",
    {
      config,
      schema: { summary: "The host can serve: its database answers", response: { 200: State } },
    },
    async (request) => {
      try {
        await sql`select 1`.execute(databases.app);
      } catch (cause) {
        request.log.warn({ err: cause }, "the database does not answer");
        throw new HttpFault("not-ready", { cause });
      }
      return { state: "ready" };
    },
  );
  app.get(
    "/metrics",
    {
      config,
      schema: {
        summary: "Figures for Prometheus, to this machine alone",
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      // A proxy's requests come from this machine too, but say for whom.
      const local = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(request.ip);
      if (!local || request.headers["x-forwarded-for"] !== undefined)
        throw new HttpFault("not-found");
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    },
  );
  app.get(
    "/openapi.json",
    {
      config,
      schema: {
        summary: "This interface, as OpenAPI 3.1",
        response: { 200: Type.Object({}) },
      },
    },
    async (_request, reply) =>
      reply.type("application/json").serializer(JSON.stringify).send(app.swagger()),
  );
  app.get(
    "/reference",
    { config, schema: { summary: "This interface, to read", response: { 200: Type.String() } } },
    async (_request, reply) =>
      reply
        .type("text/html; charset=utf-8")
        .header("content-security-policy", referencePolicy)
        .send(referencePage(app.swagger())),
  );
}
