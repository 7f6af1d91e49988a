import { setTimeout as pause } from "node:timers/promises";
import {
  type BoxProcess,
  type SmallHost,
  type StrikeProcess,
  startBox,
  startHost,
  startStrikeProcess,
  strikeKey,
  until,
  type VirtualDoor,
  virtualDoor,
} from "@vestibule/controller/testing";
import { type ChainHead, intakeReceipt } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { firedPulses } from "../system/boxes.ts";

let world: World;
let host: SmallHost;
let strike: StrikeProcess;
let door: VirtualDoor;
let box: BoxProcess;
let releases = 0;
let released = false;
let codes = 0;

beforeAll(async () => {
  const parcels = Array.from({ length: 60 }, (_, index) => `TBA${String(index).padStart(12, "0")}`);
  world = await makeWorld({
    codes: parcels,
    // Far longer than the door takes to be pulled, so that a busy machine's pull is within it.
    policy: (policy) => ({ ...policy, limits: { ...policy.limits, release_ms: 1_000 } }),
  });
  host = await startHost(world, new Uint8Array(16).fill(9));
  strike = await startStrikeProcess({ autoOpen: "50,100" });
  door = virtualDoor({ listen: strike.listen, key: strikeKey(strike.secret, "control") });
  door.subscribe((look) => {
    if (look.released && !released) releases += 1;
    released = look.released;
  });
  box = await startBox(world, { url: host.url, strike });
  await host.hear("adopted");
  await ready();
});

afterAll(async () => {
  await box?.end();
  door?.close();
  await strike?.end();
  await host?.end();
});

/** Two pulses that overlap are one release to the latch: each case begins at a locked door. */
const atRest = () => until(() => !released);
beforeEach(atRest);

/** Waits until the box is linked, knows the time and its strike, and tells so by giving a ticket. */
async function ready(): Promise<void> {
  await until(host.linked);
  await until(
    () => host.heard.findLast((message) => message.t === "state")?.entrances[0]?.strike === "ok",
  );
}

function freshCode(): string {
  codes += 1;
  return world.codes[codes] ?? "";
}

async function ticket() {
  const by = performance.now() + 60_000;
  for (;;) {
    try {
      return await host.ticket();
    } catch (error) {
      if (performance.now() > by) throw error;
      await pause(50);
    }
  }
}

const stagesOf = (att: string) =>
  host.told.filter((told) => told.att === att).map(({ stage, code }) => code ?? stage);
const ended = (att: string) => host.told.some((told) => told.att === att && told.last);

/** Restarts the box, and checks that its disk holds one unbroken chain and no code opens again. */
async function comeBack(): Promise<void> {
  const { receipts } = box.disk();
  const { kid: ctl, jwk } = world.box.signer;
  let head: ChainHead | undefined;
  for (const { text } of receipts) {
    const taken = intakeReceipt(
      { crypto: nodeCrypto() },
      { text, personal: undefined, head },
      { ctl, jwk },
    );
    expect(taken.kind).toBe("next");
    if (taken.kind === "next") head = taken.head;
  }
  host.heard.length = 0;
  await box.start();
  await ready();
}

/** The same code once more: it opens only where nothing was spent before. */
async function again(code: string): Promise<readonly string[]> {
  const att = await host.unlock(await ticket(), { code });
  await until(() => ended(att));
  return stagesOf(att);
}

it("opens a door through real processes, confirmed by the contact", async () => {
  const code = freshCode();
  const att = await host.unlock(await ticket(), { code });
  await until(() => ended(att));
  expect(stagesOf(att)).toEqual(["authorized", "confirmed"]);
  expect(releases).toBe(1);
});

it("killed before the record: nothing moved, nothing is spent, the code still opens", async () => {
  const code = freshCode();
  const before = releases;
  const live = await ticket();
  await box.killHard();
  const { spends, claimed } = box.disk();
  expect([spends, claimed]).toEqual([1, true]);
  await comeBack();
  const stale = await host.unlock(live, { code });
  await until(() => ended(stale));
  expect(stagesOf(stale)).toEqual(["ticket-expired"]);
  expect(releases).toBe(before);
  expect(await again(code)).toEqual(["authorized", "confirmed"]);
});

it("killed at any moment of an attempt: each opening has its record, no code opens twice", async () => {
  for (let delayMs = 0; delayMs < 28; delayMs += 4) {
    const code = freshCode();
    const before = releases;
    const live = await ticket();
    const att = await host.unlock(live, { code });
    await pause(delayMs);
    await box.killHard();
    const record = box.disk().receipts.filter((receipt) => receipt.att === att);
    await comeBack();
    // By now the strike has read all that the dead box wrote to it; its own file says what fired.
    const opened = firedPulses(strike.spentFile).includes(att) ? 1 : 0;
    expect(opened).toBeLessThanOrEqual(record.length > 0 ? 1 : 0);
    await until(() => releases - before === opened);
    await atRest();
    if (record.length > 0) await until(() => ended(att));
    const [stage] = await again(code);
    expect(stage).toBe(record.length > 0 ? "code-spent" : "authorized");
    await until(() => releases - before === (record.length > 0 ? opened : 1));
    await atRest();
  }
});

it("killed in the pulse: the strike locks by itself, and the attempt is closed as unknown", async () => {
  const code = freshCode();
  const before = releases;
  const att = await host.unlock(await ticket(), { code });
  await until(() => releases === before + 1);
  await box.killHard();
  await comeBack();
  await until(() => ended(att));
  expect(["strike-fault", "confirmed"]).toContain(stagesOf(att).at(-1));
  expect(await again(code)).toEqual(["code-spent"]);
  expect(releases).toBe(before + 1);
});

it("killed before the host acknowledged: every receipt arrives, once and in order", async () => {
  const code = freshCode();
  const live = await ticket();
  host.heard.length = 0;
  host.acknowledges = false;
  const att = await host.unlock(live, { code });
  await host.hear("stage", (message) => message.att === att && message.stage === "released");
  await host.hear("receipt", (message) => message.last);
  await box.killHard();
  expect(stagesOf(att)).toEqual([]);
  host.acknowledges = true;
  await comeBack();
  await until(() => ended(att));
  expect(stagesOf(att)).toEqual(["authorized", "confirmed"]);
});

it("stopped between receipt and pulse until the deadline: never fires", async () => {
  const code = freshCode();
  const before = releases;
  const live = await ticket();
  box.freeze();
  const att = await host.unlock(live, { code, forMs: 300 });
  await pause(500);
  box.thaw();
  await until(() => ended(att));
  expect(stagesOf(att)).toEqual(["ticket-expired"]);
  expect(releases).toBe(before);
});

it("loses its strike in the pulse, says so, and opens again when the strike is back", async () => {
  const code = freshCode();
  const before = releases;
  const att = await host.unlock(await ticket(), { code });
  await until(() => releases === before + 1);
  await strike.killHard();
  await until(() => ended(att));
  expect(["strike-fault", "confirmed"]).toContain(stagesOf(att).at(-1));
  const down = await host.unlock(await ticket(), { code: freshCode() });
  await until(() => ended(down));
  expect(stagesOf(down)).toEqual(["strike-fault"]);
  host.heard.length = 0;
  await strike.restart();
  await ready();
  await until(door.connected);
  expect(await again(freshCode())).toEqual(["authorized", "confirmed"]);
});

it("is one process per box: a second one on the same disk ends", async () => {
  await expect(box.start()).rejects.toThrow("the box ended");
  expect(await again(freshCode())).toEqual(["authorized", "confirmed"]);
});
