import { randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { decodeBase64url, enrolmentMacFits, paperHash, utf8 } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { enrolmentUrl } from "@vestibule/sdk";
import { type WebSocket, WebSocketServer } from "ws";
import { attemptId, type DoorWorld, driverHost } from "./door-world.ts";

const port = nodeCrypto();
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** A host and the driver app's own origin, on one listener, as the demo runs them. */
export interface HostServer {
  readonly driverOrigin: string;
  readonly apiOrigin: string;
  readonly streetOrigin: string;
  /** The vetter's link, fresh. */
  readonly invitation: () => string;
  /** Bodies that the app sent, by path. */
  readonly sent: { path: string; body: unknown }[];
  /** The door's box is silent. */
  offline: boolean;
  /** The host is down: every request of the API is cut. */
  down: boolean;
  /** The vetter has not signed yet. */
  vetterAsleep: boolean;
  noBuildings: boolean;
  readonly close: () => Promise<void>;
}

interface Enrolment {
  readonly secret: Uint8Array;
  badge?: string;
}

/** Starts the server. What the app sends is checked as the real one does: MAC, key, nonce, token. */
export async function startHost(world: DoorWorld, dist: string): Promise<HostServer> {
  const enrolments = new Map<string, Enrolment>();
  const tokens = new Set<string>();
  const nonces = new Set<string>();
  const sockets = new Set<WebSocket>();
  const server = createServer((request, response) => {
    const host = request.headers.host ?? "";
    const answer = host.startsWith(driverHost)
      ? serveApp(request, response, { dist, made })
      : host.startsWith("street")
        ? serveStreet(response, made)
        : serveApi(request, response, { world, made, enrolments, tokens, nonces, sockets });
    answer.catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const live = new WebSocketServer({ server, path: "/live" });
  live.on("connection", (socket) => {
    socket.on("message", (data) => {
      const first = JSON.parse(String(data));
      if (tokens.has(first.token)) sockets.add(socket);
    });
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const apiOrigin = `http://vestibule.localhost:${address.port}`;
  const driverOrigin = `http://${driverHost}:${address.port}`;
  const made: HostServer = {
    driverOrigin,
    apiOrigin,
    streetOrigin: `http://street.localhost:${address.port}`,
    sent: [],
    offline: false,
    down: false,
    vetterAsleep: false,
    noBuildings: false,
    invitation: () => {
      const id = randomBytes(16).toString("base64url");
      const secret = randomBytes(16);
      enrolments.set(id, { secret });
      const { carrier, vetter } = world.world;
      const link = {
        id,
        secret: secret.toString("base64url"),
        terms: {
          app: driverHost,
          car: carrier.root.kid,
          clr: vetter.root.kid,
          drv: world.drv,
          uv: false,
        },
        host: apiOrigin,
        until: 1_900_000_000,
        names: { carrier: "ups.example", vetter: "clearance.example" },
      };
      return enrolmentUrl(driverOrigin, link);
    },
    close: async () => {
      for (const socket of live.clients) socket.terminate();
      live.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return made;
}

async function serveApp(
  request: IncomingMessage,
  response: ServerResponse,
  { dist, made }: { readonly dist: string; readonly made: HostServer },
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const csp =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
    `img-src 'self'; font-src 'self'; connect-src 'self' ${made.apiOrigin} ${made.apiOrigin.replace("http", "ws")}; ` +
    `base-uri 'none'; form-action 'none'; frame-ancestors ${made.streetOrigin}`;
  const headers = { "content-security-policy": csp, "cache-control": "no-cache" };
  if (pathname === "/config.json") {
    const { apiOrigin, streetOrigin } = made;
    response.writeHead(200, { ...headers, "content-type": "application/json" });
    response.end(JSON.stringify({ apiOrigin, streetOrigin, demo: true }));
    return;
  }
  const file = join(dist, normalize(pathname === "/" ? "/index.html" : pathname));
  const body = await readFile(file).catch(() => undefined);
  if (body === undefined) return void response.writeHead(404, headers).end();
  const type = types[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { ...headers, "content-type": type });
  response.end(body);
}

/** The demo's street, as far as the app knows it: a page of another origin that frames it. */
async function serveStreet(response: ServerResponse, made: HostServer): Promise<void> {
  response.writeHead(200, { "content-type": "text/html" });
  response.end(
    `<!doctype html><title>Street</title><iframe title="Phone" width="390" height="780" src="${made.driverOrigin}/" allow="camera ${made.driverOrigin}"></iframe>`,
  );
}

interface ApiParts {
  readonly world: DoorWorld;
  readonly made: HostServer;
  readonly enrolments: Map<string, Enrolment>;
  readonly tokens: Set<string>;
  readonly nonces: Set<string>;
  readonly sockets: Set<WebSocket>;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const problem = (status: number, code: string, more: object = {}): Reply => ({
  status,
  body: { type: "about:blank", title: code, status, code, ...more },
});

async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ApiParts,
): Promise<void> {
  if (parts.made.down) return void request.socket.destroy();
  const headers = {
    "access-control-allow-origin": parts.made.driverOrigin,
    "access-control-allow-headers": "authorization, content-type, idempotency-key",
    "access-control-allow-methods": "GET, POST",
    "content-type": "application/json",
  };
  if (request.method === "OPTIONS") return void response.writeHead(204, headers).end();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const source = Buffer.concat(chunks).toString();
  const body = source === "" ? undefined : JSON.parse(source);
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (request.method === "POST") parts.made.sent.push({ path: pathname, body });
  const open = await answerOpen(pathname, body, parts);
  const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
  const reply =
    open ??
    (parts.tokens.has(token)
      ? await answerHandset(pathname, body, parts)
      : problem(401, "sign-in-required"));
  response.writeHead(reply.status, headers).end(JSON.stringify(reply.body));
}

// biome-ignore lint/suspicious/noExplicitAny: a test's server reads what its own app sent
type Sent = any;

async function answerOpen(path: string, body: Sent, parts: ApiParts): Promise<Reply | undefined> {
  const { world, made, enrolments, nonces, tokens } = parts;
  if (path === "/api/enrolments") {
    const enrolment = enrolments.get(body.id);
    if (enrolment === undefined) return problem(410, "invitation-not-valid");
    const mac = decodeBase64url(body.mac) ?? new Uint8Array();
    if (!enrolmentMacFits(port, enrolment.secret, { terms: body.terms, mac }))
      return problem(400, "request-invalid");
    const { drv, jkt } = body.terms;
    enrolment.badge = (await world.enrol({ jwk: body.jwk, jkt, drv })).badge;
    return { status: 201, body: { id: body.id } };
  }
  const asked = /^\/api\/enrolments\/([^/]+)\/badge$/.exec(path);
  if (asked !== null) {
    const badge = enrolments.get(asked[1] ?? "")?.badge;
    return badge === undefined || made.vetterAsleep
      ? problem(404, "not-found")
      : { status: 200, body: { badge } };
  }
  if (path === "/api/handset/challenge") {
    const nonce = randomUUID();
    nonces.add(nonce);
    return { status: 200, body: { nonce } };
  }
  if (path === "/api/handset/sessions") {
    const [head = "", payload = "", signature = ""] = String(body.jws).split(".");
    const said = JSON.parse(Buffer.from(payload, "base64url").toString());
    const { handset } = await world.papers();
    const fits =
      nonces.delete(said.nonce) &&
      said.aud === made.apiOrigin &&
      port.verify(
        handset,
        utf8(`${head}.${payload}`),
        decodeBase64url(signature) ?? new Uint8Array(),
      );
    if (!fits) return problem(401, "sign-in-required");
    const token = randomUUID();
    tokens.add(token);
    return {
      status: 201,
      body: { token, expiresAt: new Date(Date.now() + 43_200_000).toISOString() },
    };
  }
  return undefined;
}

async function answerHandset(path: string, body: Sent, parts: ApiParts): Promise<Reply> {
  const { world, made, sockets } = parts;
  if (path === "/api/handset/today") return { status: 200, body: await todayOf(world, made) };
  if (path === "/api/handset/withdrawals") return { status: 200, body: {} };
  const [, id = "", what = ""] = /^\/api\/entrances\/([^/]+)\/(tickets|unlocks)$/.exec(path) ?? [];
  const ent = Object.entries(world.ids).find(([, own]) => own === id)?.[0];
  if (ent === undefined) return problem(404, "not-found");
  if (made.offline)
    return problem(503, "door-offline", { noAccess: "eyJhbGciOiJFZERTQSJ9.note.sig" });
  if (what === "tickets") {
    const given = await world.ticket(ent, body.presence);
    return given.kind === "refused"
      ? problem(409, given.code, { facts: given.detail })
      : { status: 200, body: { ticket: given.ticket, boxJwk: given.boxJwk } };
  }
  const receipts = await world.unlock(ent, body.proof.text);
  const bodies = receipts.map((text) =>
    JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString()),
  );
  const last = bodies.at(-1);
  const stages = ["presented", "authenticated", "authorized", ...bodies.map(({ stage }) => stage)];
  let sequence = 0;
  for (const stage of last.code === undefined ? stages : []) {
    sequence += 1;
    const push = JSON.stringify({
      sequence,
      topic: "handset",
      kind: "attempt.stage",
      data: { attempt: attemptId, stage },
    });
    for (const socket of sockets) socket.send(push);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  const { stage, code, sensing } = last;
  return {
    status: 200,
    body: { attempt: { id: attemptId, stage, code, sensing, receipt: receipts.at(-1) } },
  };
}

async function todayOf(world: DoorWorld, made: HostServer): Promise<object> {
  const papers = await world.papers();
  const { policy, carrier, vetter, host, box, now } = world.world;
  const at = now.trusted ?? 0;
  const iso = (seconds: number): string => new Date(seconds * 1_000).toISOString();
  const building = {
    bld: world.bld,
    name: policy.policy.place.name,
    address: policy.policy.place.address,
    tz: "America/New_York",
    demo: true,
    entrances: policy.policy.entrances.map(({ ent, kind, presence, noTap }) => ({
      id: ent === "street" ? world.ids.street : world.ids.lobby,
      ent,
      kind,
      presence,
      noTap,
      boxOnline: !made.offline,
      ...(made.offline ? { silentSince: iso(at - 1_260) } : {}),
    })),
    paths: policy.policy.paths,
    policy: policy.text,
    keysets: [carrier.keyset, vetter.keyset, host.keyset],
    assignments: [
      {
        id: "asg_01kaf0q0f6e8r9vdrs8t0s3a4e",
        text: papers.assignment,
        hash: paperHash(port, papers.assignment),
        grant: [{ ctl: box.signer.kid, text: papers.grant, hash: paperHash(port, papers.grant) }],
        window: { from: iso(at - 3_600), until: iso(at + 8 * 3_600) },
        purpose: "deliver",
        parcels: world.codes.length,
      },
    ],
  };
  return {
    driver: { drv: world.drv },
    badge: papers.badge,
    buildings: made.noBuildings ? [] : [building],
  };
}
