import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { StartFault, systemCode } from "../start-fault.ts";

/** How long a PostgreSQL may take to stop before it is stopped the hard way, in ms. */
export const stopTimeoutMs = 10_000;

/** A PostgreSQL that is running on a cluster's folder, as its `postmaster.pid` tells. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** The folder of its socket; empty where it listens on the loopback address only. */
  readonly socketFolder: string;
}

/**
 * The server that runs on a cluster's folder, or undefined. The file alone proves nothing: its
 * number may by now be another program's, so the process must be a `postgres` whose working
 * folder is this cluster.
 */
export function runningServer(cluster: string): RunningServer | undefined {
  const lines = readPidFile(cluster);
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isInteger(pid) || pid <= 1) return undefined;
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) !== cluster) return undefined;
  } catch {
    return undefined;
  }
  return { pid, port: Number(lines[3] ?? 0), socketFolder: (lines[4] ?? "").trim() };
}

/** Stops a server: connections are cut, what is committed stays. Resolves when it is gone. */
export async function stopServer(pid: number): Promise<void> {
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];
  for (const signal of signals) {
    if (!send(pid, signal)) return;
    const giveUpAt = performance.now() + stopTimeoutMs;
    while (performance.now() < giveUpAt) {
      if (!send(pid, 0)) return;
      await wait(20);
    }
  }
  throw new StartFault(`PostgreSQL (process ${pid}) does not stop; end it with: kill -9 ${pid}`);
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (systemCode(error) === "ESRCH") return false;
    throw error;
  }
}

function readPidFile(cluster: string): readonly string[] | undefined {
  try {
    return readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
