import type { Fetch } from "@vestibule/sdk";
import type { Progress } from "./progress.ts";

/** What a command may touch of the world; tests hand in their own. */
export interface CliContext {
  /** The process's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
  readonly fetch: Fetch;
  /** Shows how far a long command is, where somebody looks on. */
  readonly progress?: Progress;
  /** Waits; tests pass one that does not. */
  readonly wait?: (ms: number) => Promise<void>;
  /** Sets how the process will end when nothing was thrown: one of `exitCodes`, or another program's. */
  readonly exitWith: (code: number) => void;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: true;
  readonly data?: string;
}

/** Prints a command's result: one JSON document with `--json`, else sentences. */
export function printResult(
  context: CliContext,
  options: CommonOptions,
  result: { readonly json: unknown; readonly text: string },
): void {
  context.write(
    options.json === true ? `${JSON.stringify(result.json, undefined, 2)}\n` : `${result.text}\n`,
  );
}

/** The present in epoch seconds. */
export function nowS(context: CliContext): number {
  return Math.floor(context.now() / 1_000);
}

/** `2026-11-18 15:00 UTC`. */
export function timeText(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
