import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProofPaper } from "@vestibule/core";
import { afterEach, describe, expect, it } from "vitest";
import type { BoxStore } from "./store/box-store.ts";
import type { Pulse, Strike, StrikeReport } from "./strikes/strike.ts";
import { memoryStrike } from "./strikes/virtual/memory-strike.ts";
import { makeRuntimeRig, type RuntimeRig } from "./testing/runtime-rig.ts";

let rig: RuntimeRig | undefined;
afterEach(() => {
  rig?.end();
  rig = undefined;
});

const attOf = (count: number) => `att_${String(count).padStart(26, "0")}`;

async function start(given: Parameters<typeof makeRuntimeRig>[0]): Promise<RuntimeRig> {
  rig = await makeRuntimeRig(given);
  await rig.connect();
  return rig;
}

function unlock(on: RuntimeRig, proof: ProofPaper, count: number): string {
  if (proof.kind !== "jws") throw new Error("the world's handset signs JWS");
  const att = attOf(count);
  const deadlineMs = on.hostMs() + 3_000;
  on.say({ t: "unlock", att, ent: "street", proof, deadlineMs });
  return att;
}

/** A strike that only remembers what it was asked for. */
function recordingStrike(): { strike: Strike; pulses: Pulse[]; tell: (r: StrikeReport) => void } {
  const pulses: Pulse[] = [];
  const listeners = new Set<(report: StrikeReport) => void>();
  const strike: Strike = {
    sensing: "contact",
    healthy: () => true,
    release: async (pulse) => void pulses.push(pulse),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  return { strike, pulses, tell: (report) => listeners.forEach((hear) => void hear(report)) };
}

describe("the loop", () => {
  it("spends a code once though two proofs of it are decided in one commit", async () => {
    const { strike, pulses } = recordingStrike();
    const on = await start({ strike });
    const [one, other] = [await on.ticket(), await on.ticket()];
    // Not the same codes, or the second would be an allowed retry.
    const first = await on.world.prove(one, on.world.codes.slice(0, 1));
    const second = await on.world.prove(other, on.world.codes.slice(0, 2));
    // Both unsealed answers wait when the loop comes back to them.
    const [a, b] = [unlock(on, first, 1), unlock(on, second, 2)];
    await on.hear("receipt", ({ last }) => last);
    expect(pulses).toHaveLength(1);
    expect([a, b]).toContain(pulses[0]?.pulseId);
  });
  it("opens with a virtual strike and has the record on disk before the latch moves", async () => {
    const { strike, simulate } = memoryStrike();
    let recorded: boolean | undefined;
    const watched: Strike = {
      ...strike,
      release: (pulse) => {
        recorded = rig?.store.reads.attemptKnown(pulse.pulseId);
        return strike.release(pulse);
      },
    };
    const on = await start({ strike: watched });
    const proof = await on.world.prove(await on.ticket());
    unlock(on, proof, 1);
    await on.hear("stage", ({ stage }) => stage === "released");
    simulate({ kind: "person", act: "push" });
    await on.hear("receipt", ({ last }) => last);
    expect(recorded).toBe(true);
  });
  it("ends, and never pulses, when its store fails", async () => {
    const { strike, pulses } = recordingStrike();
    let full = false;
    const wrapStore = (store: BoxStore): BoxStore => ({
      ...store,
      transaction: (body) =>
        store.transaction((write) => {
          const result = body(write);
          if (full) throw new Error("database or disk is full");
          return result;
        }),
    });
    const on = await start({ strike, wrapStore });
    const proof = await on.world.prove(await on.ticket());
    const before = on.sent.length;
    full = true;
    unlock(on, proof, 1);
    await expect.poll(() => on.fatal.length).toBe(1);
    unlock(on, proof, 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pulses).toEqual([]);
    expect(on.sent).toHaveLength(before);
    full = false;
    expect(on.store.stored().chain.seq).toBe(0);
  });
  it("tells a strike what is left of the deadline after a slow commit, and nothing when none is", async () => {
    const { strike, pulses } = recordingStrike();
    let skewMs = 0;
    let slowMs = 0;
    const wrapStore = (store: BoxStore): BoxStore => ({
      ...store,
      transaction: (body) => {
        let wrote = false;
        const result = store.transaction((write) =>
          body((one) => {
            wrote ||= one.kind === "receipt";
            write(one);
          }),
        );
        if (wrote) skewMs += slowMs;
        return result;
      },
    });
    const on = await start({ strike, wrapStore, monotonicMs: () => performance.now() + skewMs });
    slowMs = 1_000;
    unlock(on, await on.world.prove(await on.ticket(), on.world.codes.slice(0, 1)), 1);
    await expect.poll(() => pulses.length).toBe(1);
    expect(pulses[0]?.fireWithinMs).toBeLessThanOrEqual(2_000);
    slowMs = 3_000;
    unlock(on, await on.world.prove(await on.ticket(), on.world.codes.slice(1, 2)), 2);
    await on.hear("receipt", ({ last }) => last);
    expect(pulses).toHaveLength(1);
  });
  it("cuts a link that says more than it can hear, and answers no later host for an earlier one", async () => {
    const { strike } = recordingStrike();
    const on = await start({ strike });
    let cuts = 0;
    const later: unknown[] = [];
    on.say({ t: "tap", tap: on.world.tap() });
    const proof = await on.world.prove(await on.ticket());
    unlock(on, proof, 1);
    on.runtime.attachLink(undefined);
    on.runtime.attachLink({ send: (message) => void later.push(message), cut: () => (cuts += 1) });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(later).toEqual([]);
    for (let count = 0; count < 2_000; count += 1) on.say({ t: "ack", seq: 0 });
    expect(cuts).toBeGreaterThan(0);
  });
});

it("keeps no byte of two hundred openings by residents: files, link and all", async () => {
  const { strike, simulate } = memoryStrike();
  const on = await start({ strike });
  const bytes = () =>
    readdirSync(on.folder)
      .toSorted()
      .map((name) => [name, readFileSync(join(on.folder, name)).toString("hex")]);
  const proof = await on.world.prove(await on.ticket());
  unlock(on, proof, 1);
  await on.hear("receipt");
  simulate({ kind: "person", act: "push" });
  await on.hear("receipt", ({ last }) => last);
  simulate({ kind: "person", act: "close" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const [files, sent] = [bytes(), on.sent.length];
  for (let count = 0; count < 200; count += 1) {
    simulate({ kind: "person", act: count % 2 === 0 ? "inside" : "key" });
    simulate({ kind: "person", act: "close" });
    if (count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(bytes()).toEqual(files);
  expect(on.sent).toHaveLength(sent);
});
