import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Crypto } from "@vestibule/core";
import type { Logger } from "pino";
import { Gauge, type Registry } from "prom-client";
import { registerAttempts } from "./attempts/attempt-routes.ts";
import type { Config } from "./config.ts";
import { type Gateway, openGateway } from "./gateway/gateway.ts";
import { joinProcesses } from "./gateway/process-link.ts";
import { registerHandsets } from "./handsets/handset-routes.ts";
import { openLive } from "./live/live.ts";
import { startOutboxRelay } from "./live/outbox-relay.ts";
import type { SessionSources } from "./people/session.ts";
import type { Boxes } from "./platform/boxes.ts";
import type { Databases } from "./platform/database.ts";
import type { HostKeys } from "./platform/host-keys.ts";
import type { Feature } from "./platform/http/app.ts";
import { roleUrl } from "./platform/roles.ts";
import type { PolicyReader } from "./policies/read-policies.ts";
import { registerReceipts } from "./receipts/receipt-routes.ts";
import { startRecordWriter } from "./records/record-writer.ts";
import { sweepEveryMs, sweepRecords } from "./records/sweep.ts";
import { registerTickets } from "./tickets/ticket-routes.ts";
import { createRateLimiter, type UnlockRates, unlockRates } from "./unlocks/rate-limits.ts";
import { rehearsalMemo } from "./unlocks/rehearse.ts";
import { createUnlockMetrics } from "./unlocks/unlock-metrics.ts";
import type { UnlockPorts } from "./unlocks/unlock-ports.ts";
import { registerUnlocks } from "./unlocks/unlock-routes.ts";
import { registerVisits } from "./visits/visit-routes.ts";

/** What the doors' side of a server stands on. */
export interface DeliveryOptions extends SessionSources {
  readonly config: Config;
  readonly databases: Databases;
  readonly ownerUrl: string;
  readonly hostKeys: HostKeys;
  readonly policies: PolicyReader;
  readonly crypto: Crypto;
  /** Known to every process of this host, to nobody else. */
  readonly secret: string;
  readonly logger: Logger;
  readonly rates?: UnlockRates;
  readonly liveCheckMs?: number;
}

/** Boxes, handsets, attempts and live pages of one process. */
export interface Delivery {
  readonly boxes: Boxes;
  readonly gateway: Gateway;
  readonly features: readonly Feature[];
  /** Takes `/box` and `/live`; false = not its path. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  readonly register: (registry: Registry) => void;
  /** Tells sockets to come back, writes what waits, leaves the other processes. */
  readonly close: () => Promise<void>;
}

/** Starts the doors' side; its features go into `buildApp`, its sockets come by `upgrade`. */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { databases, logger, now, config } = options;
  const onError = (err: unknown) => logger.error({ err }, "work in the background failed");
  const writer = startRecordWriter(databases.batch, now);
  const listenUrl = roleUrl(options.ownerUrl, "vestibule_batch");
  const processes = await joinProcesses({ database: databases.batch, listenUrl, onError });
  const relay = startOutboxRelay(databases.batch, { now, onError });
  writer.onCommit(() => {
    relay.poke();
    processes.ring();
  });
  processes.onBell(relay.poke);
  const server = config.publicUrl.origin;
  const gateway = openGateway({ ...options, writer, processes, server, relay });
  const live = openLive({ ...options, database: databases.app, relay });
  const metrics = createUnlockMetrics();
  const ports: UnlockPorts = {
    ...options,
    database: databases.app,
    gateway,
    writer,
    relay,
    memo: rehearsalMemo(),
    facts: new Map(),
    limiter: createRateLimiter(options.rates ?? unlockRates),
    metrics,
  };
  const sweeping = setInterval(() => {
    sweepRecords(databases.batch, { writer, nowMs: now() }).catch(onError);
  }, sweepEveryMs);
  sweeping.unref();
  return {
    boxes: gateway.boxes,
    gateway,
    features: deliveryFeatures(options, ports, gateway.boxes),
    upgrade: (request, socket, head) => {
      const path = (request.url ?? "").split("?")[0];
      if (path === "/box") gateway.upgrade(request, socket, head);
      else if (path === "/live") live.upgrade(request, socket, head);
      else return false;
      return true;
    },
    register: (registry) => {
      registry.registerMetric(metrics.attempts);
      registry.registerMetric(metrics.seconds);
      gauge(registry, { name: "vestibule_boxes_online", help: "Boxes held by this process" }, () =>
        gateway.count(),
      );
      gauge(
        registry,
        { name: "vestibule_live_pages", help: "Pages that follow what happens" },
        () => live.count(),
      );
      gauge(
        registry,
        { name: "vestibule_outbox_lag_seconds", help: "Age of the oldest event not yet handed on" },
        () => relay.lagMs() / 1_000,
      );
    },
    close: async () => {
      clearInterval(sweeping);
      await Promise.all([gateway.close(), live.close()]);
      await relay.close();
      await writer.close();
      await processes.close();
    },
  };
}

function deliveryFeatures(
  options: DeliveryOptions,
  ports: UnlockPorts,
  boxes: Boxes,
): readonly Feature[] {
  const { policies, crypto, secret } = options;
  return [
    (app, dependencies) => registerHandsets(app, dependencies, { boxes, policies, crypto, secret }),
    (app) => registerTickets(app, ports),
    (app) => registerUnlocks(app, ports),
    registerAttempts,
    registerReceipts,
    registerVisits,
  ];
}

function gauge(
  registry: Registry,
  { name, help }: { readonly name: string; readonly help: string },
  read: () => number,
): void {
  registry.registerMetric(
    new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    }),
  );
}
