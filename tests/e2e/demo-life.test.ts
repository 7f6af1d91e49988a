import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "@vestibule/server/free-port";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoRun, demoPlace, type ReadyLine, runDemo } from "./demo-process.ts";
import { noProc, orSkipped, root, until } from "./machine.ts";
import { descendantsOf, type ProcessMark, stillAlive } from "./processes.ts";
import { streetClient } from "./street-client.ts";

const run = promisify(execFile);
const cli = join(root, "packages/cli/src/main.ts");
/** A second start's bound on a machine that does nothing else, in s. */
const warmSecondsMax = 10;
/** The same in runs of the program that only say how it is used: what a slower machine makes of it. */
const warmRunsMax = 20;

describe.skipIf(noProc !== "")(`vestibule demo as a process${orSkipped(noProc)}`, () => {
  let place: Awaited<ReturnType<typeof demoPlace>>;
  let demo: DemoRun;
  let ready: ReadyLine;
  const warm: { readonly seconds: number; readonly load: number; readonly runs: number }[] = [];
  const started: DemoRun[] = [];

  const start = (words: readonly string[]): DemoRun => {
    const begun = runDemo(words);
    started.push(begun);
    return begun;
  };
  const startAgain = async (): Promise<void> => {
    demo = start(place.words);
    ready = await demo.ready();
    const load = Math.max(1, (loadavg()[0] ?? 0) / cpus().length);
    const begun = performance.now();
    await run(process.execPath, [cli, "demo", "--help"]);
    const runs = (ready.seconds * 1_000) / (performance.now() - begun);
    warm.push({ seconds: ready.seconds, load, runs });
  };
  const allGone = (family: readonly ProcessMark[]) =>
    until("the end of every process", () =>
      stillAlive(family).length === 0 ? true : undefined,
    ).catch(() => expect(stillAlive(family)).toEqual([]));
  const doorsAnswer = () =>
    Promise.all(
      ["house-4-street", "house-12-street", "house-12-lobby", "house-18-street"].map((door) =>
        streetClient(place.port).doorReaches(door, "locked"),
      ),
    );

  beforeAll(async () => {
    place = await demoPlace();
    demo = start(place.words);
    ready = await demo.ready();
  });
  afterAll(async () => {
    for (const begun of started) await begun.stop();
    place?.remove();
  });

  it("comes up as ten processes of its own and PostgreSQL, and says where", async () => {
    expect(ready.address).toBe(`http://vestibule.localhost:${place.port}`);
    expect([...ready.pids.keys()].sort()).toEqual([
      "box house-12-lobby",
      "box house-12-street",
      "box house-18-street",
      "box house-4-street",
      "server",
      "stickers",
      "strike house-12-lobby",
      "strike house-12-street",
      "strike house-18-street",
      "strike house-4-street",
    ]);
    const family = descendantsOf(demo.pid);
    for (const pid of ready.pids.values())
      expect(family.some((one) => one.pid === pid && one.parent === demo.pid)).toBe(true);
    await doorsAnswer();
  });

  it("stops on Ctrl-C with all that belongs to it, and ends well", async () => {
    const family = descendantsOf(demo.pid);
    expect(family.length).toBeGreaterThan(10);
    demo.signalGroup("SIGINT");
    expect(await demo.ended()).toEqual({ code: 0, signal: null });
    await allGone(family);
    expect(existsSync(join(place.data, "demo.pid"))).toBe(false);
  });

  it("starts again from its folder", async () => {
    await startAgain();
    expect(demo.stderr()).not.toContain("setting up");
    await doorsAnswer();
  });

  it("refuses a second demo on the same folder, and a taken port, naming the way out", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "vestibule-e2e-"));
    const port = String(await freePort());
    const sameFolder = start(["--data", place.data, "--port", port]);
    const samePort = start(["--data", elsewhere, "--port", String(place.port)]);
    const [folderEnd, portEnd] = await Promise.all([sameFolder.ended(), samePort.ended()]);
    rmSync(elsewhere, { recursive: true, force: true });
    expect(folderEnd.code).toBeGreaterThan(0);
    expect(sameFolder.stderr() + sameFolder.stdout()).toMatch(/is at work in .*--data FOLDER/s);
    expect(portEnd.code).toBeGreaterThan(0);
    expect(samePort.stderr() + samePort.stdout()).toMatch(/is taken.*--port \d+/s);
    expect(await streetClient(place.port).doorState("house-4-street")).toBe("locked");
  });

  it("brings each child back that was killed, PostgreSQL too", async () => {
    const before = descendantsOf(demo.pid);
    const postgres = before.filter(({ command }) => command.includes("/postgres -D"));
    expect(postgres).toHaveLength(1);
    const victims = before.filter(({ parent }) => parent === demo.pid).concat(postgres);
    expect(victims).toHaveLength(11);
    for (const { pid } of victims) process.kill(pid, "SIGKILL");
    await Promise.all(
      victims.map(({ pid, command }) =>
        until(`${command} to come back`, () =>
          descendantsOf(demo.pid).find((one) => one.command === command && one.pid !== pid),
        ),
      ),
    );
    const street = streetClient(place.port);
    await until("a tap of each sticker", () => street.tap("house-12-lobby").catch(() => undefined));
    await doorsAnswer();
    await until("the server's word that it is ready", () => isReady(place.port));
    await until("all four boxes on the line", () => boxesOnline(place.port));
  });

  it("leaves nothing behind a kill -9, and nothing that blocks the next start", async () => {
    const family = descendantsOf(demo.pid);
    demo.kill("SIGKILL");
    expect((await demo.ended()).signal).toBe("SIGKILL");
    await allGone(family);
    await startAgain();
    await doorsAnswer();
    await until("all four boxes on the line", () => boxesOnline(place.port));
  });

  it("is ready soon the second time", () => {
    const said = warm.map(
      ({ seconds, load, runs }) =>
        `${seconds.toFixed(1)} s at load ${load.toFixed(1)}, as ${runs.toFixed(1)} runs of its help`,
    );
    process.stdout.write(`vestibule demo, second starts: ${said.join(", ")}\n`);
    const soon = warm.filter(
      ({ seconds, load, runs }) => seconds <= warmSecondsMax * load || runs <= warmRunsMax,
    );
    expect(soon).not.toEqual([]);
  });

  it("says how it is used", async () => {
    const { stdout } = await run(process.execPath, [cli, "demo", "--help"]);
    for (const word of ["--port", "--data", "--json", "Examples", "whole street"])
      expect(stdout).toContain(word);
  });
});

async function isReady(port: number): Promise<true | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
  return answer?.status === 200 ? true : undefined;
}

/** The building pages of all three houses say that the box at the door is there. */
async function boxesOnline(port: number): Promise<true | undefined> {
  const street = streetClient(port);
  for (const sticker of ["house-4", "house-12", "house-12-lobby", "house-18"]) {
    const { pathname, search } = new URL(await street.tap(sticker));
    const page = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
      headers: { host: `vestibule.localhost:${port}` },
    });
    if (!(await page.text()).includes("Online now.")) return undefined;
  }
  return true;
}
