import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FingerHandset, Handset } from "../kept/handset.ts";
import { fingerWanted, handsetHost } from "./session.ts";
import { askToday } from "./today.ts";

/*
 * Node has no IndexedDB: every look at the kept records fails here, as in a browser whose storage was
 * taken away under a running page.
 */
const config = { apiOrigin: "https://host.example", demo: false };
const answer = {
  id: "A".repeat(22),
  jwk: { kty: "EC", crv: "P-256", x: "x", y: "y" },
  mac: "m",
  sig: "s",
  terms: { app: "driver.example", car: "c", clr: "v", drv: "drv-0001", jkt: "j", uv: false },
  consent: "driver-2026-11",
} as const;

async function plain(): Promise<Handset> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  return { key: pair.privateKey, answer };
}
const fingered: FingerHandset = { passkey: "AAAA", answer };

let asked: { path: string; token: string | undefined }[];
let live: string | undefined;
beforeEach(() => {
  asked = [];
  live = undefined;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const path = url.slice(config.apiOrigin.length);
    const token = new Headers(init.headers).get("authorization")?.replace("Bearer ", "");
    asked.push({ path, token });
    return Promise.resolve(reply(path, token));
  });
});
afterEach(() => vi.unstubAllGlobals());

function reply(path: string, token: string | undefined): Response {
  if (path === "/api/handset/challenge") return Response.json({ nonce: "n" });
  if (path === "/api/handset/sessions") {
    live = `token-${asked.length}`;
    return Response.json({ token: live, expiresAt: "2026-11-23T00:00:00Z" });
  }
  if (token !== live || live === undefined)
    return Response.json({ code: "sign-in-required" }, { status: 401 });
  return Response.json({ buildings: [] });
}

const paths = () => asked.map(({ path }) => path);

describe("a handset's way to its host", () => {
  it("signs in, and once more when the token is refused, also where the browser keeps nothing", async () => {
    const host = handsetHost(config, await plain());
    const first = await askToday(host, () => 1);
    expect(first).toMatchObject({ kind: "today", fetched: { atMs: 1 } });
    live = "another";
    expect((await host.ask({ path: "/api/handset/today" })).kind).toBe("answered");
    expect(paths().filter((path) => path === "/api/handset/sessions")).toHaveLength(2);
  });

  it("shares one sign-in between requests that find themselves refused together", async () => {
    const host = handsetHost(config, await plain());
    const both = await Promise.all([
      host.ask({ path: "/api/handset/today" }),
      host.ask({ path: "/api/handset/today" }),
    ]);
    expect(both.map(({ kind }) => kind)).toEqual(["answered", "answered"]);
    expect(paths().filter((path) => path === "/api/handset/sessions")).toHaveLength(1);
  });

  it("asks for a finger only after the driver did something, and once for each such thing", async () => {
    const gets: unknown[] = [];
    vi.stubGlobal("navigator", {
      credentials: {
        get: (options: unknown) => {
          gets.push(options);
          return Promise.reject(new DOMException("no finger", "NotAllowedError"));
        },
      },
    });
    const host = handsetHost(config, fingered);
    const wanted = { kind: "problem", problem: { code: fingerWanted } };
    expect(await host.ask({ path: "/api/handset/today" })).toMatchObject(wanted);
    expect([gets.length, asked.length]).toEqual([0, 0]);
    host.mayAskFinger();
    expect(await host.ask({ path: "/api/handset/today" })).toMatchObject(wanted);
    expect(await host.ask({ path: "/api/handset/today" })).toMatchObject(wanted);
    expect(gets).toHaveLength(1);
    expect(paths()).not.toContain("/api/handset/sessions");
  });
});
