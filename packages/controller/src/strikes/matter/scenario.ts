/**
 * What the test runs inside a network namespace: the virtual lock and `matterStrike` against each
 * other, through freezing and killing. Prints one JSON line per scenario.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { StrikeReport } from "../strike.ts";
import { matterStrike } from "./matter-strike.ts";

const folder = mkdtempSync(join(tmpdir(), "vestibule-matter-"));
const unlocks: number[] = [];

async function startLock(): Promise<ChildProcess> {
  const args = [
    ...["--import", new URL("freeze-after-timed.ts", import.meta.url).href],
    ...[fileURLToPath(new URL("lock.ts", import.meta.url)), "--interface", "v0", "--contact"],
    // Open for so long that no busy machine misses it between two readings.
    ...["--folder", join(folder, "lock"), "--auto-open", "100,1500", "--tied"],
  ];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((ready, failed) => {
    child.once("exit", () => failed(new Error("the lock did not start")));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes('"ready"')) ready();
      for (const [, at] of text.matchAll(/"unlocked","atMs":(\d+)/g)) unlocks.push(Number(at));
    });
  });
  return child;
}

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
let lock = await startLock();
const began = performance.now();
const strike = await matterStrike({
  ...{ storage: join(folder, "controller"), networkInterface: "v0", udpPort: 5560 },
  ...{ passcode: 20202021, discriminator: 3840, pin: "482913", endpoint: 1 },
  ...{ commissionWithinMs: 20_000, acceptAnyAttestation: true, sensing: "contact" },
});
say({ scenario: "commissioned", ms: Math.round(performance.now() - began) });
const reports: StrikeReport[] = [];
strike.subscribe((report) => reports.push(report));
const words = () => reports.map((r) => (r.kind === "fault" ? `fault ${r.fault}` : r.kind));

/** How long a command counts, in ms; the test knows it too. */
const fireWithinMs = 3_000;

/** One release under one misfortune: what was told, and how late each unlock was, in ms. */
async function scenario(
  name: string,
  misfortune: { readonly before?: () => unknown; readonly after: () => Promise<unknown> },
): Promise<void> {
  reports.length = 0;
  unlocks.length = 0;
  await misfortune.before?.();
  const askedAt = Date.now();
  await strike.release({ pulseId: name, pulseMs: 1_000, fireWithinMs });
  const answeredMs = Date.now() - askedAt;
  await misfortune.after();
  await sleep(3_000);
  const unlockedAfterMs = unlocks.map((at) => at - askedAt);
  say({ scenario: name, answeredMs, unlockedAfterMs, reports: words(), healthy: strike.healthy() });
}

const patienceMs = 60_000;
const until = async (holds: () => boolean) => {
  const by = performance.now() + patienceMs;
  while (!holds() && performance.now() < by) await sleep(50);
};
const healed = () => until(strike.healthy);
const shutAgain = () => until(() => ["locked", "closed"].every((word) => words().includes(word)));
const thaw = (afterMs: number) => async () => {
  await sleep(afterMs);
  lock.kill("SIGCONT");
  await healed();
};
await scenario("plain", { after: shutAgain });
await scenario("frozen-3s", { before: () => lock.kill("SIGSTOP"), after: thaw(3_000) });
await scenario("frozen-8s", { before: () => lock.kill("SIGSTOP"), after: thaw(8_000) });
await scenario("frozen-between", {
  before: async () => {
    lock.kill("SIGUSR2");
    await sleep(100);
  },
  after: thaw(3_000),
});
await scenario("killed", {
  before: async () => {
    const gone = new Promise((resolve) => lock.once("exit", resolve));
    lock.kill("SIGKILL");
    await gone;
  },
  after: async () => {
    const restartedAt = performance.now();
    lock = await startLock();
    await healed();
    say({ scenario: "back", ms: Math.round(performance.now() - restartedAt) });
  },
});
await scenario("plain-again", { after: shutAgain });
await strike.close();
lock.kill("SIGKILL");
rmSync(folder, { recursive: true, force: true });
process.exit(0);
