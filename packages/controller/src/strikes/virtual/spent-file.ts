import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { spentMax } from "./strike-state.ts";

/** The ids that fired, on disk: one JSON string a line, so that a torn last line is seen. */
export interface SpentFile {
  readonly spent: readonly string[];
  /** Durable when it returns; throws when it cannot be. */
  readonly remember: (pulseId: string) => void;
  readonly close: () => void;
}

/** Opens or makes the file; rewrites it whole at each start, cut to the newest `spentMax` ids. */
export function openSpentFile(path: string): SpentFile {
  const spent = readSpent(path).slice(-spentMax);
  const fresh = `${path}.new`;
  const whole = openSync(fresh, "w", 0o600);
  writeSync(whole, spent.map((id) => `${JSON.stringify(id)}\n`).join(""));
  fsyncSync(whole);
  closeSync(whole);
  renameSync(fresh, path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
  const file = openSync(path, "a", 0o600);
  return {
    spent,
    remember: (pulseId) => {
      writeSync(file, `${JSON.stringify(pulseId)}\n`);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}

function readSpent(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const ids: string[] = [];
  // A last line without its end was never acknowledged as durable: its pulse did not happen.
  for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "string") throw new Error(`${path} is not a file of spent pulse ids`);
    ids.push(value);
  }
  return ids;
}
