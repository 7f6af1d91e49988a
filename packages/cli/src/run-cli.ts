import { commandGroups } from "./commands.ts";
import { runCommands } from "./run-commands.ts";
import type { CliContext } from "./terminal/context.ts";

/** Runs one command line of `vestibule` and gives the exit code. */
export function runCli(
  words: readonly string[],
  outside: Omit<CliContext, "exitWith">,
): Promise<number> {
  return runCommands(words, outside, commandGroups);
}
