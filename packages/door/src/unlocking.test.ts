import { type ChainHead, intakeReceipt } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { describe, expect, it } from "vitest";
import { type DoorRig, makeDoorRig } from "./testing/index.ts";
import { strangersPerHourMax } from "./unlocking.ts";

const two = ["1Z999AA10123456784", "9400111206206406260787"];

function codes(rig: DoorRig, att: string): readonly (string | undefined)[] {
  return receipts(rig)
    .filter((receipt) => receipt.att === att)
    .map((receipt) => receipt.code);
}

/** Checks the whole chain as the host does, and gives its bodies. */
function receipts(rig: DoorRig) {
  const { kid: ctl, jwk } = rig.world.box.signer;
  let head: ChainHead | undefined;
  return rig.store.receipts().map(({ text, personal }) => {
    const taken = intakeReceipt({ crypto: nodeCrypto() }, { text, personal, head }, { ctl, jwk });
    if (taken.kind !== "next") throw new Error(`the chain broke: ${JSON.stringify(taken)}`);
    head = taken.head;
    return taken.receipt.body;
  });
}

describe("an attempt", () => {
  it("pulses once, after its record is on the disk, and is confirmed by the contact", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const att = await rig.open();
    expect(rig.pulses).toMatchObject([{ att, ent: "street", pulseMs: 5_000, recorded: true }]);
    rig.report({ kind: "opened" });
    expect(receipts(rig)).toHaveLength(1);
    rig.report({ kind: "closed" });
    rig.report({ kind: "released", pulseId: att });
    rig.report({ kind: "opened" });
    expect(receipts(rig).at(-1)).toMatchObject({
      att,
      stage: "confirmed",
      sensing: { kind: "contact", result: "opened" },
    });
  });
  it("never fires twice, whoever repeats its id, also after a restart", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const ticket = rig.ticket();
    if (ticket === undefined) throw new Error("no ticket");
    const proof = await rig.world.prove(ticket);
    const att = rig.unlock(proof);
    rig.unlock(proof, { att });
    await rig.settle();
    rig.unlock(proof, { att });
    await rig.settle();
    rig.restart();
    rig.connect();
    rig.unlock(proof, { att });
    await rig.settle();
    expect(rig.pulses).toHaveLength(1);
    expect(receipts(rig).map(({ stage }) => stage)).toEqual(["authorized", "authorized"]);
  });
  it("of two at once with the same code opens one", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const [first, second] = [rig.ticket(), rig.ticket()];
    if (first === undefined || second === undefined) throw new Error("no ticket");
    const one = rig.unlock(await rig.world.prove(first, two));
    const other = rig.unlock(await rig.world.prove(second, two.slice(0, 1)));
    await rig.settle();
    expect(rig.pulses.map(({ att }) => att)).toEqual([one]);
    expect(codes(rig, other)).toEqual(["code-spent"]);
  });
  it("of two drivers tapping at once lets both in", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const [earlier, later] = [rig.world.tap(), rig.world.tap()];
    expect(rig.ticket(later)).toBeDefined();
    expect(rig.ticket(earlier)).toBeDefined();
    expect(rig.ticket(later)).toBeUndefined();
  });
  it("cannot use a tap again after a restart", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const tap = rig.world.tap();
    expect(rig.ticket(tap)).toBeDefined();
    rig.restart();
    rig.connect();
    expect(rig.ticket(tap)).toBeUndefined();
    expect(rig.last("ticket-refused")?.code).toBe("tap-seen");
  });
  it("is told as replayed while its ticket's time runs, and as expired after it", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const ticket = rig.ticket();
    if (ticket === undefined) throw new Error("no ticket");
    const proof = await rig.world.prove(ticket);
    const att = rig.unlock(proof);
    const busy = rig.unlock(proof);
    await rig.settle();
    rig.report({ kind: "released", pulseId: att });
    rig.report({ kind: "locked", pulseId: att });
    const replayed = rig.unlock(proof);
    rig.nowMs += 121_000;
    rig.answerTime();
    rig.handle({ kind: "tick" });
    rig.answerTime();
    const expired = rig.unlock(proof);
    expect([busy, replayed, expired].map((id) => codes(rig, id))).toEqual([
      ["ticket-used"],
      ["proof-replayed"],
      ["ticket-expired"],
    ]);
    expect(rig.pulses).toHaveLength(1);
  });
  it("does not outlive its ticket's boot", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const ticket = rig.ticket();
    if (ticket === undefined) throw new Error("no ticket");
    rig.restart();
    rig.connect();
    const att = rig.unlock(await rig.world.prove(ticket));
    expect(codes(rig, att)).toEqual(["ticket-expired"]);
  });
});

