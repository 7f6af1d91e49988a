import type { IncomingMessage, ServerResponse } from "node:http";
import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyInstance, LogController, type RawServerDefault } from "fastify";
import type { Logger } from "pino";
import type { Action } from "../../access/access.ts";
import type { Config } from "../../config.ts";
import { registerPeople } from "../../people/people-routes.ts";
import { mayAnywhere, type Principal } from "../../people/principal.ts";
import { type SessionSources, sessionOf } from "../../people/session.ts";
import type { Databases } from "../database.ts";
import { newId } from "../ids.ts";
import { registerHost } from "./host-routes.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { HttpFault, Problem, RefusalFault, sendProblem, sendRefusal, toFault } from "./problem.ts";
import { holdsZeroByte, readQuery } from "./read-request.ts";
import { methodsAt } from "./route-methods.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route asks of the access table; a route without one is not registered. */
    action?: Action;
  }
  interface FastifyRequest {
    /** Who asks; established once, before any handler. */
    principal: Principal;
  }
}

/** Everything the HTTP side needs, built in `main.ts`. */
export interface AppDependencies extends SessionSources {
  readonly config: Config;
  readonly databases: Databases;
  readonly logger: Logger;
  /** Features of the sibling folders, registered in order. */
  readonly features?: readonly Feature[];
}

/** The application as features see it. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  Logger,
  TypeBoxTypeProvider
>;
/** Registers a capability's routes. */
export type Feature = (app: App, dependencies: AppDependencies) => void | Promise<void>;

/** A route as it was registered, for the tests that walk all of them. */
export interface RegisteredRoute {
  readonly method: string;
  readonly url: string;
  readonly action: Action;
  readonly body: unknown;
}

/** The application with what tests and the reference page need to know of it. */
export interface BuiltApp {
  readonly app: App;
  readonly metrics: Metrics;
  readonly routes: readonly RegisteredRoute[];
}

/** The largest body unless a route says otherwise, in bytes: an assignment of 500 parcels fits. */
export const bodyBytesMax = 512 * 1024;
/** How long a client may take to send a request, in ms. */
export const requestTimeoutMs = 20_000;
/** Requests per minute and address, for everything together. */
export const requestsPerMinuteMax = 1_200;

