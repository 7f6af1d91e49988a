import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { fireWithinMsMax, type Strike } from "../strike.ts";
import { strikeKey } from "./line-socket.ts";
import { memoryStrike } from "./memory-strike.ts";
import { record, type StrikeProcess, startStrikeProcess, until } from "./testing.ts";
import { type DoorLook, type VirtualDoor, virtualDoor } from "./virtual-door.ts";
import { virtualStrike } from "./virtual-strike.ts";
import { lineBytesMax } from "./wire.ts";

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function rig(given?: Parameters<typeof startStrikeProcess>[0]): Promise<{
  readonly process: StrikeProcess;
  readonly strike: Strike;
  readonly door: VirtualDoor;
  readonly told: ReturnType<typeof record>;
  readonly looks: DoorLook[];
}> {
  const process = await startStrikeProcess(given);
  ended.push(process.end);
  const { listen, secret } = process;
  const sensing = given?.sensing ?? "contact";
  const strike = virtualStrike({ listen, key: strikeKey(secret, "drive"), sensing });
  const door = virtualDoor({ listen, key: strikeKey(secret, "control") });
  ended.push(strike.close, door.close);
  const told = record(strike);
  const looks: DoorLook[] = [];
  door.subscribe((look) => looks.push(look));
  await until(() => strike.healthy() && door.connected());
  return { process, strike, door, told, looks };
}

const pulse = (pulseId: string, more?: { pulseMs?: number; fireWithinMs?: number }) => ({
  pulseId,
  pulseMs: more?.pulseMs ?? 300,
  // All the time there is, where the test is about something else than a deadline.
  fireWithinMs: more?.fireWithinMs ?? fireWithinMsMax,
});

