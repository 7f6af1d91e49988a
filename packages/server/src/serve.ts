import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { nodeCrypto } from "@vestibule/core/node";
import type { Logger } from "pino";
import { Gauge } from "prom-client";
import type { Config } from "./config.ts";
import { type Delivery, startDelivery } from "./delivery.ts";
import { domainFeatures } from "./features.ts";
import { createKeysetReader } from "./keysets/keyset-store.ts";
import { installHostKeyset } from "./keysets/take-keyset.ts";
import { createAuthentication } from "./people/authentication.ts";
import { hasPeople, type InvitationLink, inviteOwner } from "./people/invitations.ts";
import { openDatabases } from "./platform/database.ts";
import { type HostKeys, readHostKeys } from "./platform/host-keys.ts";
import { type App, buildApp, requestTimeoutMs } from "./platform/http/app.ts";
import { createLogger } from "./platform/http/log.ts";
import { startJobs } from "./platform/jobs.ts";
import { migrate } from "./platform/migrate.ts";
import { openPool } from "./platform/pool.ts";
import { startPostgres } from "./platform/postgres/supervisor.ts";
import { roleUrl } from "./platform/roles.ts";
import { StartFault, systemCode } from "./platform/start-fault.ts";
import { createPolicyReader } from "./policies/read-policies.ts";
import { refuseUnreadable, sayNotReady } from "./serve/bare-answers.ts";
import { hostSecret } from "./serve/host-secret.ts";
import { type LoopDelay, loopDelayMsMax, watchLoop } from "./serve/loop-delay.ts";
import { openStaticHosts, type StaticApp, type StaticHosts } from "./serve/static-hosts.ts";
import type { UnlockRates } from "./unlocks/rate-limits.ts";

/** How long requests that have begun may take when the server stops, in ms. */
export const drainMsMax = 20_000;
/** How long `/ready` says no before connections are refused, so that a balancer sees it, in ms. */
export const unreadyMs = 250;

/** What a server is started with. */
export interface ServerOptions {
  readonly config: Config;
  /** The time, in epoch ms; the machine's unless a test says otherwise. */
  readonly now?: () => number;
  /** The demonstration: the host's root key may lie on this machine. */
  readonly demo?: boolean;
  readonly hostKeys?: HostKeys;
  readonly staticApps?: readonly StaticApp[];
  readonly logger?: Logger;
  /** Rates of taps and unlocks; a bench lifts them. */
  readonly rates?: UnlockRates;
  /** How often a live page's right to listen is looked at again; a test has no half a minute. */
  readonly liveCheckMs?: number;
  /** False where another process runs the jobs of this database. */
  readonly jobs?: boolean;
  /** Aborted during the start: it is given up, and what it opened is closed. */
  readonly signal?: AbortSignal;
}

