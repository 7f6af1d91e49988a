import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Back-off between restarts of a child, in ms. */
const restartMsMin = 200;
const restartMsMax = 10_000;
/** A child that ran this long counts as well again, in ms. */
const wellAfterMs = 30_000;
/** How long a child may take to end after SIGTERM before it is killed, in ms. */
const stopMsMax = 8_000;

export interface ChildOptions {
  readonly name: string;
  /** Arguments for this very Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly readyMsMax: number;
  readonly onLog: (line: string) => void;
}

/** One supervised process: restarted with back-off until it is stopped. */
export interface Child {
  readonly name: string;
  /** The fields of its ready line, once it printed one; rejects where it never does. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  readonly pid: () => number | undefined;
  readonly writeLine: (line: string) => void;
  readonly onLine: (listener: (line: string) => void) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a child whose standard input stays open: children started with `--tied` (and the tags) end
 * when it closes, so that even `kill -9` of this process leaves none behind.
 */
export function superviseChild(options: ChildOptions): Child {
  const listeners = new Set<(line: string) => void>();
  let process_: ChildProcessWithoutNullStreams | undefined;
  let stopping = false;
  let waitMs = restartMsMin;
  let markReady: (fields: Readonly<Record<string, unknown>>) => void = () => undefined;
  let markFailed: (error: Error) => void = () => undefined;
  const lastWords: string[] = [];
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    markReady = resolve;
    markFailed = reject;
  });
  ready.catch(() => undefined);
  const timer = setTimeout(
    () =>
      markFailed(
        new Error(
          `${options.name} was not ready within ${options.readyMsMax} ms: ${lastWords.join(" | ")}`,
        ),
      ),
    options.readyMsMax,
  );
  const start = (): void => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, options.args, {
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      // Its own group: Ctrl-C at the terminal reaches this process alone, which stops them in order.
      detached: true,
    });
    process_ = child;
    // A child that dies while we write to it reports through `exit`.
    child.stdin.on("error", () => undefined);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const fields = readyLine(line);
      if (fields !== undefined) {
        clearTimeout(timer);
        markReady(fields);
      }
      for (const listener of listeners) listener(line);
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      lastWords.splice(0, Math.max(0, lastWords.length - 4));
      lastWords.push(line);
      options.onLog(line);
    });
    child.once("exit", (code, signal) => {
      process_ = undefined;
      if (stopping) return;
      options.onLog(`ended (${signal ?? code}); starting again in ${waitMs} ms`);
      setTimeout(start, waitMs);
      waitMs =
        performance.now() - startedAt > wellAfterMs
          ? restartMsMin
          : Math.min(waitMs * 2, restartMsMax);
    });
  };
  start();
  return {
    name: options.name,
    ready,
    pid: () => process_?.pid,
    writeLine: (line) => process_?.stdin.write(`${line}\n`),
    onLine: (listener) => listeners.add(listener),
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      if (process_ !== undefined) await endProcess(process_);
    },
  };
}

async function endProcess(child: ChildProcessWithoutNullStreams): Promise<void> {
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await gone;
  clearTimeout(timer);
}

function readyLine(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Reflect.get(value, "ready") !== true)
      return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}