/** Builds the server: platform first, then people, then the features it is given. */
export async function buildApp(dependencies: AppDependencies): Promise<BuiltApp> {
  const routes: RegisteredRoute[] = [];
  const metrics = createMetrics();
  const app: App = Fastify({
    loggerInstance: dependencies.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    // A proxy on this machine says whom it speaks for; nobody else may.
    trustProxy: "loopback",
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
    genReqId: () => newId("request", dependencies.now()),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    // An address that no router can read: no hook runs for it, and its text is not repeated.
    frameworkErrors: (_error, request, reply) => {
      setSecurityHeaders(reply);
      sendProblem(request, reply, new HttpFault("request-invalid"));
    },
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: false,
        allErrors: true,
      },
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.addSchema(Problem);
  app.setErrorHandler((error: Error, request, reply) => {
    if (error instanceof RefusalFault) return sendRefusal(request, reply, error.refusal);
    const fault = toFault(error);
    if (fault.code === "internal")
      request.log.error({ err: error, request: request.id }, "request failed");
    return sendProblem(request, reply, fault);
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(routes, request.url);
    if (methods.length === 0) return sendProblem(request, reply, new HttpFault("not-found"));
    reply.header("allow", methods.join(", "));
    return sendProblem(request, reply, new HttpFault("method-not-allowed"));
  });
  noteRoutes(app, routes);
  await app.register(cors, corsOptions(dependencies.config));
  await app.register(rateLimit, {
    max: requestsPerMinuteMax,
    timeWindow: 60_000,
    errorResponseBuilder: () => new HttpFault("rate-limited"),
  });
  await app.register(swagger, openapiOptions(dependencies.config));
  guardRequests(app, dependencies, metrics);
  registerHost(app, dependencies, metrics);
  registerPeople(app, dependencies);
  for (const feature of dependencies.features ?? []) await feature(app, dependencies);
  await app.ready();
  return { app, metrics, routes };
}

/** Refuses a route that names no action, and gives each the problem document as its other answer. */
function noteRoutes(app: App, routes: RegisteredRoute[]): void {
  app.addHook("onRoute", (route) => {
    if (route.method === "OPTIONS") return;
    const action = route.config?.action;
    if (action === undefined)
      throw new Error(
        `the route ${String(route.method)} ${route.url} names no action of the access table`,
      );
    // Not `default`: that would shape the answers of routes without a schema of their own, too.
    const problem = { description: "A fault", $ref: "Problem#" };
    const response = route.schema?.response;
    route.schema = {
      ...route.schema,
      response: {
        ...(typeof response === "object" ? response : {}),
        "4xx": problem,
        "5xx": problem,
      },
    };
    for (const method of [route.method].flat())
      routes.push({ method, url: route.url, action, body: route.schema.body });
  });
}

function guardRequests(app: App, dependencies: AppDependencies, metrics: Metrics): void {
  const anonymous: Principal = { kind: "anonymous" };
  app.decorateRequest("principal", { getter: () => anonymous });
  app.addHook("onRequest", async (request, reply) => {
    setSecurityHeaders(reply);
    const action = request.routeOptions.config.action;
    if (action === undefined) return;
    const principal = await sessionOf(dependencies, request);
    Object.defineProperty(request, "principal", { value: principal });
    refuseForeignPage(principal, {
      method: request.method,
      origin: request.headers.origin,
      console: dependencies.config.origins.console,
    });
    if (mayAnywhere(principal, action)) return;
    throw new HttpFault(principal.kind === "anonymous" ? "sign-in-required" : "not-allowed");
  });
  // Query strings arrive as text: they alone are converted, then checked as strictly as bodies.
  app.addHook("preValidation", async (request) => {
    for (const [part, value] of Object.entries({
      params: request.params,
      querystring: request.query,
      body: request.body,
    })) {
      if (holdsZeroByte(value))
        throw new HttpFault("request-invalid", { details: [{ at: `/${part}`, rule: "zeroByte" }] });
    }
    request.query = readQuery(request.routeOptions.schema?.querystring, request.query);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    const ms = reply.elapsedTime;
    metrics.requests.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      ms / 1000,
    );
    // The route's pattern, never the address: taps and ids stand in it.
    request.log.info(
      {
        request: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(ms),
        who: request.principal.kind,
      },
      "request",
    );
  });
}

/** A cookie comes along with any page's request: what changes something must come from the console. */
function refuseForeignPage(
  principal: Principal,
  from: { method: string; origin: string | undefined; console: string },
): void {
  if (principal.kind !== "person" || from.method === "GET") return;
  if (from.origin !== from.console) throw new HttpFault("origin-not-allowed");
}

function setSecurityHeaders(reply: { headers: (values: Record<string, string>) => unknown }): void {
  reply.headers({
    "content-security-policy":
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    // Nearly every answer is somebody's own; a route that anybody's cache may keep says so itself.
    "cache-control": "no-store",
  });
}

/** Pages of other origins send a bearer token; no cookie crosses an origin. */
function corsOptions(config: Config) {
  const { driver, signer, carrier } = config.origins;
  return {
    origin: [driver, signer, carrier].filter((origin) => origin !== undefined),
    credentials: false,
    strictPreflight: false,
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "idempotency-key"],
    exposedHeaders: ["retry-after", "idempotency-replayed"],
    maxAge: 600,
  };
}

function openapiOptions(config: Config) {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Vestibule",
        version: "1",
        description:
          "Any carrier's driver opens the door, only with a parcel in hand that belongs there.",
      },
      servers: [{ url: config.publicUrl.origin }],
    },
    refResolver: {
      buildLocalReference: (
        json: { $id?: unknown },
        _base: unknown,
        _fragment: string,
        index: number,
      ) => (typeof json.$id === "string" ? json.$id : `Schema${index}`),
    },
  };
}
