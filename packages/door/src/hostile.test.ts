import { type ChainHead, intakeReceipt, type ProofPaper } from "@vestibule/core";
import type { ServerMessage } from "@vestibule/core/link";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { StrikeReport } from "./strike-report.ts";
import { type DoorRig, makeDoorRig } from "./testing/index.ts";

type Step =
  | { readonly kind: "connect" | "cut" | "ticket" | "tick" | "settle" | "restart" | "time" }
  | { readonly kind: "visit"; readonly code: number; readonly att: number }
  | { readonly kind: "prove"; readonly ticket: number; readonly code: number }
  | { readonly kind: "unlock"; readonly proof: number; readonly att: number; readonly inMs: number }
  | { readonly kind: "later"; readonly ms: number }
  | { readonly kind: "crash"; readonly boundaries: number }
  | { readonly kind: "say"; readonly message: ServerMessage }
  | { readonly kind: "report"; readonly report: StrikeReport; readonly att: number };

const text43 = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
const paper = fc.oneof(fc.string({ minLength: 1 }), fc.constant("a.b.c"));
const seq = fc.oneof(fc.nat({ max: 20 }), fc.nat());
const epochMs = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });
const hex = (size: number) => fc.stringMatching(new RegExp(`^[0-9A-F]{${size}}$`));
const attOf = (count: number) => `att_${String(count).padStart(26, "0")}`;

const anyMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({ t: fc.constant("hello"), nonce: text43, server: fc.string({ minLength: 1 }) }),
  fc.record({ t: fc.constant("welcome"), seq }),
  fc.record({ t: fc.constant("ack"), seq }),
  fc.record({ t: fc.constant("time"), nonce: text43, nowMs: epochMs }),
  fc.record({
    t: fc.constant("adopt"),
    nonce: text43,
    policies: fc.array(paper, { minLength: 1, maxLength: 3 }),
    mac: text43,
  }),
  fc.record({ t: fc.constant("policy"), text: paper }),
  fc.record({ t: fc.constant("keyset"), text: paper }),
  fc.record({ t: fc.constant("tap"), tap: fc.record({ e: hex(32), c: hex(16) }) }),
  fc.record({
    t: fc.constant("unlock"),
    att: fc.nat({ max: 9 }).map(attOf),
    ent: fc.constantFrom("street", "lobby", "-"),
    proof: fc.record({ kind: fc.constant("jws"), text: paper }),
    deadlineMs: epochMs,
  }),
);

const anyReport: fc.Arbitrary<StrikeReport> = fc.oneof(
  fc.constantFrom<StrikeReport>(
    { kind: "opened" },
    { kind: "closed" },
    { kind: "recovered" },
    { kind: "locked", pulseId: undefined },
  ),
  fc.constantFrom("released", "current", "locked").map((kind) => ({ kind, pulseId: "" })),
  fc
    .constantFrom("jammed", "welded", "sensing-lost", "unreachable", "late")
    .map((fault) => ({ kind: "fault" as const, pulseId: "", fault })),
);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("ticket", "settle") }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("visit"),
      code: fc.nat({ max: 3 }),
      att: fc.nat({ max: 9 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("connect", "cut", "tick", "restart", "time") }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("prove"),
      ticket: fc.nat({ max: 5 }),
      code: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("unlock"),
      proof: fc.nat({ max: 5 }),
      att: fc.nat({ max: 9 }),
      inMs: fc.constantFrom(-1, 1, 3_000, 1_000_000_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("later"),
      ms: fc.constantFrom(1, 900, 5_100, 61_000, 125_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("crash"), boundaries: fc.nat({ max: 7 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("say"), message: anyMessage }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("report"),
      report: anyReport,
      att: fc.nat({ max: 9 }),
    }),
  },
);

interface Played {
  readonly tickets: NonNullable<ReturnType<DoorRig["ticket"]>>[];
  readonly proofs: { readonly paper: ProofPaper; readonly good: boolean }[];
}

