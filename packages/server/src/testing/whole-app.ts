import type { World } from "@vestibule/core/testing";
import { startDelivery } from "../delivery.ts";
import { handsetSessionMs, startHandsetSession } from "../people/handset-sessions.ts";
import { newId } from "../platform/ids.ts";
import { type DomainApp, domainApp } from "./domain-app.ts";
import { testDriverOrigin } from "./test-app.ts";

/** A server with every route there is, the doors' side included; no box is connected to it. */
export function wholeApp(world: Pick<World, "host">): Promise<DomainApp> {
  return domainApp(world, {
    features: ({ ownerUrl }, ports) => [
      async (app, given) => {
        const secret = "a secret for tests, 32 characters or more";
        const delivery = await startDelivery({ ...given, ...ports, ownerUrl, secret });
        for (const feature of delivery.features) await feature(app, given);
        app.addHook("onClose", () => delivery.close());
      },
    ],
  });
}

/** The headers with which a handset's app asks, its key signed in. */
export async function handsetHeaders(
  server: DomainApp,
  {
    handsetId,
    jkt,
    carrierId,
  }: { readonly handsetId: string; readonly jkt: string; readonly carrierId: string },
): Promise<Record<string, string>> {
  const nowMs = server.now();
  const token = await startHandsetSession(server.pool, {
    handsetId,
    carrierId,
    jkt,
    origin: testDriverOrigin,
    jti: newId("request", nowMs),
    statementExpiresAt: new Date(nowMs + handsetSessionMs),
    nowMs,
  });
  return { authorization: `Bearer ${token ?? ""}`, origin: testDriverOrigin };
}
