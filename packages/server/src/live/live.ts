import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { Type } from "typebox";
import { Check } from "typebox/value";
import { WebSocket, WebSocketServer } from "ws";
import type { Config } from "../config.ts";
import { type Principal, principalName } from "../people/principal.ts";
import { type SessionHeaders, type SessionSources, sessionOf } from "../people/session.ts";
import type { Database } from "../platform/database.ts";
import { type Followed, followTopic } from "./live-topics.ts";
import type { OutboxRelay, RelayedEvent } from "./outbox-relay.ts";

/** Topics of one page, and how long it may take to name them, in ms. */
export const topicsMax = 32;
export const subscribeMsMax = 5_000;
/** What a page does not read at most, in bytes; beyond it the socket is cut and the page comes back. */
const bufferedBytesMax = 262_144;
/** How often a page is pinged and its right to listen looked at again, in ms. */
export const liveCheckMs = 30_000;
/** Pages of one process at most. */
export const pagesMax = 5_000;

const first = Type.Object(
  {
    topics: Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: topicsMax }),
    token: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" })),
    /** The last number seen, by topic. */
    after: Type.Optional(Type.Record(Type.String(), Type.Integer({ minimum: 0 }))),
  },
  { additionalProperties: false },
);

/** What live pages stand on. */
export interface LiveOptions extends SessionSources {
  readonly config: Config;
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly logger: Logger;
  /** Instead of {@link liveCheckMs}, where a test has no half a minute. */
  readonly liveCheckMs?: number;
}

/** The sockets of pages. */
export interface Live {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly count: () => number;
  readonly close: () => Promise<void>;
}

/** Opens `/live`: what happens in buildings, to those who may see it, the same from every process. */
export function openLive(options: LiveOptions): Live {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 16_384,
    perMessageDeflate: false,
  });
  let closing = false;
  return {
    upgrade: (request, socket, head) => {
      const { console: own, driver } = options.config.origins;
      const { origin } = request.headers;
      // A page of another origin would bring the person's cookie along.
      if (closing || sockets.clients.size >= pagesMax || (origin !== own && origin !== driver)) {
        socket.end(`HTTP/1.1 ${closing ? "503 Service Unavailable" : "403 Forbidden"}\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (opened) => {
        servePage(options, opened, request);
      });
    },
    count: () => sockets.clients.size,
    close: async () => {
      closing = true;
      for (const socket of sockets.clients) socket.close(1012, "come back");
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

function servePage(options: LiveOptions, socket: WebSocket, request: IncomingMessage): void {
  const stops: (() => void)[] = [];
  const late = setTimeout(() => socket.close(4408, "no topics"), subscribeMsMax);
  let alive = true;
  let headers: SessionHeaders = {};
  let name: string | undefined;
  const followed: Followed[] = [];
  const check = setInterval(() => {
    if (!alive) socket.terminate();
    alive = false;
    socket.ping();
    recheck(options, { headers, name, followed }).then(
      (fault) => fault !== undefined && socket.close(fault.code, fault.reason),
      (err: unknown) => options.logger.error({ err }, "a live page could not be checked"),
    );
  }, options.liveCheckMs ?? liveCheckMs);
  check.unref();
  socket.on("pong", () => {
    alive = true;
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    clearTimeout(late);
    clearInterval(check);
    for (const stop of stops) stop();
  });
  socket.once("message", (data, isBinary) => {
    clearTimeout(late);
    const message = isBinary ? undefined : parse(String(data));
    if (message === undefined) {
      socket.close(4400, "not understood");
      return;
    }
    headers = headersOf(request, message.token);
    sessionOf(options, { headers })
      .then((principal) => {
        name = principalName(principal);
        return follow(options, socket, {
          principal,
          topics: message.topics,
          after: afterOf(message, request),
          stops,
          followed,
        });
      })
      .catch((err: unknown) => {
        options.logger.error({ err }, "a live page failed");
        socket.close(1011, "failed");
      });
  });
}

/** Who lost his right to listen, or a building of those that he follows, stops hearing. */
async function recheck(
  options: LiveOptions,
  page: {
    readonly headers: SessionHeaders;
    readonly name: string | undefined;
    readonly followed: readonly Followed[];
  },
): Promise<{ readonly code: number; readonly reason: string } | undefined> {
  const { headers, name, followed } = page;
  if (name === undefined) return undefined;
  const principal = await sessionOf(options, { headers });
  if (principalName(principal) !== name) return { code: 4401, reason: "sign in" };
  for (const { topic, buildingIds } of followed) {
    const nowMs = options.now();
    const now = await followTopic(options.database, { principal, topic, nowMs });
    // It comes back, and is told which of its topics are not its any more.
    if (!buildingIds.every((id) => now?.buildingIds.includes(id)))
      return { code: 1012, reason: "come back" };
  }
  return undefined;
}

function headersOf(request: IncomingMessage, token: string | undefined): SessionHeaders {
  const { origin, cookie } = request.headers;
  return token === undefined ? { cookie, origin } : { authorization: `Bearer ${token}`, origin };
}

/** Numbers are a building's own; one number for all is understood where there is one topic. */
function afterOf(
  message: {
    readonly topics: readonly string[];
    readonly after?: Readonly<Record<string, number>>;
  },
  request: IncomingMessage,
): ReadonlyMap<string, number> {
  const after = new Map(Object.entries(message.after ?? {}));
  const [only] = message.topics;
  const asked = /[?&]after=(\d{1,15})(?:&|$)/.exec(request.url ?? "")?.[1];
  if (message.topics.length === 1 && only !== undefined && asked !== undefined && !after.has(only))
    after.set(only, Number(asked));
  return after;
}

async function follow(
  options: LiveOptions,
  socket: WebSocket,
  page: {
    readonly principal: Principal;
    readonly topics: readonly string[];
    readonly after: ReadonlyMap<string, number>;
    readonly stops: (() => void)[];
    readonly followed: Followed[];
  },
): Promise<void> {
  const { principal, topics, after, stops } = page;
  for (const topic of new Set(topics)) {
    const nowMs = options.now();
    const followed = await followTopic(options.database, { principal, topic, nowMs });
    if (followed === undefined) {
      const code = principal.kind === "anonymous" ? "sign-in-required" : "not-found";
      push(socket, { topic, kind: "refused", data: { code } });
      continue;
    }
    page.followed.push(followed);
    const resume = after.get(topic);
    const single = followed.buildingIds.length === 1;
    let missed = resume !== undefined && !single;
    for (const buildingId of followed.buildingIds) {
      const listener = (event: RelayedEvent) => hand(socket, followed, event);
      const from = single ? resume : undefined;
      const subscription = await options.relay.subscribe(buildingId, listener, from);
      stops.push(subscription.stop);
      missed ||= subscription.missed;
      if (socket.readyState !== WebSocket.OPEN) subscription.stop();
    }
    push(socket, { topic, kind: missed ? "refetch" : "following", data: {} });
  }
}

function hand(socket: WebSocket, { topic, wants }: Followed, event: RelayedEvent): void {
  if (!wants(event)) return;
  // Whose phone it was is for the phone alone.
  const { jkt: _, ...data } = event.body;
  const at = new Date(event.atMs).toISOString();
  push(socket, { sequence: event.sequence, topic, kind: event.kind, data: { ...data, at } });
}

function push(socket: WebSocket, message: object): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > bufferedBytesMax) socket.terminate();
  else socket.send(JSON.stringify(message));
}

function parse(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    return Check(first, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
