import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { StartFault } from "@vestibule/server/beside";
import { compileCache } from "../terminal/compile-cache.ts";

/** Back-off between restarts of a child, in ms. */
const restartMsMin = 200;
const restartMsMax = 10_000;
/** A child that ran this long counts as well again, in ms. */
const wellAfterMs = 30_000;
/** How long a child may take to end after SIGTERM before it is killed, in ms. */
const stopMsMax = 8_000;
/** What a child ends with when starting it again would change nothing (sysexits: EX_CONFIG). */
export const hopelessExit = 78;

export interface ChildOptions {
  readonly name: string;
  /** Arguments for this very Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly readyMsMax: number;
  readonly onLog: (line: string) => void;
  /** Called with its last words when it ended before it was ready, and is started again. */
  readonly onTrouble?: (words: string) => void;
  /** Once aborted, no further child is started. */
  readonly signal: AbortSignal;
}

/** One supervised process: restarted with back-off until it is stopped. */
export interface Child {
  readonly name: string;
  /** The fields of its ready line, once it printed one; rejects where it never does, or is stopped. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  readonly pid: () => number | undefined;
  readonly writeLine: (line: string) => void;
  readonly onLine: (listener: (line: string) => void) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a child whose standard input stays open: children started with `--tied` (and the tags) end
 * when it closes, so that even `kill -9` of this process leaves none behind.
 *
 * @throws the signal's reason where it was aborted before.
 */
export function superviseChild(options: ChildOptions): Child {
  options.signal.throwIfAborted();
  const listeners = new Set<(line: string) => void>();
  let process_: ChildProcessWithoutNullStreams | undefined;
  let stopping = false;
  let restart: NodeJS.Timeout | undefined;
  let waitMs = restartMsMin;
  let markReady: (fields: Readonly<Record<string, unknown>>) => void = () => undefined;
  let markFailed: (error: Error) => void = () => undefined;
  const lastWords: string[] = [];
  const ready = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    markReady = resolve;
    markFailed = reject;
  });
  ready.catch(() => undefined);
  let pending = true;
  const timer = setTimeout(() => {
    const words = lastWords.length === 0 ? "it said nothing" : lastWords.join(" | ");
    const seconds = options.readyMsMax / 1_000;
    markFailed(new StartFault(`The ${options.name} was not ready within ${seconds} s: ${words}`));
  }, options.readyMsMax);
  const start = (): void => {
    const startedAt = performance.now();
    lastWords.length = 0;
    const child = spawn(process.execPath, options.args, {
      env: { NODE_COMPILE_CACHE: compileCache, ...ownEnvironment(), ...options.env },
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
        pending = false;
        markReady(fields);
      }
      for (const listener of listeners) listener(line);
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      lastWords.splice(0, Math.max(0, lastWords.length - 4));
      lastWords.push(line);
      options.onLog(line);
    });
    child.once("exit", () => {
      process_ = undefined;
    });
    // Only now has all been read that it said.
    child.once("close", (code, signal) => {
      if (stopping) return;
      if (pending && code === hopelessExit) {
        clearTimeout(timer);
        markFailed(new StartFault(lastWords.join(" ")));
        return;
      }
      if (pending) options.onTrouble?.(lastWords.join(" "));
      options.onLog(`ended (${signal ?? code}); starting again in ${waitMs} ms`);
      restart = setTimeout(start, waitMs);
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
      clearTimeout(restart);
      markFailed(new Error(`${options.name} was stopped`));
      if (process_ !== undefined) await endProcess(process_);
    },
  };
}

/** What every child inherits: no address with a password; who needs one is told by name. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, SMTP_URL: _mail, ...rest } = process.env;
  return rest;
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
