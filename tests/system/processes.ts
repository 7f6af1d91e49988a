import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "./until.ts";

/** How long a supervisor waits before it starts a process again, in ms. */
const restartMs = 100;
/** How long a process may take until it is ready, in ms; a first start makes a database. */
const readyMsMax = 120_000;

/** A process that is started again by itself whenever it dies, until it is stopped. */
export interface Supervised {
  /** Sends SIGKILL and resolves when it is gone; it is on its way up again by itself. */
  readonly killHard: () => Promise<void>;
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Its ready line, once the present incarnation has printed one. */
  readonly ready: () => Promise<Readonly<Record<string, unknown>>>;
  readonly starts: () => number;
  /** What it wrote to its two streams. */
  readonly log: readonly string[];
  readonly stop: () => Promise<void>;
}

/** What to start. */
export interface Command {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts and supervises one process of this very Node; it ends when this process does. */
export function supervise({ args, env = {} }: Command): Supervised {
  type Child = ChildProcessByStdio<Writable, Readable, Readable>;
  const log: string[] = [];
  let child: Child | undefined;
  let readyFields: Readonly<Record<string, unknown>> | undefined;
  let starts = 0;
  let stopping = false;
  const start = (): void => {
    if (stopping) return;
    starts += 1;
    const started = spawn(process.execPath, [...args], {
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child = started;
    started.stdin.on("error", () => undefined);
    createInterface({ input: started.stdout }).on("line", (line) => {
      log.push(line);
      // A line may be read only after its writer is dead.
      if (child === started && line.startsWith('{"ready":true')) readyFields = JSON.parse(line);
    });
    createInterface({ input: started.stderr }).on("line", (line) => log.push(line));
    started.once("exit", () => {
      child = undefined;
      readyFields = undefined;
      setTimeout(start, restartMs);
    });
  };
  start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const dying = child;
    if (dying === undefined) return;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill(signal);
    await gone;
  };
  return {
    log,
    starts: () => starts,
    killHard: () => end("SIGKILL"),
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    ready: () =>
      until(() => readyFields, "ready", readyMsMax).catch((cause: unknown) => {
        throw new Error(`${args[0]} is not ready: ${log.slice(-3).join(" | ")}`, { cause });
      }),
    stop: async () => {
      stopping = true;
      child?.kill("SIGCONT");
      await Promise.race([end("SIGTERM"), pause(10_000)]);
      await end("SIGKILL");
    },
  };
}
