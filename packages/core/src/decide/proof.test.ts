import { describe, expect, it } from "vitest";
import { generateSigner, randomText } from "../crypto/node-keys.ts";
import { ticketMsMax } from "../papers/limits.ts";
import { type GestureOptions, makeWorld, type World } from "../testing/index.ts";
import { decide } from "./decide.ts";
import type { LiveTicket, ShownPapers } from "./facts.ts";

const codeOf = (decision: ReturnType<typeof decide>) =>
  decision.kind === "refused" ? decision.code : decision.kind;

async function asked(
  world: World,
  ticket: LiveTicket,
  codes?: readonly string[],
  papers?: ShownPapers,
  options?: GestureOptions,
) {
  return world.request(await world.prove(ticket, codes, papers, options), papers, options);
}

describe("the ticket", () => {
  it("is refused when unknown, of another boot, older than two minutes or of another policy", async () => {
    const world = await makeWorld();
    const ticket = world.takeTicket();
    const request = await asked(world, ticket);
    const late = { ...world.now, monotonicMs: world.now.monotonicMs + ticketMsMax };
    expect(codeOf(decide(world.state, request, late))).toBe("open");
    const later = { ...late, monotonicMs: late.monotonicMs + 1 };
    expect(codeOf(decide(world.state, request, later))).toBe("ticket-expired");
    const { tickets } = world.box.memory;
    tickets.set(ticket.hash, { ...ticket, body: { ...ticket.body, boot: randomText(16) } });
    expect(codeOf(decide(world.state, request, world.now))).toBe("ticket-expired");
    tickets.set(ticket.hash, { ...ticket, body: { ...ticket.body, pol: randomText(32) } });
    expect(codeOf(decide(world.state, request, world.now))).toBe("ticket-expired");
    tickets.delete(ticket.hash);
    expect(codeOf(decide(world.state, request, world.now))).toBe("ticket-expired");
  });

  it("serves the phone, entrance and grant it was made for, and no other", async () => {
    const world = await makeWorld();
    const ticket = world.takeTicket();
    const request = await asked(world, ticket);
    for (const change of [{ jkt: randomText(32) }, { ent: "lobby" }, { grant: randomText(32) }]) {
      world.box.memory.tickets.set(ticket.hash, { ...ticket, body: { ...ticket.body, ...change } });
      expect(codeOf(decide(world.state, request, world.now))).toBe("proof-binding");
    }
  });

  it("is used by the first proof whose signature holds; the same again is a replay, another is late", async () => {
    const world = await makeWorld();
    const ticket = world.takeTicket();
    const [first, second] = [await asked(world, ticket), await asked(world, ticket)];
    const decision = decide(world.state, first, world.now);
    if (decision.kind === "open") world.box.memory.apply(decision.changes);
    expect(codeOf(decide(world.state, first, world.now))).toBe("proof-replayed");
    expect(codeOf(decide(world.state, second, world.now))).toBe("ticket-used");
  });
});

