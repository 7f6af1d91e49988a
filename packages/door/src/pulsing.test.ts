import type { Policy } from "@vestibule/core";
import { describe, expect, it } from "vitest";
import type { Sensing, StrikeReport } from "./strike-report.ts";
import { type DoorRig, makeDoorRig } from "./testing/index.ts";

const sensed =
  (sensing: Sensing) =>
  (policy: Policy): Policy => ({
    ...policy,
    entrances: policy.entrances.map((entrance) => ({ ...entrance, sensing })),
  });

/** Opens once and lets the strike say this; gives the attempt's last receipt. */
async function endOf(
  sensing: Sensing,
  says: (att: string) => readonly (StrikeReport | number)[],
  given: { readonly really?: Sensing; readonly before?: readonly StrikeReport[] } = {},
) {
  const really = given.really ?? sensing;
  const rig = await makeDoorRig({ worldOptions: { policy: sensed(sensing) }, sensing: really });
  rig.connect();
  for (const report of given.before ?? []) rig.report(report);
  const att = await rig.open();
  for (const report of says(att)) {
    if (typeof report === "number") {
      rig.nowMs += report;
      rig.handle({ kind: "tick" });
    } else rig.report(report);
  }
  const receipts = rig.store.receipts().filter((receipt) => receipt.att === att);
  expect(receipts.map(({ last }) => last)).toEqual([false, true]);
  return bodyOf(receipts.at(-1)?.text);
}

function bodyOf(text: string | undefined): {
  stage: string;
  code?: string;
  sensing: { kind: string; result: string };
  flags: string[];
} {
  return JSON.parse(Buffer.from(text?.split(".")[1] ?? "", "base64url").toString());
}

const released = (pulseId: string): StrikeReport => ({ kind: "released", pulseId });
const locked = (pulseId: string): StrikeReport => ({ kind: "locked", pulseId });
const current = (pulseId: string): StrikeReport => ({ kind: "current", pulseId });
const opened: StrikeReport = { kind: "opened" };
const fault = (
  kind: Extract<StrikeReport, { kind: "fault" }>["fault"],
  pulseId?: string,
): StrikeReport => ({ kind: "fault", pulseId, fault: kind });

describe("each sensing has its own truth", () => {
  it.each([
    ["contact", "confirmed", "opened"],
    ["current", "released", "no-current"],
    ["none", "released", "unknown"],
  ] as const)("%s: an opened door ends as %s, %s", async (sensing, stage, result) => {
    const end = await endOf(sensing, (att) => [released(att), opened, locked(att)]);
    expect(end).toMatchObject({ stage, sensing: { kind: sensing, result } });
    expect(end.code).toBeUndefined();
  });

  it("contact: at a door that stands open it ends at the release, and claims neither way", async () => {
    const end = await endOf("contact", (att) => [released(att)], { before: [opened] });
    expect(end).toMatchObject({
      stage: "released",
      sensing: { kind: "contact", result: "unknown" },
      flags: [],
    });
    expect(end.code).toBeUndefined();
    const shutAgain = { before: [opened, { kind: "closed" } as const] };
    const moved = await endOf("contact", (att) => [released(att), opened], shutAgain);
    expect(moved).toMatchObject({ stage: "confirmed", sensing: { result: "opened" } });
  });
  it("none: ends at the release, since nothing more can be learnt", async () => {
    const end = await endOf("none", (att) => [released(att)]);
    expect(end).toMatchObject({ stage: "released", sensing: { kind: "none", result: "unknown" } });
  });
  it.each([
    ["contact", "released", "not-opened"],
    ["current", "confirmed", "current"],
    ["none", "released", "unknown"],
  ] as const)("%s: current in the coil alone ends as %s, %s", async (sensing, stage, result) => {
    const end = await endOf(sensing, (att) => [released(att), current(att), locked(att)]);
    expect(end).toMatchObject({ stage, sensing: { kind: sensing, result } });
  });
  it("confirms no opening that came before the release or after the pulse", async () => {
    const early = await endOf("contact", (att) => [opened, released(att), locked(att)]);
    expect(early).toMatchObject({ stage: "released", sensing: { result: "unknown" } });
    const late = await endOf("contact", (att) => [released(att), 5_001, opened, 20_000]);
    expect(late).toMatchObject({ stage: "released", sensing: { result: "unknown" } });
  });
  it("says nothing of a contact that the strike does not have", async () => {
    const end = await endOf("contact", (att) => [released(att), opened, locked(att)], {
      really: "none",
    });
    expect(end).toMatchObject({ stage: "released", sensing: { kind: "none", result: "unknown" } });
  });
  it("says unknown where the sense failed before or during the pulse, and goes on", async () => {
    const before = await endOf("contact", (att) => [released(att), locked(att)], {
      before: [fault("sensing-lost")],
    });
    const during = await endOf("contact", (att) => [
      released(att),
      fault("sensing-lost"),
      locked(att),
    ]);
    const mended = await endOf("contact", (att) => [released(att), locked(att)], {
      before: [fault("sensing-lost"), { kind: "recovered" }],
    });
    for (const end of [before, during])
      expect(end).toMatchObject({ stage: "released", sensing: { result: "unknown" } });
    expect([before.code, during.code]).toEqual([undefined, undefined]);
    expect(mended.sensing.result).toBe("not-opened");
  });
});

