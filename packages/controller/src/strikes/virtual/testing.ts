import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sensing, StrikeReport } from "../strike.ts";

/** One virtual strike as a process of its own, for tests; `end` leaves nothing behind. */
export interface StrikeProcess {
  readonly listen: string;
  readonly secret: Uint8Array;
  /** Where it keeps the ids of the pulses that it fired. */
  readonly spentFile: string;
  readonly child: ChildProcess;
  /** Kills it with no warning and starts it again on the same address and state. */
  readonly killHard: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Long enough for the slowest machine: a wait says what must come, never how soon. In ms. */
const patienceMs = 60_000;

/** Waits until `holds`, looking every 5 ms; throws after `withinMs`. */
export async function until(holds: () => boolean, withinMs = patienceMs): Promise<void> {
  const by = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > by) throw new Error(`not so within ${withinMs} ms: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Reports with the instant they came, in ms of the process's monotonic clock. */
export function record(strike: { subscribe: (l: (report: StrikeReport) => void) => () => void }) {
  const heard: { readonly at: number; readonly report: StrikeReport }[] = [];
  strike.subscribe((report) => heard.push({ at: performance.now(), report }));
  const words = (report: StrikeReport) =>
    report.kind === "fault" ? `fault ${report.fault}` : report.kind;
  return { heard, kinds: () => heard.map(({ report }) => words(report)) };
}

/** Starts `strikes/virtual/main.ts` tied to this process, on a free port of the loopback. */
export async function startStrikeProcess(given?: {
  readonly sensing?: Sensing;
  readonly autoOpen?: string;
}): Promise<StrikeProcess> {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-strike-"));
  const secret = randomBytes(32);
  const secretFile = join(folder, "secret");
  writeFileSync(secretFile, secret.toString("hex"), { mode: 0o600 });
  const spentFile = join(folder, "spent");
  const start = (listen: string) =>
    launch([
      fileURLToPath(new URL("main.ts", import.meta.url)),
      ...["--listen", listen, "--state", spentFile, "--secret", secretFile],
      ...["--sensing", given?.sensing ?? "contact", "--tied"],
      ...(given?.autoOpen === undefined ? [] : ["--auto-open", given.autoOpen]),
    ]);
  let running = await start("127.0.0.1:0");
  const killHard = async () => {
    if (running.child.exitCode !== null || running.child.signalCode !== null) return;
    const gone = new Promise((resolve) => running.child.once("exit", resolve));
    running.child.kill("SIGKILL");
    await gone;
  };
  const { listen } = running;
  return {
    listen,
    secret,
    spentFile,
    get child() {
      return running.child;
    },
    killHard,
    restart: async () => {
      running = await start(listen);
    },
    end: async () => {
      await killHard();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(args: readonly string[]): Promise<{ child: ChildProcess; listen: string }> {
  const child = spawn(process.execPath, [...args], { stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`the strike ended with ${code}`)));
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const listen = /"listen":"([^"]+)"/.exec(text)?.[1];
      if (listen !== undefined) resolve({ child, listen });
    });
  });
}
