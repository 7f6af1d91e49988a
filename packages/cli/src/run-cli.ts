import { commandGroups } from "./commands.ts";
import { runCommands } from "./run-commands.ts";
import type { ExitCode } from "./terminal/cli-fault.ts";
import type { CliContext } from "./terminal/context.ts";

/** Runs one command line of `vestibule` and gives the exit code. */
export function runCli(
  words: readonly string[],
  outside: Omit<CliContext, "exitWith">,
): Promise<ExitCode> {
  return runCommands(words, outside, commandGroups);
}
