import { makeWorld } from "@vestibule/core/testing";
import type { InjectOptions } from "light-my-request";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  anyKey,
  type DomainApp,
  type SettledBuilding,
  settleBuilding,
} from "../../testing/domain-app.ts";
import { asPerson } from "../../testing/people.ts";
import { testDriverOrigin } from "../../testing/test-app.ts";
import { wholeApp } from "../../testing/whole-app.ts";

let server: DomainApp;
let linden: SettledBuilding;

beforeAll(async () => {
  const world = await makeWorld();
  server = await wholeApp(world);
  linden = await settleBuilding(server, world);
});
afterAll(() => server?.close());

async function ask(request: InjectOptions) {
  const answer = await server.app.inject(request);
  const type = String(answer.headers["content-type"]);
  return { status: answer.statusCode, type, body: answer.body, headers: answer.headers };
}

const asManager = () => asPerson(linden.organization.manager, anyKey());
const problem = "application/problem+json; charset=utf-8";

describe("a request that fits no route", () => {
  it.each([
    ["/api/%zz", 400, "request-invalid"],
    [`/api/keysets/${"A".repeat(300)}`, 400, "request-invalid"],
    ["/api/nowhere", 404, "not-found"],
  ])("%s is answered by a problem that does not repeat it", async (url, status, code) => {
    const answer = await ask({ url });
    expect([answer.status, answer.type]).toEqual([status, problem]);
    expect(JSON.parse(answer.body)).toMatchObject({ status, code, retry: "never" });
    expect(answer.body).not.toContain("AAAA");
    expect(answer.headers).toMatchObject({ "x-content-type-options": "nosniff" });
  });

  it("with another method learns which there are", async () => {
    const paths = [
      ["PUT", "/health", "GET"],
      ["DELETE", "/api/buildings", "GET, POST"],
      ["DELETE", `/api/buildings/${linden.buildingId}/units`, "GET, POST"],
    ] as const;
    for (const [method, url, allow] of paths) {
      const answer = await ask({ method, url, headers: asManager() });
      expect([url, answer.status, answer.headers["allow"], answer.type]).toEqual([
        url,
        405,
        allow,
        problem,
      ]);
      expect(JSON.parse(answer.body)).toMatchObject({ code: "method-not-allowed" });
    }
  });

  it("asks what a page may do, also in few words, and never gets a body of another kind", async () => {
    const bare = await ask({ method: "OPTIONS", url: "/api/self" });
    expect([bare.status, bare.body]).toEqual([204, ""]);
    const preflight = await ask({
      method: "OPTIONS",
      url: "/api/self",
      headers: { origin: testDriverOrigin, "access-control-request-method": "GET" },
    });
    expect(preflight.headers["access-control-allow-origin"]).toBe(testDriverOrigin);
  });
});

describe("a zero byte", () => {
  it("is refused in an address, a query string and every body, before anything is asked", async () => {
    const building = `/api/buildings/${linden.buildingId}`;
    const post = { method: "POST", headers: asManager() } as const;
    const requests: readonly InjectOptions[] = [
      { url: "/d/%00" },
      { url: "/api/buildings?search=a%00", headers: asManager() },
      { url: "/api/directory?code=%00" },
      { ...post, url: `${building}/units`, payload: { label: "a\u0000b" } },
      { method: "POST", url: "/api/assignments", payload: { text: "x", units: ["4B\u0000"] } },
      {
        method: "POST",
        url: "/api/assignments/batch",
        payload: { assignments: [{ text: "x", units: ["4B\u0000"] }] },
      },
    ];
    for (const request of requests) {
      const answer = await ask(request);
      expect([request.url, answer.status]).toEqual([request.url, 400]);
      expect(JSON.parse(answer.body)).toMatchObject({ code: "request-invalid" });
    }
  });
});

describe("a number in a query string", () => {
  it.each(["1.5", "1e1", "0x1", "", "true", "null", "-1", "0", "201", "99999999999999999999"])(
    "is no number between 1 and 200 when it is written %j",
    async (limit) => {
      const answer = await ask({ url: `/api/buildings?limit=${limit}`, headers: asManager() });
      expect([limit, answer.status]).toEqual([limit, 400]);
    },
  );

  it("counts once", async () => {
    const twice = await ask({ url: "/api/buildings?limit=1&limit=2", headers: asManager() });
    expect(twice.status).toBe(400);
    const once = await ask({ url: "/api/buildings?limit=200", headers: asManager() });
    expect(once.status).toBe(200);
  });
});

describe("an answer", () => {
  it("is kept by no cache unless its route says otherwise", async () => {
    for (const url of ["/api/buildings", `/api/buildings/${linden.buildingId}/attempts.csv`]) {
      const { headers, status } = await ask({ url, headers: asManager() });
      expect([url, status, headers["cache-control"]]).toEqual([url, 200, "no-store"]);
    }
  });
});