/** A running server. */
export interface RunningServer {
  readonly origin: string;
  readonly port: number;
  /** The owner's connection, for tools beside the server. */
  readonly ownerUrl: string;
  readonly isEmpty: () => Promise<boolean>;
  /** A one-time link for the first owner of an organization. */
  readonly inviteOwner: (organizationName: string) => Promise<InvitationLink>;
  /** Stops: not ready, no new requests, what runs ends, sockets come back later, what waits is written. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a whole server: database, schema, people, features, sockets, jobs, listener.
 *
 * @throws StartFault in one sentence that names the way out; the signal's reason where it was aborted.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, now = Date.now } = options;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    // Backwards: what was opened last leans on what was opened first.
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return await start({ ...options, now, config }, { closers, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Closing {
  readonly closers: (() => Promise<unknown>)[];
  readonly close: () => Promise<void>;
}

async function start(
  options: ServerOptions & { readonly now: () => number },
  { closers, close }: Closing,
): Promise<RunningServer> {
  const { config, now } = options;
  const logger = options.logger ?? createLogger(config.logLevel);
  const onError = (err: unknown) => logger.error({ err }, "work in the background failed");
  const secret = hostSecret(config.keysFolder);
  const demo = options.demo ?? false;
  const hostKeys =
    options.hostKeys ?? (await readHostKeys(config.keysFolder, { demo, nowMs: now() }));
  const ownerUrl = await database(options, closers);
  options.signal?.throwIfAborted();
  await migrate(ownerUrl);
  options.signal?.throwIfAborted();
  const databases = await openDatabases(ownerUrl, onError);
  closers.push(databases.close);
  const pool = openPool(
    { url: roleUrl(ownerUrl, "vestibule_auth"), schema: "auth", connectionsMax: 8 },
    onError,
  );
  closers.push(() => pool.end());
  const consoleOrigin = config.origins.console;
  const authentication = createAuthentication({ pool, secret, consoleOrigin, now });
  const crypto = nodeCrypto();
  const policies = createPolicyReader(crypto);
  const sources = { config, databases, authentication, pool, now, logger };
  const delivery = await startDelivery({
    ...sources,
    ownerUrl,
    hostKeys,
    policies,
    crypto,
    secret,
    ...(options.rates === undefined ? {} : { rates: options.rates }),
    ...(options.liveCheckMs === undefined ? {} : { liveCheckMs: options.liveCheckMs }),
  });
  closers.push(delivery.close);
  const domain = { boxes: delivery.boxes, hostKeys, demo, crypto, policies };
  const keysets = createKeysetReader(crypto);
  await installHostKeyset(
    { databases, crypto, keysets, hostKeys },
    { text: hostKeys.keyset, nowMs: now() },
  );
  const features = [...domainFeatures({ ...domain, keysets }), ...delivery.features];
  const { app, metrics } = await buildApp({ ...sources, features });
  closers.push(() => app.close());
  delivery.register(metrics.registry);
  const loop = watchLoop();
  closers.push(async () => loop.stop());
  metrics.registry.registerMetric(
    new Gauge({
      name: "vestibule_event_loop_delay_seconds",
      help: "The longest that the event loop was held up lately",
      registers: [],
      collect() {
        this.set(loop.ms() / 1_000);
      },
    }),
  );
  if (options.jobs !== false) {
    const runner = await startJobs({ ownerUrl, now, onError });
    closers.push(runner.stop);
  }
  const statics = await openStaticHosts(options.staticApps ?? []);
  closers.push(statics.close);
  const listener = await listen({ app, delivery, statics, loop, config, now });
  closers.push(listener.stop);
  return {
    origin: config.publicUrl.origin,
    port: listener.port,
    ownerUrl,
    isEmpty: async () => !(await hasPeople(pool)),
    inviteOwner: (organizationName) =>
      inviteOwner(pool, { organizationName, consoleOrigin, nowMs: now() }),
    close,
  };
}

async function database(
  { config, signal }: ServerOptions,
  closers: Closing["closers"],
): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  const postgres = await startPostgres({
    dataFolder: config.dataFolder,
    ...(signal === undefined ? {} : { signal }),
  });
  closers.push(postgres.stop);
  return postgres.ownerUrl;
}

interface Listening {
  readonly app: App;
  readonly delivery: Delivery;
  readonly statics: StaticHosts;
  readonly loop: LoopDelay;
  readonly config: Config;
  readonly now: () => number;
}

/** One listener: apps by their host names, sockets by their paths, everything else to the API. */
async function listen({ app, delivery, statics, loop, config, now }: Listening) {
  let stopping = false;
  const unready = () => stopping || loop.ms() > loopDelayMsMax;
  const server = createServer((request, response) => {
    const serveStatic = statics.of(request);
    if (serveStatic !== undefined) serveStatic(request, response);
    else if (request.url === "/ready" && unready()) sayNotReady(response, now());
    else app.routing(request, response);
  });
  server.requestTimeout = requestTimeoutMs;
  server.on("clientError", (error, socket) => refuseUnreadable(error, socket, now()));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const taken =
      !stopping && statics.reachesHost(request) && delivery.upgrade(request, socket, head);
    if (!taken) socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
  });
  await bind(server, config);
  const address = server.address();
  const port = isAddress(address) ? address.port : config.port;
  return {
    port,
    stop: async () => {
      stopping = true;
      await new Promise((resolve) => setTimeout(resolve, unreadyMs));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const deadline = setTimeout(() => server.closeAllConnections(), drainMsMax);
      // Upgraded sockets are no connections of the server's any more; the gateway ends them.
      await Promise.race([closed, drained(server)]);
      clearTimeout(deadline);
    },
  };
}

/** Resolves when no request is left; sockets that were upgraded do not count. */
function drained(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waitedMs = 0;
  const timer = setInterval(() => {
    waitedMs += 50;
    server.closeIdleConnections();
    server.getConnections((_error, count) => {
      if (count > 0 && waitedMs < drainMsMax) return;
      clearInterval(timer);
      resolve();
    });
  }, 50);
  return promise;
}

function bind(server: Server, { port, host }: Config): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (cause) => {
    if (systemCode(cause) !== "EADDRINUSE") {
      reject(cause);
      return;
    }
    const sentence = `Port ${port} is taken. Stop what uses it, or choose another: PORT=${port + 1} (passkeys and handsets' keys belong to an address with its port, so keep to one).`;
    reject(new StartFault(sentence, { cause }));
  });
  server.listen(port, host, resolve);
  return promise;
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
