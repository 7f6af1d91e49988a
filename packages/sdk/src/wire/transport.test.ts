import { describe, expect, it } from "vitest";
import { createClient } from "../client/create-client.ts";
import type { Fetch } from "./transport.ts";

/** A host that answers these, one after the other, and counts. */
function hostOf(...answers: readonly (Response | Error)[]) {
  const calls: { url: string; init: RequestInit }[] = [];
  const waits: number[] = [];
  const fetch: Fetch = async (url, init) => {
    calls.push({ url, init });
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("none");
    return answer.clone();
  };
  const client = createClient({
    origin: "https://host.example/",
    fetch,
    token: () => "secret-token",
    wait: async (ms) => {
      waits.push(ms);
    },
    chance: () => 1,
  });
  return { client, calls, waits };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const problem = (status: number, retry: "never" | "later", headers = {}) =>
  json(status, { type: "/x", title: "No.", status, code: "some-code", retry }, headers);

describe("the client", () => {
  it("gives the host's problem as a Fault and does not repeat what must not be", async () => {
    const { client, calls } = hostOf(problem(403, "never"));
    const answer = await client.handset.challenge();
    expect(answer).toMatchObject({ kind: "fault", code: "some-code", status: 403, title: "No." });
    expect(calls.length).toBe(1);
  });

  it("repeats with growing pauses where the fault says later, and at most three times", async () => {
    const { client, calls, waits } = hostOf(problem(503, "later"));
    expect((await client.handset.challenge()).kind).toBe("fault");
    expect([calls.length, waits]).toEqual([3, [400, 800]]);
  });

  it("obeys Retry-After, and gives up where it is too long", async () => {
    const first = hostOf(problem(429, "later", { "retry-after": "2" }), json(200, { nonce: "n" }));
    expect(await first.client.handset.challenge()).toEqual({ kind: "answer", value: "n" });
    expect(first.waits).toEqual([2_000]);
    const long = hostOf(problem(429, "later", { "retry-after": "600" }));
    await long.client.handset.challenge();
    expect(long.calls.length).toBe(1);
  });

  it("repeats a POST only under one Idempotency-Key, and a ticket never", async () => {
    const lost = hostOf(new Error("reset"));
    await lost.client.buildings.addUnit("bld_x", "4B");
    const keys = lost.calls.map(({ init }) => new Headers(init.headers).get("idempotency-key"));
    expect(keys.length).toBe(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{16,128}$/);
    const session = hostOf(new Error("reset"));
    expect(await session.client.handset.startSession("a.b.c")).toMatchObject({
      code: "unreachable",
    });
    expect(session.calls.length).toBe(1);
    const door = hostOf(problem(503, "later"));
    await door.client.handset.takeTicket("ent_x", {
      assignmentId: "asg_x",
      presence: { kind: "none" },
    });
    expect(door.calls.length).toBe(1);
  });

  it("parses every answer: one that is not as agreed is a Fault that names the place alone", async () => {
    const { client } = hostOf(json(200, { token: 5, expiresAt: "2026-11-18T15:00:00Z" }));
    const answer = await client.handset.startSession("a.b.c");
    expect(answer).toMatchObject({ kind: "fault", code: "answer-invalid", field: "/token" });
    expect(
      (await hostOf(new Response("<html>", { status: 200 })).client.handset.today()).kind,
    ).toBe("fault");
  });

  it("sends the token as a bearer and follows no redirect with it", async () => {
    const { client, calls } = hostOf(json(200, { nonce: "n" }));
    await client.handset.challenge();
    expect(new Headers(calls[0]?.init.headers).get("authorization")).toBe("Bearer secret-token");
    expect(calls[0]?.init.redirect).toBe("error");
  });

  it("calls a host that is too slow a timeout", async () => {
    const slow: Fetch = (_url, init) =>
      new Promise((_resolve, reject) =>
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
      );
    const client = createClient({
      origin: "http://h.example",
      fetch: slow,
      timeoutMs: 5,
      wait: async () => undefined,
    });
    expect(await client.handset.challenge()).toMatchObject({ code: "timeout", retry: "later" });
  });
});
