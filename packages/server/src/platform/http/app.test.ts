import { httpFaults } from "@vestibule/core/faults";
import { makeWorld } from "@vestibule/core/testing";
import pg from "pg";
import { Type } from "typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { may } from "../../access/access.ts";
import { handsetSessionMs, startHandsetSession } from "../../people/handset-sessions.ts";
import { type DomainApp, domainApp } from "../../testing/domain-app.ts";
import { type SeededBuilding, seedBuilding } from "../../testing/fixtures.ts";
import { arrive, asPerson, type TestPerson } from "../../testing/people.ts";
import { testConsoleOrigin, testDriverOrigin } from "../../testing/test-app.ts";
import { newId } from "../ids.ts";
import { openKysely } from "../pool.ts";
import type { Tables } from "../tables.ts";
import type { App, AppDependencies, Feature } from "./app.ts";
import { buildApp } from "./app.ts";
import { createOnce, inBuilding } from "./in-request.ts";
import { createLogger } from "./log.ts";

const lines: string[] = [];
let server: DomainApp;
let owner: TestPerson;
let operator: TestPerson;
let elm: SeededBuilding;
let dependencies: AppDependencies;

/** Routes as features write them, with a handset for a principal. */
const probes: Feature = (app, given) => {
  dependencies = given;
  const Body = Type.Object(
    { n: Type.Integer(), s: Type.String() },
    { additionalProperties: false },
  );
  const handset = { action: "attempt.make" } as const;
  app.post("/probe/create", { config: handset, schema: { body: Body } }, (request, reply) =>
    createOnce(given, { request, reply }, async () => ({
      status: 201,
      body: { made: newId("visit", given.now()), n: request.body.n },
    })),
  );
  app.get(
    "/probe/query",
    {
      config: { action: "page.read" },
      schema: {
        querystring: Type.Object({ limit: Type.Integer() }, { additionalProperties: false }),
      },
    },
    async (request) => ({ limit: request.query.limit }),
  );
  app.get(
    "/probe/page/:building",
    {
      config: { action: "page.read" },
      schema: { params: Type.Object({ building: Type.String() }) },
    },
    (request) =>
      inBuilding(given, { request, buildingId: request.params.building }, async (transaction) =>
        transaction.selectFrom("building").select("name").executeTakeFirstOrThrow(),
      ),
  );
  app.get("/probe/fail", { config: { action: "page.read" } }, async () => {
    throw new Error("1Z999AA10123456784 at 12 Elm Street");
  });
};

beforeAll(async () => {
  server = await domainApp(await makeWorld(), {
    features: () => [probes],
    logger: createLogger("info", { write: (line) => void lines.push(line) }),
  });
  owner = await arrive(server, { kind: "first-owner", organizationName: "Elm" });
  operator = await arrive(server, { kind: "operator" });
  const superuser = new pg.Client({ connectionString: server.test.superuserUrl });
  await superuser.connect();
  elm = await seedBuilding(superuser, "Elm", new Date());
  await superuser.end();
});
afterAll(() => server?.close());

async function handsetToken(): Promise<string> {
  const nowMs = server.now();
  const token = await startHandsetSession(server.pool, {
    handsetId: newId("handset", nowMs),
    carrierId: elm.carrierId,
    jkt: elm.jkt,
    origin: testDriverOrigin,
    jti: newId("request", nowMs),
    statementExpiresAt: new Date(nowMs + handsetSessionMs),
    nowMs,
  });
  if (token === undefined) throw new Error("no token");
  return token;
}

async function create(key: string, payload: object) {
  const headers = {
    authorization: `Bearer ${await handsetToken()}`,
    origin: testDriverOrigin,
    "idempotency-key": key,
  };
  return server.app.inject({ method: "POST", url: "/probe/create", headers, payload });
}