describe("a command that comes late", () => {
  it("never fires when the process was stopped between receipt and decision", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const ticket = rig.ticket();
    if (ticket === undefined) throw new Error("no ticket");
    const proof = await rig.world.prove(ticket);
    const att = rig.unlock(proof);
    rig.nowMs += 3_001;
    await rig.settle();
    expect(rig.pulses).toEqual([]);
    expect(receipts(rig)).toMatchObject([
      { att, stage: "authenticated", code: "ticket-expired", flags: ["late"] },
    ]);
    expect(rig.store.reads.attempts(rig.world.handset.kid, 0)).toBe(1);
    // Its codes were opened once: the ticket is used, whatever the clock says.
    expect(codes(rig, rig.unlock(proof))).toEqual(["proof-replayed"]);
  });
  it("carries the moment by which it must fire, at most ten seconds away", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    await rig.open();
    const [pulse] = rig.pulses;
    expect(pulse?.fireByMs).toBe(rig.nowMs + 3_000);
    const far = rig.ticket();
    if (far === undefined) throw new Error("no ticket");
    const proof = await rig.world.prove(far, two.slice(1));
    rig.unlock(proof, { deadlineMs: 9_999_999_999_999 });
    await rig.settle();
    expect(rig.pulses[1]?.fireByMs).toBe(rig.nowMs + 10_000);
  });
  it("is judged by the latest the host's clock can show", async () => {
    const rig = await makeDoorRig();
    rig.handle({ kind: "link-opened" });
    rig.say({ t: "hello", nonce: "A".repeat(43), server: "https://host.example" });
    rig.say({ t: "welcome", seq: 0 });
    rig.nowMs += 4_000;
    // Stamped when asked, delivered 4 s later: the host may be 4 s further on than it says.
    rig.answerTime(rig.hostMs());
    expect(rig.ticket()).toBeUndefined();
    expect(rig.last("ticket-refused")?.code).toBe("stale");
    rig.nowMs += 5_001;
    rig.handle({ kind: "tick" });
    rig.answerTime();
    expect(rig.ticket()).toBeDefined();
  });
  it("cannot be judged on a new link before the host has told the time", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const ticket = rig.ticket();
    if (ticket === undefined) throw new Error("no ticket");
    const proof = await rig.world.prove(ticket);
    rig.unlock(proof);
    rig.handle({ kind: "link-closed" });
    rig.handle({ kind: "link-opened" });
    await rig.settle();
    expect(rig.pulses).toEqual([]);
  });
});

it("gives up on HPKE that never answers", async () => {
  const rig = await makeDoorRig();
  rig.connect();
  const ticket = rig.ticket();
  if (ticket === undefined) throw new Error("no ticket");
  const att = rig.unlock(await rig.world.prove(ticket));
  rig.nowMs += 3_000;
  rig.handle({ kind: "tick" });
  expect(codes(rig, att)).toEqual(["ticket-expired"]);
});

it("records no more strangers in an hour than its disk can bear", async () => {
  const rig = await makeDoorRig();
  rig.connect();
  const junk = { kind: "jws", text: "a.b.c" } as const;
  for (let count = 0; count < strangersPerHourMax + 50; count += 1) rig.unlock(junk);
  expect(rig.store.receipts()).toHaveLength(strangersPerHourMax);
  expect(await rig.open()).toBe(rig.pulses[0]?.att);
});

it("ignores ids and names that no receipt could carry", async () => {
  const rig = await makeDoorRig();
  rig.connect();
  const junk = { kind: "jws", text: "a.b.c" } as const;
  rig.unlock(junk, { ent: "-" });
  rig.unlock(junk, { att: `bld_${"0".repeat(26)}` });
  expect(rig.store.receipts()).toEqual([]);
});

it("keeps at most two live tickets of a handset: whose answers were lost taps again, and its oldest goes", async () => {
  const rig = await makeDoorRig();
  rig.connect();
  const [first, second, third] = [rig.ticket(), rig.ticket(), rig.ticket()];
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("no ticket");
  rig.unlock(await rig.world.prove(first));
  await rig.settle();
  expect(rig.pulses).toEqual([]);
  expect(receipts(rig)).toMatchObject([{ stage: "presented", code: "ticket-expired" }]);
  rig.unlock(await rig.world.prove(second));
  await rig.settle();
  expect(rig.pulses).toHaveLength(1);
});

it("never drops a ticket whose proof it is looking at", async () => {
  const rig = await makeDoorRig();
  rig.connect();
  const first = rig.ticket();
  if (first === undefined) throw new Error("no ticket");
  const att = rig.unlock(await rig.world.prove(first));
  for (let more = 0; more < 3; more += 1) expect(rig.ticket()).toBeDefined();
  await rig.settle();
  expect(rig.pulses).toMatchObject([{ att }]);
});

it("takes no proof over a ticket of a policy that has changed meanwhile", async () => {
  const rig = await makeDoorRig();
  rig.connect();
  const { world } = rig;
  const next = { ...world.genesis, bld: world.policy.bld, prev: world.policy.hash, ver: 2 };
  rig.say({ t: "policy", text: world.signPolicy(next) });
  expect(rig.last("policy-result")).toMatchObject({ inForceFrom: expect.any(Number) });
  rig.nowMs += 30_000;
  const ticket = rig.ticket();
  if (ticket === undefined) throw new Error("no ticket");
  rig.nowMs += 31_000;
  const att = rig.unlock(await world.prove(ticket));
  await rig.settle();
  expect(codes(rig, att)).toEqual(["ticket-expired"]);
  await rig.open();
  expect(rig.pulses).toHaveLength(1);
});