describe("a strike that fails", () => {
  it.each(["jammed", "welded", "unreachable", "late"] as const)(
    "%s before the release ends the attempt as a fault",
    async (kind) => {
      const end = await endOf("contact", (att) => [fault(kind, att)]);
      expect(end).toMatchObject({
        stage: "authorized",
        code: "strike-fault",
        sensing: { result: "unknown" },
        flags: kind === "late" ? ["late"] : [],
      });
    },
  );
  it("never counts current as a release: a jammed latch draws it too", async () => {
    const end = await endOf("current", (att) => [current(att), fault("jammed", att)]);
    expect(end).toMatchObject({ stage: "authorized", code: "strike-fault" });
  });
  it("dies in the pulse: it was released, and no more is known", async () => {
    const end = await endOf("contact", (att) => [released(att), fault("unreachable")]);
    expect(end).toMatchObject({ stage: "released", code: "strike-fault" });
  });
  it("says nothing at all: closed after its time, as a fault", async () => {
    const end = await endOf("contact", () => [9_999, 1]);
    expect(end).toMatchObject({ stage: "authorized", code: "strike-fault" });
  });
  it("of another entrance says nothing of this one", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const att = await rig.open();
    rig.report(fault("jammed", att), "lobby");
    rig.report(released(att), "lobby");
    expect(rig.store.receipts()).toHaveLength(1);
  });
  it("that is unhealthy spends nothing", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    rig.healthy = false;
    await rig.open();
    expect(rig.pulses).toEqual([]);
    rig.healthy = true;
    await rig.open();
    expect(rig.pulses).toHaveLength(1);
  });
});

it("confirms both of two visits whose pulses one opening fell into", async () => {
  const rig = await makeDoorRig();
  rig.connect();
  const [one, other] = [await rig.open(), await rig.open(rig.world.codes.slice(1, 2))];
  rig.report(released(one));
  rig.report(released(other));
  rig.report(opened);
  const ends = rig.store.receipts().filter(({ last }) => last);
  expect(ends.map(({ text }) => bodyOf(text).stage)).toEqual(["confirmed", "confirmed"]);
});

describe("residents", () => {
  const trace = (rig: DoorRig) => JSON.stringify([rig.sent, rig.store.dump()]);
  it("open two hundred times and leave no byte on disk or link", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const att = await rig.open();
    rig.report(released(att));
    rig.report(locked(att));
    const before = trace(rig);
    for (let count = 0; count < 200; count += 1) {
      rig.report({ kind: "opened" });
      rig.nowMs += 5;
      rig.report({ kind: "closed" });
    }
    expect(trace(rig)).toBe(before);
    // The same moments with nobody at the door end in the same state.
    expect(rig.store.dump()).not.toContain("opened");
  });
  it("hold a door open: that alone is told, and its end only with the regular minute", async () => {
    const rig = await makeDoorRig({ heldOpenMs: 120_000 });
    rig.connect();
    rig.report({ kind: "opened" });
    const states = () => rig.sent.filter(({ t }) => t === "state");
    const before = states().length;
    rig.nowMs += 119_999;
    rig.handle({ kind: "tick" });
    expect(states()).toHaveLength(before);
    rig.nowMs += 1;
    rig.handle({ kind: "tick" });
    rig.handle({ kind: "tick" });
    expect(states()).toHaveLength(before + 1);
    expect(rig.last("state")).toEqual({
      t: "state",
      entrances: [{ ent: "street", strike: "ok", held: true, tags: [] }],
    });
    rig.nowMs += 1_000;
    rig.report({ kind: "closed" });
    expect(states()).toHaveLength(before + 1);
    rig.nowMs += 60_000;
    rig.handle({ kind: "tick" });
    expect(rig.last("state")?.entrances[0]?.held).toBe(false);
    expect(rig.store.receipts()).toEqual([]);
  });
});