describe("requests", () => {
  const strictRoutes = () => server.routes.filter(({ body }) => body !== undefined);

  it("are refused on every route that takes a body when a type is wrong or a field is extra", async () => {
    const authorization = `Bearer ${await handsetToken()}`;
    expect(strictRoutes().length).toBeGreaterThan(5);
    for (const { url, method, action } of strictRoutes()) {
      // Addresses of the right form, so that it is the body that is refused.
      const path = url
        .replace(/:(organization|building|entrance|unit|controller)Id/g, (_, kind) =>
          newId(kind, 0),
        )
        .replace(":ctl", "A".repeat(43));
      const as = url.startsWith("/probe")
        ? { authorization }
        : may("anonymous", action)
          ? {}
          : asPerson(may("owner", action) ? owner : operator);
      for (const payload of [{ evil: true }, [], '"text"', { n: "1", s: null }]) {
        const answer = await server.app.inject({
          method: method === "PATCH" ? "PATCH" : "POST",
          url: path,
          headers: { "content-type": "application/json", ...as },
          payload,
        });
        expect([url, payload, answer.json().code]).toEqual([url, payload, "request-invalid"]);
        for (const { at } of answer.json().details) expect(at).toMatch(/^\/body/);
      }
    }
  });

  it("have bodies that admit no unknown field, by schema", () => {
    for (const { url, body } of strictRoutes())
      expect([url, body]).toMatchObject([url, { additionalProperties: false }]);
  });

  it("are neither coerced nor filled in: the wrong type stays wrong", async () => {
    const answer = await create("k".repeat(16), { n: "1", s: null, evil: true });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().details).toEqual(
      expect.arrayContaining([
        { at: "/body/n", rule: "type" },
        { at: "/body/s", rule: "type" },
        { at: "/body", rule: "additionalProperties" },
      ]),
    );
  });

  it("may write numbers in a query string, and nothing else in their place", async () => {
    expect((await server.app.inject({ url: "/probe/query?limit=5" })).json()).toEqual({ limit: 5 });
    expect((await server.app.inject({ url: "/probe/query?limit=five" })).statusCode).toBe(400);
    expect((await server.app.inject({ url: "/probe/query?limit=5&evil=1" })).statusCode).toBe(400);
  });

  it("that are too large, not JSON or of another kind get their own code", async () => {
    const send = async (payload: string, type: string) =>
      (
        await server.app.inject({
          method: "POST",
          url: "/api/invitations/read",
          headers: { "content-type": type },
          payload,
        })
      ).json().code;
    expect(await send("{", "application/json")).toBe("json-malformed");
    expect(await send("a=1", "application/x-www-form-urlencoded")).toBe("media-type-unsupported");
    expect(await send(`"${"x".repeat(600_000)}"`, "application/json")).toBe("body-too-large");
  });

  it("reach no building that is not there, and the page of one that is", async () => {
    expect((await server.app.inject({ url: `/probe/page/${elm.buildingId}` })).json()).toEqual({
      name: "Elm",
    });
    expect(
      (await server.app.inject({ url: `/probe/page/${newId("building", 0)}` })).json(),
    ).toMatchObject({ status: 404 });
  });

  it("of a handset reach no building by its id alone", async () => {
    const answer = await server.app.inject({
      url: `/probe/page/${elm.buildingId}`,
      headers: { authorization: `Bearer ${await handsetToken()}`, origin: testDriverOrigin },
    });
    expect(answer.json()).toMatchObject({ code: "not-allowed" });
  });
});

describe("faults", () => {
  it("are problem documents in the caller's language", async () => {
    const answer = await server.app.inject({
      url: "/nowhere",
      headers: { "accept-language": "es-MX" },
    });
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(answer.json()).toMatchObject({
      status: 404,
      code: "not-found",
      retry: "never",
      title: httpFaults["not-found"].es,
    });
  });

  it("of ours say nothing of the row, neither to the caller nor to the log", async () => {
    const answer = await server.app.inject({ url: "/probe/fail?tap=4B" });
    expect(answer.json()).toMatchObject({ status: 500, code: "internal" });
    expect(answer.body + lines.join("")).not.toMatch(/1Z999|Elm Street|tap=/);
    expect(lines.join("")).toContain("/probe/fail");
  });

  it.each([
    ...["password", "secret", "token", "authorization", "cookie", "code", "codes", "pepper"],
    ...["sealed", "name", "email", "unit", "address", "jws", "body", "query", "url"],
  ])("keep a %s out of a line even when somebody logs one", (name) => {
    const logged: string[] = [];
    const logger = createLogger("info", { write: (line) => void logged.push(line) });
    logger.info({ [name]: "hunter2", at: { [name]: "hunter2" } }, "x");
    logger.error({ err: Object.assign(new Error("hunter2"), { detail: "hunter2" }) }, "y");
    expect(logged).toHaveLength(2);
    expect(logged.join("")).not.toContain("hunter2");
  });
});

