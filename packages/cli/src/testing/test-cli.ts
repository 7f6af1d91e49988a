import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../run-cli.ts";
import { localFetch } from "../terminal/local-fetch.ts";
import type { Progress } from "../terminal/progress.ts";

/** A terminal for tests: its own folder, its own clock. */
export interface TestCli {
  readonly folder: string;
  /** Runs a command line in this process. */
  readonly run: (...words: readonly string[]) => Promise<CliRun>;
  /** Every file below the folder, with its text. */
  readonly files: () => ReadonlyMap<string, string>;
  readonly remove: () => void;
  /** How long commands waited, in ms each; the test does not. */
  readonly waits: readonly number[];
  /** From now on somebody looks on. */
  readonly onProgress: (progress: Progress) => void;
}

/** What a command line came to. */
export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  /** Standard output as JSON. */
  readonly json: () => unknown;
}

/** Opens a terminal in a fresh folder. `nowS` in epoch seconds. */
export function testCli(
  nowS: () => number,
  environment: Readonly<Record<string, string>> = {},
): TestCli {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-cli-"));
  const waits: number[] = [];
  let progress: Progress | undefined;
  const run = async (...words: readonly string[]): Promise<CliRun> => {
    let out = "";
    let error = "";
    const code = await runCli(words, {
      environment,
      folder,
      write: (text) => {
        out += text;
      },
      writeError: (text) => {
        error += text;
      },
      now: () => nowS() * 1_000,
      fetch: localFetch,
      wait: async (ms) => void waits.push(ms),
      ...(progress === undefined ? {} : { progress }),
    });
    return { code, out, error, json: () => JSON.parse(out) };
  };
  return {
    folder,
    run,
    files: () => filesBelow(folder),
    waits,
    onProgress: (listener) => {
      progress = listener;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Every file below a folder, with its text. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
  return new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
}