describe("a strike in its own process", () => {
  it("releases, locks by itself, and tells of the door as its sensing can", async () => {
    const expected = {
      contact: ["released", "opened", "locked", "closed"],
      current: ["released", "current", "locked"],
      none: ["released", "locked"],
    };
    for (const sensing of ["contact", "current", "none"] as const) {
      // Open for so long that no busy machine sees it open and shut in one look.
      const { strike, told, looks } = await rig({ sensing, autoOpen: "100,1200" });
      await strike.release(pulse("a"));
      await until(() => looks.at(-1)?.door === "closed" && looks.some((l) => l.door === "open"));
      await until(() => told.heard.length >= expected[sensing].length);
      expect(told.kinds()).toEqual(expected[sensing]);
    }
  });

  it("fires one id once, also across its kill -9 and restart", async () => {
    const { process, strike, told } = await rig();
    await Promise.all([strike.release(pulse("a")), strike.release(pulse("a"))]);
    await until(() => told.kinds().includes("locked"));
    await strike.release(pulse("a"));
    await process.killHard();
    await until(() => !strike.healthy());
    await process.restart();
    await until(() => strike.healthy());
    await strike.release(pulse("a"));
    await strike.release(pulse("b"));
    await until(() => told.kinds().filter((kind) => kind === "released").length === 2);
    expect(
      told.heard.filter(
        ({ report }) => "pulseId" in report && report.pulseId === "a" && report.kind === "released",
      ),
    ).toHaveLength(1);
  });

  it("killed in the middle of a pulse, it is back locked, and says so", async () => {
    const { process, strike, told, looks } = await rig();
    await strike.release(pulse("a", { pulseMs: 10_000 }));
    await until(() => told.kinds().includes("released"));
    await process.killHard();
    await until(() => !strike.healthy());
    await strike.release(pulse("while-dead"));
    await process.restart();
    await until(() => strike.healthy());
    await until(() => looks.at(-1)?.released === false);
    expect(told.kinds()).toEqual([
      "released",
      "fault unreachable",
      "fault unreachable",
      "locked",
      "recovered",
    ]);
    await sleep(100);
    expect(looks.at(-1)?.released).toBe(false);
  });

  it("killed at any moment around a release, it never opens afterwards", async () => {
    const { process, strike, door, told, looks } = await rig();
    for (const afterMs of [0, 1, 2, 4, 8]) {
      const release = strike.release(pulse(`k${afterMs}`));
      await sleep(afterMs);
      await process.killHard();
      await release;
      // Both sockets have ended: nothing that was said before can still come.
      await until(() => !strike.healthy() && !door.connected());
      const before = told.kinds().filter((kind) => kind === "released").length;
      looks.length = 0;
      await process.restart();
      await until(() => strike.healthy() && looks.length > 0);
      await sleep(150);
      expect(looks.some((look) => look.released)).toBe(false);
      expect(told.kinds().filter((kind) => kind === "released").length).toBe(before);
    }
  });

  it("frozen past the deadline, it finds the command late and stays shut", async () => {
    for (const freezeFirst of [true, false]) {
      const { process, strike, told, looks } = await rig();
      const stopped = () => process.child.kill("SIGSTOP");
      if (freezeFirst) stopped();
      const release = strike.release(pulse("a", { fireWithinMs: 300 }));
      if (!freezeFirst) stopped();
      await release;
      await sleep(700);
      process.child.kill("SIGCONT");
      await sleep(600);
      const opened = told.heard.filter(({ report }) => report.kind === "released");
      // Frozen after the fact it may have fired in time; it must not have fired late.
      if (freezeFirst) expect(opened).toEqual([]);
      expect(looks.slice(1).filter((look) => look.released).length).toBeLessThanOrEqual(
        opened.length,
      );
    }
  });

  it("shows each fault, and is healthy again when it is mended", async () => {
    const { strike, door, told, looks } = await rig();
    // The two sockets overtake each other: the fault is there once the door's picture shows it.
    const switched = async (fault: "jammed" | "welded" | "slow") => {
      door.switchFault(fault, true);
      await until(() => looks.at(-1)?.faults.includes(fault) === true);
    };
    await switched("jammed");
    // A short one: its end must not fall into the weld that follows.
    await strike.release(pulse("j", { pulseMs: 1 }));
    await until(() => !strike.healthy());
    door.switchFault("jammed", false);
    await until(() => strike.healthy());
    await switched("welded");
    await strike.release(pulse("w"));
    await until(() => !strike.healthy());
    door.switchFault("welded", false);
    await until(() => strike.healthy());
    await switched("slow");
    await strike.release(pulse("s", { fireWithinMs: 500 }));
    await until(() => told.kinds().at(-1) === "fault late");
    door.switchFault("slow", false);
    door.switchFault("sensing-lost", true);
    await until(() => told.kinds().at(-1) === "fault sensing-lost");
    expect(strike.healthy()).toBe(true);
    expect(told.kinds()).toEqual([
      ...["fault jammed", "recovered", "released", "fault welded", "locked", "recovered"],
      ...["fault late", "fault sensing-lost"],
    ]);
  });

  it("is unhealthy while frozen and says so to a release", async () => {
    const { process, strike, told } = await rig();
    process.child.kill("SIGSTOP");
    await until(() => !strike.healthy());
    await strike.release(pulse("a"));
    expect(told.kinds()).toEqual(["fault unreachable", "fault unreachable"]);
    process.child.kill("SIGCONT");
    await until(() => strike.healthy());
    expect(told.kinds().at(-1)).toBe("recovered");
  });

  it("is not moved by a stranger, nor by who plays the people", async () => {
    const { process, looks, strike, told } = await rig();
    const wrong = virtualStrike({
      ...{ listen: process.listen, sensing: "contact" },
      key: strikeKey(process.secret, "control"),
    });
    ended.push(wrong.close);
    const [host, port] = process.listen.split(":");
    const lines = [
      '{"t":"fire","token":"00","pulseId":"x","pulseMs":1,"fireWithinMs":1}',
      "x".repeat(lineBytesMax + 2),
      "",
    ];
    for (const line of lines) {
      const closed = await new Promise<boolean>((resolve) => {
        const socket = connect({ host: host ?? "", port: Number(port) }, () =>
          socket.write(`${line}\n`),
        );
        socket
          .on("error", () => undefined)
          .on("close", () => resolve(true))
          .resume();
      });
      expect(closed).toBe(true);
    }
    await sleep(200);
    expect(wrong.healthy()).toBe(false);
    expect(strike.healthy()).toBe(true);
    expect(looks.some((look) => look.released)).toBe(false);
    expect(told.heard).toEqual([]);
  });

  it("ends with its parent", async () => {
    const { process } = await rig();
    const gone = new Promise((resolve) => process.child.once("exit", resolve));
    process.child.stdin?.end();
    expect(await gone).toBe(0);
  });
});

describe("a pulse out of bounds", () => {
  it("is the caller's mistake, at every strike", async () => {
    const { strike } = memoryStrike();
    const { strike: virtual } = await rig();
    for (const one of [strike, virtual]) {
      for (const bad of [
        pulse("a", { pulseMs: 10_001 }),
        pulse("a", { pulseMs: 0 }),
        pulse("a", { pulseMs: 1.5 }),
        pulse("a", { fireWithinMs: 0 }),
        pulse(""),
        pulse("x".repeat(65)),
      ]) {
        await expect(one.release(bad)).rejects.toThrow(RangeError);
      }
    }
  });
});

describe("the strike in memory", () => {
  it("does what the process does", async () => {
    const { strike, look } = memoryStrike({ autoOpen: { afterMs: 20, openForMs: 40 } });
    const told = record(strike);
    await strike.release(pulse("a", { pulseMs: 1_000 }));
    expect(look()).toEqual({ released: true, door: "closed" });
    await strike.release(pulse("a", { pulseMs: 1_000 }));
    await until(() => told.heard.length === 4);
    expect(told.kinds()).toEqual(["released", "opened", "closed", "locked"]);
    await strike.close();
  });
});
