import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@vestibule/server/free-port";
import { root, until } from "./machine.ts";
import { descendantsOf, type ProcessMark, stillAlive } from "./processes.ts";

const main = join(root, "packages/cli/src/main.ts");
/** A first start makes a database and three houses on two busy cores. */
const readyMsMax = 180_000;
const endMsMax = 60_000;

/** How a command ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `vestibule demo` at work as a process of its own. */
export interface DemoRun {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the ready line's fields; rejects when it ended or took too long. */
  readonly ready: () => Promise<ReadyLine>;
  /** As the terminal does it: to every process of the group. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: () => Promise<Ending>;
  /** Ends it in order and makes sure that nothing of it is left. */
  readonly stop: () => Promise<void>;
}

export interface ReadyLine {
  readonly address: string;
  readonly pids: ReadonlyMap<string, number>;
  /** From the spawn to the line, in s. */
  readonly seconds: number;
}

/** Starts `vestibule demo --json` with these words behind it. */
export function runDemo(words: readonly string[]): DemoRun {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main, "demo", "--json", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that "the whole group" is not this test's.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the demo's process did not start");
  let stdout = "";
  let stderr = "";
  let ending: Ending | undefined;
  let readySeconds: number | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (stdout.includes('"ready":true')) readySeconds ??= (performance.now() - startedAt) / 1_000;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.once("close", (code, signal) => {
    ending = { code, signal };
  });
  const ended = () => until("the demo's end", () => ending, endMsMax);
  const ready = async (): Promise<ReadyLine> => {
    const seconds = await until(
      "the demo's ready line",
      () => {
        if (readySeconds === undefined && ending !== undefined)
          throw new Error(`the demo ended (${ending.signal ?? ending.code}): ${stderr}`);
        return readySeconds;
      },
      readyMsMax,
    );
    return { ...readLine(stdout), seconds };
  };
  return {
    pid,
    stdout: () => stdout,
    stderr: () => stderr,
    ready,
    signalGroup: (signal) => process.kill(-pid, signal),
    kill: (signal) => process.kill(pid, signal),
    ended,
    stop: async () => {
      const family = descendantsOf(pid);
      if (ending === undefined) child.kill("SIGINT");
      await ended().catch(() => child.kill("SIGKILL"));
      await endAll(family);
    },
  };
}

/** Kills what is left of a family after giving it a while to end by itself. */
export async function endAll(family: readonly ProcessMark[]): Promise<void> {
  const gone = () => (stillAlive(family).length === 0 ? true : undefined);
  await until("the demo's processes' end", gone, 30_000).catch(() => {
    for (const { pid } of stillAlive(family)) process.kill(pid, "SIGKILL");
  });
}

function readLine(stdout: string): Omit<ReadyLine, "seconds"> {
  const line = stdout.split("\n").find((one) => one.includes('"ready":true')) ?? "";
  const value: unknown = JSON.parse(line);
  const member = (name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  const [address, pids] = [member("address"), member("pids")];
  if (typeof address !== "string" || typeof pids !== "object" || pids === null)
    throw new Error(`a ready line of another form: ${line}`);
  const named = Object.entries(pids).map(([name, pid]): [string, number] => [name, Number(pid)]);
  return { address, pids: new Map(named) };
}

/** A data folder that PostgreSQL's own user can pass through, and a port. */
export async function demoPlace(): Promise<{
  readonly data: string;
  readonly port: number;
  readonly words: readonly string[];
  readonly remove: () => void;
}> {
  const data = mkdtempSync(join(tmpdir(), "vestibule-e2e-"));
  chmodSync(data, 0o711);
  const port = await freePort();
  return {
    data,
    port,
    words: ["--data", data, "--port", String(port)],
    remove: () => rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}