async function play(rig: DoorRig, played: Played, step: Step): Promise<void> {
  switch (step.kind) {
    case "connect":
      return rig.connect();
    case "cut":
      return rig.handle({ kind: "link-closed" });
    case "tick":
      return rig.handle({ kind: "tick" });
    case "time":
      return rig.answerTime();
    case "settle":
      return rig.settle();
    case "restart":
      return rig.restart();
    case "ticket": {
      const ticket = rig.ticket();
      if (ticket !== undefined) played.tickets.push(ticket);
      return;
    }
    case "visit": {
      const { code, att } = step;
      await play(rig, played, { kind: "ticket" });
      await play(rig, played, { kind: "prove", ticket: 0, code });
      await play(rig, played, { kind: "unlock", proof: 0, att, inMs: 3_000 });
      return rig.settle();
    }
    case "prove": {
      const ticket = played.tickets.at(-1 - (step.ticket % Math.max(1, played.tickets.length)));
      if (ticket === undefined) return;
      const code = rig.world.codes[step.code];
      const codes = [code ?? "TBA999999999999"];
      const paper = await rig.world.prove(ticket, codes);
      played.proofs.push({ paper, good: code !== undefined });
      return;
    }
    case "unlock": {
      const proof = played.proofs.at(-1 - (step.proof % Math.max(1, played.proofs.length)));
      if (proof === undefined) return;
      const deadlineMs = rig.hostMs() + step.inMs;
      rig.unlock(proof.paper, { att: attOf(step.att), deadlineMs });
      return;
    }
    case "later":
      rig.nowMs += step.ms;
      return;
    case "crash":
      return rig.crashIn(step.boundaries);
    case "say":
      return rig.say(step.message);
    case "report": {
      const { report } = step;
      const named = "pulseId" in report && report.pulseId !== undefined;
      return rig.report(named ? { ...report, pulseId: attOf(step.att) } : report);
    }
  }
}

function check(rig: DoorRig): void {
  const { kid: ctl, jwk } = rig.world.box.signer;
  let head: ChainHead | undefined;
  for (const { text, personal } of rig.store.receipts()) {
    const taken = intakeReceipt({ crypto: nodeCrypto() }, { text, personal, head }, { ctl, jwk });
    if (taken.kind !== "next") throw new Error(`the chain broke: ${JSON.stringify(taken)}`);
    head = taken.head;
  }
  const fired = rig.pulses.map(({ att }) => att);
  expect(new Set(fired).size).toBe(fired.length);
  expect(rig.pulses.every(({ recorded }) => recorded)).toBe(true);
  const { openings } = JSON.parse(rig.store.dump());
  expect(openings.length).toBeGreaterThanOrEqual(fired.length);
  // One opening of each code on this day, and two retries of it at most.
  expect(fired.length).toBeLessThanOrEqual(3 * rig.world.codes.length);
  const ended = rig.store.receipts().filter(({ last }) => last);
  expect(new Set(ended.map(({ att }) => att)).size).toBe(ended.length);
}

let shared: World | undefined;

it("opens only what it recorded and spent, once, whatever host, strike and power do", async () => {
  shared ??= await makeWorld();
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 60 }), async (steps) => {
      const rig = await makeDoorRig({ world: shared ?? (await makeWorld()) });
      rig.connect();
      const played: Played = { tickets: [], proofs: [] };
      for (const step of steps) await play(rig, played, step);
      check(rig);
      const allowed = played.proofs.some(({ good }) => good);
      if (!allowed) expect(rig.pulses).toEqual([]);
      opened += rig.pulses.length;
    }),
    { numRuns: 200 },
  );
  // A run that opens nothing would prove nothing.
  expect(opened).toBeGreaterThan(20);
});

it("recovers from a crash at every boundary of a visit, and opens no code twice", async () => {
  const world = await makeWorld();
  for (let boundary = 0; boundary < 24; boundary += 1) {
    const rig = await makeDoorRig({ world });
    rig.connect();
    rig.crashIn(boundary);
    const ticket = rig.ticket();
    if (ticket !== undefined) {
      const att = rig.unlock(await world.prove(ticket));
      await rig.settle();
      rig.report({ kind: "released", pulseId: att });
      rig.report({ kind: "locked", pulseId: att });
    }
    rig.restart();
    rig.connect();
    const again = rig.ticket();
    if (again === undefined) throw new Error("a box that crashed gives tickets again");
    rig.unlock(await world.prove(again));
    await rig.settle();
    check(rig);
    expect(rig.pulses.length).toBeLessThanOrEqual(1);
  }
});
