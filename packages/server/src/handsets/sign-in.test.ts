import { canonicalize } from "@vestibule/core";
import { generateSigner, type NodeSigner } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inContext } from "../platform/database.ts";
import { type DomainApp, type SettledBuilding, settleBuilding } from "../testing/domain-app.ts";
import { testConsoleOrigin, testDriverOrigin } from "../testing/test-app.ts";
import { wholeApp } from "../testing/whole-app.ts";
import { challengeMs } from "./session-statement.ts";
import { aheadMs } from "./today.ts";

let server: DomainApp;
let world: World;
let linden: SettledBuilding;
beforeAll(async () => {
  world = await makeWorld();
  server = await wholeApp(world);
  linden = await settleBuilding(server, world);
  const payload = { text: world.papers.assignment };
  await server.app.inject({ method: "POST", url: "/api/assignments", payload });
});
afterAll(() => server?.close());

const nonce = async (): Promise<string> =>
  (await server.app.inject({ url: "/api/handset/challenge" })).json().nonce;
function state(change: object, by: NodeSigner = world.handset): string {
  const part = (value: object) => Buffer.from(canonicalize({ ...value })).toString("base64url");
  const head = { alg: "ES256", kid: by.kid, typ: "vestibule-session+jwt" };
  const input = `${part(head)}.${part({ v: 1, iss: by.kid, aud: testConsoleOrigin, ...change })}`;
  return `${input}.${Buffer.from(by.sign(Buffer.from(input))).toString("base64url")}`;
}
const signIn = (jws: string, origin = testDriverOrigin) =>
  server.app.inject({
    method: "POST",
    url: "/api/handset/sessions",
    payload: { jws },
    headers: { origin },
  });
const codeOf = async (jws: string, origin?: string) => (await signIn(jws, origin)).json().code;
const today = async (token: string) =>
  (
    await server.app.inject({
      url: "/api/handset/today",
      headers: { authorization: `Bearer ${token}`, origin: testDriverOrigin },
    })
  ).json();

describe("a handset's sign-in", () => {
  it("gives a token for one statement over a fresh nonce, once", async () => {
    const jws = state({ nonce: await nonce() });
    const answer = await signIn(jws);
    expect(answer.statusCode).toBe(201);
    expect((await today(answer.json().token)).buildings).toMatchObject([{ id: linden.buildingId }]);
    expect(await codeOf(jws)).toBe("sign-in-required");
  });

  it("is refused to another page, another host's nonce, an old one and another audience", async () => {
    expect(await codeOf(state({ nonce: await nonce() }), "http://evil.example")).toBe(
      "origin-not-allowed",
    );
    expect(await codeOf(state({ nonce: await nonce() }), testConsoleOrigin)).toBe(
      "origin-not-allowed",
    );
    const own = await nonce();
    const flipped = own.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect(await codeOf(state({ nonce: flipped }))).toBe("sign-in-required");
    expect(await codeOf(state({ nonce: own, aud: "http://other.example" }))).toBe(
      "sign-in-required",
    );
    const old = state({ nonce: await nonce() });
    server.advance(challengeMs + 1_000);
    expect(await codeOf(old)).toBe("sign-in-required");
    server.advance(-challengeMs - 1_000);
  });

  it("is refused to a key that nobody vetted, and to a signature that does not hold", async () => {
    const stranger = generateSigner("ES256");
    expect(await codeOf(state({ nonce: await nonce() }, stranger))).toBe("sign-in-required");
    const own = state({ nonce: await nonce() });
    const [head, body, signature = ""] = own.split(".");
    const forged = signature.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect(await codeOf(`${head}.${body}.${forged}`)).toBe("sign-in-required");
  });
});

describe("a driver's day", () => {
  it("shows what is granted to this phone, from the shift before until its window ends", async () => {
    const buildings = async () => {
      const { token } = (await signIn(state({ nonce: await nonce() }))).json();
      return (await today(token)).buildings;
    };
    const [building] = await buildings();
    expect(building.assignments).toHaveLength(1);
    const { from, until } = building.assignments[0].window;
    const toEndMs = Date.parse(until) - server.now();
    server.advance(toEndMs + 1_000);
    expect(await buildings()).toEqual([]);
    server.advance(-toEndMs - 1_000);
    const toEarlyMs = Date.parse(from) - aheadMs - server.now() - 60_000;
    server.advance(toEarlyMs);
    expect(await buildings()).toEqual([]);
    server.advance(-toEarlyMs);
    expect(await buildings()).toHaveLength(1);
    const context = { role: "handset", buildings: [linden.buildingId] } as const;
    await inContext(server.databases.app, context, (transaction) =>
      transaction.updateTable("assignment").set({ state: "stopped" }).execute(),
    );
    expect(await buildings()).toEqual([]);
  });
});