describe("creating requests", () => {
  it("happen once per key, also when two arrive at once", async () => {
    const key = "a".repeat(20);
    const [first, second] = await Promise.all([
      create(key, { n: 1, s: "x" }),
      create(key, { n: 1, s: "x" }),
    ]);
    // Two handsets may choose the same key: it belongs to the principal.
    expect([first?.statusCode, second?.statusCode]).toEqual([201, 201]);
    const authorization = `Bearer ${await handsetToken()}`;
    const send = () =>
      server.app.inject({
        method: "POST",
        url: "/probe/create",
        headers: { authorization, "idempotency-key": "b".repeat(20) },
        payload: { n: 1, s: "x" },
      });
    const answers = await Promise.all([send(), send(), send()]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    expect(
      answers.filter(({ headers }) => headers["idempotency-replayed"] === undefined),
    ).toHaveLength(1);
    for (const [url, n] of [
      ["/probe/create", 2],
      ["/probe/create?elsewhere=1", 1],
    ] as const) {
      const other = await server.app.inject({
        method: "POST",
        url,
        headers: { authorization, "idempotency-key": "b".repeat(20) },
        payload: { n, s: "x" },
      });
      expect(other.json()).toMatchObject({ status: 409, code: "idempotency-key-reused" });
    }
  });

  it("need a key", async () => {
    expect((await create("short", { n: 1, s: "x" })).json()).toMatchObject({
      code: "idempotency-key-invalid",
    });
  });
});

describe("the interface", () => {
  it("is described by OpenAPI 3.1 exactly as it is", async () => {
    const document = (await server.app.inject({ url: "/openapi.json" })).json();
    expect(document.openapi).toBe("3.1.0");
    const described = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = server.routes.map(
      ({ method, url }) => `${method} ${url.replace(/:(\w+)/g, "{$1}")}`,
    );
    expect(described.toSorted()).toEqual(registered.toSorted());
  });

  it("can be read as a page that runs nothing and names every fault", async () => {
    const page = await server.app.inject({ url: "/reference" });
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    expect(page.body).not.toMatch(/<script/i);
    for (const code of Object.keys(httpFaults)) expect(page.body).toContain(`id="${code}"`);
  });

  it("registers no route that names no action", async () => {
    const forgetful: Feature = (app: App) => void app.get("/open", async () => "x");
    await expect(buildApp({ ...dependencies, features: [forgetful] })).rejects.toThrow(
      /GET \/open names no action/,
    );
  });

  it("is shut to a stranger on every route whose action he lacks", async () => {
    for (const { url, method, action } of server.routes.filter((route) =>
      ["self.read", "self.leave", "attempt.make", "person.invite", "person.remove"].includes(
        route.action,
      ),
    )) {
      const answer = await server.app.inject({
        method: method === "POST" ? "POST" : method === "DELETE" ? "DELETE" : "GET",
        url: url.replace(/:\w+/g, "x"),
        ...(method === "POST" ? { payload: {} } : {}),
      });
      expect([action, answer.json().code]).toEqual([action, "sign-in-required"]);
    }
  });

  it("sends headers that leave a browser nothing to do wrong", async () => {
    for (const url of ["/health", "/nowhere", "/reference"]) {
      const { headers } = await server.app.inject({ url });
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
      expect(headers["content-security-policy"]).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/,
      );
    }
  });

  it("answers pages of the listed origins only, and without cookies", async () => {
    const ask = (origin: string) => server.app.inject({ url: "/health", headers: { origin } });
    expect((await ask(testDriverOrigin)).headers["access-control-allow-origin"]).toBe(
      testDriverOrigin,
    );
    expect(
      (await ask("http://evil.example")).headers["access-control-allow-origin"],
    ).toBeUndefined();
    expect(
      (await ask(testDriverOrigin)).headers["access-control-allow-credentials"],
    ).toBeUndefined();
    expect((await ask(testConsoleOrigin)).headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("tells its figures to this machine and to no proxy's client", async () => {
    expect((await server.app.inject({ url: "/metrics" })).body).toContain(
      "vestibule_request_seconds",
    );
    expect(
      (await server.app.inject({ url: "/metrics", headers: { "x-forwarded-for": "203.0.113.9" } }))
        .statusCode,
    ).toBe(404);
    expect(
      (await server.app.inject({ url: "/metrics", remoteAddress: "203.0.113.9" })).statusCode,
    ).toBe(404);
  });

  it("counts by routes: no address and no id is ever a label", async () => {
    await server.app.inject({ url: "/nowhere/4711" });
    await server.app.inject({ url: `/probe/page/${elm.buildingId}` });
    const { body } = await server.app.inject({ url: "/metrics" });
    expect(body).toContain('route="/probe/page/:building"');
    expect(body).toContain('route="unknown"');
    // Of each line what names it: a figure may hold any digits.
    const names = body.split("\n").map((line) => line.replace(/ [^ }]+$/, ""));
    expect(names.join("\n")).not.toMatch(new RegExp(`4711|${elm.buildingId}`));
  });

  it("is not ready when its database does not answer", async () => {
    const away = openKysely<Tables>({
      url: "postgres://nobody:nothing@127.0.0.1:1/none",
      schema: "vestibule",
      connectionsMax: 1,
    });
    const databases = { ...dependencies.databases, app: away };
    const { app } = await buildApp({ ...dependencies, databases, features: [probes] });
    const said = await app.inject({ url: "/ready" });
    expect([said.statusCode, said.json().code]).toEqual([503, "not-ready"]);
    expect((await app.inject({ url: "/health" })).statusCode).toBe(200);
    await app.close();
    await away.destroy();
  });

  it("is ready while its database answers, and slows guesses at secrets down", async () => {
    expect((await server.app.inject({ url: "/ready" })).json()).toEqual({ state: "ready" });
    const guess = () =>
      server.app.inject({
        method: "POST",
        url: "/api/invitations/read",
        payload: { secret: "A".repeat(43) },
        remoteAddress: "198.51.100.7",
      });
    const answers = [];
    for (let n = 0; n < 31; n += 1) answers.push((await guess()).json().code);
    expect(answers.at(0)).toBe("invitation-not-valid");
    expect(answers.at(-1)).toBe("rate-limited");
  });
});
