import { existsSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import httpProxy from "@fastify/http-proxy";
import fastifyStatic from "@fastify/static";
import fastify, { type FastifyInstance } from "fastify";

/** One address of the demonstration: its pages, its headers, and what of it is the host's own. */
export interface Site {
  /** First label of the name: `driver` of `driver.localhost`. */
  readonly name: string;
  readonly folder: string;
  readonly csp: string;
  /** Paths that the host's server answers; the driver's origin has none. */
  readonly proxied: readonly string[];
  readonly register?: (app: FastifyInstance) => void;
}

export interface FrontOptions {
  readonly sites: readonly Site[];
  /** `http://127.0.0.1:PORT` of the server's process. */
  readonly upstream: string;
  /** Answers a WebSocket of the demonstration's own; undefined = the server's. */
  readonly ownUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
}

/** The demonstration's one listener: each name its own origin, as in a real installation each is its own host. */
export async function buildFront(options: FrontOptions): Promise<Server> {
  const apps = new Map<string, FastifyInstance>();
  for (const site of options.sites) apps.set(site.name, await buildSite(site, options.upstream));
  const fallback = options.sites[0]?.name ?? "";
  const server = createServer((request, response) => {
    const app = apps.get(siteOf(request, fallback)) ?? apps.get(fallback);
    app?.routing(request, response);
  });
  server.on("upgrade", (request, socket, head) => {
    if (options.ownUpgrade(request, socket, head)) return;
    const site = options.sites.find((candidate) => candidate.name === siteOf(request, fallback));
    // The driver's and street's pages reach the host on its own name only.
    if (site === undefined || site.proxied.length === 0) {
      socket.destroy();
      return;
    }
    tunnel(request, { socket, head, upstream: options.upstream });
  });
  return server;
}

/** The site a request is for, by its Host header; anything else is the first. */
function siteOf(request: IncomingMessage, fallback: string): string {
  const host = (request.headers.host ?? "").split(":")[0] ?? "";
  return host.endsWith(".localhost") ? host.slice(0, -".localhost".length) : fallback;
}

async function buildSite(site: Site, upstream: string): Promise<FastifyInstance> {
  const app = fastify({ logger: false, bodyLimit: 1_048_576 });
  for (const prefix of site.proxied) {
    await app.register(httpProxy, {
      upstream,
      prefix,
      rewritePrefix: prefix,
      // The server routes and checks origins by the name that the browser used.
      replyOptions: {
        rewriteRequestHeaders: (request, headers) => ({
          ...headers,
          host: request.headers.host ?? "",
        }),
        rewriteHeaders: framedByStreet,
      },
    });
  }
  site.register?.(app);
  if (existsSync(site.folder)) {
    await app.register(fastifyStatic, {
      root: site.folder,
      setHeaders: (reply) => {
        reply.setHeader("content-security-policy", site.csp);
        reply.setHeader("x-content-type-options", "nosniff");
        reply.setHeader("referrer-policy", "no-referrer");
      },
    });
    // The apps route on their own side, so every path that is no file is their first page.
    app.setNotFoundHandler((request, reply) =>
      request.method === "GET" && !request.url.includes(".")
        ? reply.sendFile("index.html")
        : reply.code(404).send({ title: "There is nothing here", status: 404 }),
    );
  }
  await app.ready();
  return app;
}

/**
 * The building page may be framed by nobody; in the demonstration the street's own phone, on the same
 * origin, is the one exception.
 */
function framedByStreet(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { "x-frame-options": _refuses, "content-security-policy": policy, ...rest } = headers;
  if (policy === undefined) return rest;
  const opened = String(policy).replace("frame-ancestors 'none'", "frame-ancestors 'self'");
  return { ...rest, "content-security-policy": opened };
}

/** Carries a WebSocket through as bytes; its own headers decide what it is. */
function tunnel(
  request: IncomingMessage,
  {
    socket,
    head,
    upstream,
  }: { readonly socket: Duplex; readonly head: Buffer; readonly upstream: string },
): void {
  const { hostname, port } = new URL(upstream);
  const inner = connect(Number(port), hostname, () => {
    const headers = request.rawHeaders.flatMap((value, index, all) =>
      index % 2 === 0 ? [`${value}: ${all[index + 1] ?? ""}`] : [],
    );
    inner.write(`GET ${request.url ?? "/"} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    inner.write(head);
    inner.pipe(socket).pipe(inner);
  });
  inner.on("error", () => socket.destroy());
  socket.on("error", () => inner.destroy());
  socket.on("close", () => inner.destroy());
}
