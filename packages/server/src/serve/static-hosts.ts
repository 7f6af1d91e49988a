import type { IncomingMessage, ServerResponse } from "node:http";
import fastifyStatic from "@fastify/static";
import Fastify from "fastify";

/** A built app under a host name of its own. */
export interface StaticApp {
  /** The Host header it answers, without port, such as `driver.localhost`. */
  readonly host: string;
  /** Absolute path of its built files. */
  readonly folder: string;
  /** Its Content-Security-Policy. */
  readonly csp: string;
  /**
   * True for the host's own page: `/api`, `/live` and the like under this name are the host's. Pages
   * that hold keys leave it out and get no byte of the host's.
   */
  readonly api?: boolean;
}

const hostPaths = /^\/(?:api|live|box|health|ready|metrics|openapi\.json|reference|d)(?:[/?]|$)/;

/** The static apps by host name. */
export interface StaticHosts {
  /** How to serve a request of an app's host; undefined = it is the host's own to answer. */
  readonly of: (
    request: IncomingMessage,
  ) => ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Whether the host's sockets may be reached under this name. */
  readonly reachesHost: (request: IncomingMessage) => boolean;
  readonly close: () => Promise<void>;
}

/** Prepares the apps; files are read at each request, so a new build needs no restart. */
export async function openStaticHosts(apps: readonly StaticApp[]): Promise<StaticHosts> {
  const servers = await Promise.all(
    apps.map(async (app) => ({ app, server: await serveFolder(app) })),
  );
  const find = (request: IncomingMessage) => {
    const name = (request.headers.host ?? "").replace(/:\d+$/, "");
    return servers.find(({ app }) => app.host === name);
  };
  return {
    of: (request) => {
      const found = find(request);
      if (found === undefined) return undefined;
      if (found.app.api === true && hostPaths.test(request.url ?? "/")) return undefined;
      return found.server.routing;
    },
    reachesHost: (request) =>
      find(request)?.app.api !== false &&
      (find(request) === undefined || find(request)?.app.api === true),
    close: async () => {
      for (const { server } of servers) await server.close();
    },
  };
}

async function serveFolder({ folder, csp }: StaticApp) {
  const server = Fastify({ logger: false, exposeHeadRoutes: true });
  server.addHook("onRequest", async (_request, reply) => {
    reply.headers({
      "content-security-policy": csp,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
  });
  await server.register(fastifyStatic, {
    root: folder,
    index: ["index.html"],
    cacheControl: false,
  });
  server.setNotFoundHandler((request, reply) => {
    // A page's own path is the page; a missing file or an address of the host's is nothing.
    const path = (request.raw.url ?? "/").split("?")[0] ?? "/";
    const page = request.method === "GET" && !hostPaths.test(path) && !/\.[a-z0-9]+$/i.test(path);
    return page ? reply.sendFile("index.html") : reply.code(404).send({ code: "not-found" });
  });
  await server.ready();
  return server;
}