describe("the proof's signature", () => {
  it("must be the phone's own; a stranger's uses up nothing", async () => {
    const world = await makeWorld();
    const ticket = world.takeTicket();
    const handset = generateSigner("ES256");
    const foreign = await asked(world, ticket, undefined, undefined, { handset });
    const decision = decide(world.state, foreign, world.now);
    expect(decision).toMatchObject({ code: "kid-unknown", tellDetails: false, changes: [] });
    const liar = { ...handset, kid: world.handset.kid };
    const forged = await asked(world, ticket, undefined, undefined, { handset: liar });
    expect(decide(world.state, forged, world.now)).toMatchObject({ code: "sig", changes: [] });
  });

  it("counts as an attempt once it holds, even where the proof then fails", async () => {
    const world = await makeWorld();
    const ticket = world.takeTicket();
    const request = await asked(world, ticket, ["1Z0000000000000000"]);
    const decision = decide(world.state, request, world.now);
    expect(decision).toMatchObject({ code: "code-unknown", stage: "authenticated" });
    if (decision.kind !== "refused") return;
    expect(decision.changes.map(({ kind }) => kind)).toEqual([
      "ticket-used",
      "attempt",
      "wrong-codes",
    ]);
    expect(decision.identified).toMatchObject({ driver: "drv-0001" });
  });

  it("binds issuer, grant, assignment, box, entrance and purpose", async () => {
    const world = await makeWorld();
    for (const change of [
      { iss: randomText(32) },
      { grant: randomText(32) },
      { asg: randomText(32) },
      { ctl: randomText(32) },
      { ent: "lobby" },
      { purpose: "collect" },
    ]) {
      const ticket = world.takeTicket();
      const bend = (body: object) => ({ ...body, ...change });
      const request = await asked(world, ticket, undefined, undefined, { bend });
      expect(codeOf(decide(world.state, request, world.now))).toBe("proof-binding");
      world.box.memory.tickets.clear();
    }
  });

  it("is a finger's where the badge says so, and never one for the other", async () => {
    const world = await makeWorld();
    const papers = await world.reissue({ badge: (body) => ({ ...body, uv: true }) });
    const ticket = world.takeTicket(papers);
    const plain = await asked(world, ticket, undefined, papers);
    expect(codeOf(decide(world.state, plain, world.now))).toBe("uv-missing");
    const fingered = await asked(world, ticket, undefined, papers, { finger: true });
    expect(codeOf(decide(world.state, fingered, world.now))).toBe("open");
    const needless = await asked(world, world.takeTicket(), undefined, undefined, { finger: true });
    expect(codeOf(decide(world.state, needless, world.now))).toBe("typ");
  });

  it("with a finger, is refused when the assertion is another's, for another text, or misshapen", async () => {
    const world = await makeWorld();
    const papers = await world.reissue({ badge: (body) => ({ ...body, uv: true }) });
    const ticket = world.takeTicket(papers);
    const one = await asked(world, ticket, undefined, papers, { finger: true });
    const two = await asked(world, ticket, undefined, papers, { finger: true });
    if (one.proof?.kind !== "assertion" || two.proof?.kind !== "assertion") throw new Error("no");
    const mixed = { ...one, proof: { ...one.proof, assertion: two.proof.assertion } };
    expect(codeOf(decide(world.state, mixed, world.now))).toBe("webauthn-challenge");
    const shapes = [
      ["shape", "{}"],
      ["shape", ` ${one.proof.body}`],
      ["size", " ".repeat(9_000)],
    ] as const;
    for (const [code, body] of shapes)
      expect(
        codeOf(decide(world.state, { ...one, proof: { ...one.proof, body } }, world.now)),
      ).toBe(code);
    const text = "x.y";
    expect(codeOf(decide(world.state, { ...one, proof: { kind: "jws", text } }, world.now))).toBe(
      "shape",
    );
  });
});

describe("what is said when facts are missing", () => {
  it("is `unknown` with the step, and never a yes", async () => {
    const world = await makeWorld();
    const request = await asked(world, world.takeTicket());
    const { box: _box, ...host } = world.state;
    expect(decide(host, request, world.now)).toEqual({ kind: "unknown", step: "ticket" });
    const { proof: _proof, ...tapped } = request;
    expect(decide(world.state, tapped, world.now)).toEqual({ kind: "unknown", step: "proof" });
    const { unsealed: _unsealed, ...sealed } = request;
    expect(decide(world.state, sealed, world.now)).toEqual({ kind: "unknown", step: "code" });
  });
});

describe("presence", () => {
  it("must be the kind that the policy takes at this entrance", async () => {
    const noTap = (way: "refuse" | "ble" | "none") =>
      makeWorld({
        policy: (policy) => ({
          ...policy,
          entrances: policy.entrances.map((entrance) => ({ ...entrance, noTap: way })),
        }),
      });
    for (const [way, presence, expected] of [
      ["refuse", "none", "tap-mac"],
      ["refuse", "ble", "tap-mac"],
      ["ble", "none", "tap-mac"],
      ["ble", "ble", "open"],
      ["none", "none", "open"],
      ["none", "ble", "tap-mac"],
    ] as const) {
      const world = await noTap(way);
      const ticket = world.takeTicket();
      const request = await asked(world, ticket);
      const { tap: _tap, ...untapped } = ticket.body;
      world.box.memory.tickets.set(ticket.hash, { ...ticket, body: { ...untapped, presence } });
      expect(codeOf(decide(world.state, request, world.now))).toBe(expected);
    }
  });

  it("by tap counts at an entrance with a sticker only", async () => {
    const world = await makeWorld();
    const request = await asked(world, world.takeTicket());
    const entrances = new Map(
      [...world.policy.entrances].map(([ent, entrance]) => [
        ent,
        { ...entrance, presence: "ble" as const },
      ]),
    );
    const policies = [{ ...world.policy, entrances }];
    expect(codeOf(decide({ ...world.state, policies }, request, world.now))).toBe("tap-mac");
  });
});

it("refuses at the strike last, spending nothing", async () => {
  const world = await makeWorld();
  const request = await asked(world, world.takeTicket());
  world.box.memory.healthy = false;
  const decision = decide(world.state, request, world.now);
  expect(decision).toMatchObject({ code: "strike-fault", stage: "authorized" });
  if (decision.kind === "refused")
    expect(decision.changes.map(({ kind }) => kind)).toEqual(["ticket-used", "attempt"]);
});
