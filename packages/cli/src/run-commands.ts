import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { CliFault, type ExitCode, exitCodes } from "./terminal/cli-fault.ts";
import type { CliContext } from "./terminal/context.ts";

/** Adds one group of commands to the program. */
export type RegisterCommands = (program: Command, context: CliContext) => void;

/**
 * Runs one command line and gives the exit code. Nothing is thrown: a fault is one sentence on
 * standard error, and with `--json` an object on standard output as well.
 */
export async function runCommands(
  words: readonly string[],
  outside: Omit<CliContext, "exitWith">,
  groups: readonly RegisterCommands[],
): Promise<number> {
  let ended: number = exitCodes.done;
  const context: CliContext = {
    ...outside,
    exitWith: (code) => {
      ended = code;
    },
  };
  const program = new Command("vestibule")
    .description(
      "Any carrier's driver opens the door, only with a parcel in hand that belongs there.",
    )
    .exitOverride()
    .configureOutput({ writeOut: context.write, writeErr: context.writeError })
    .configureHelp({ showGlobalOptions: false })
    .version(versionOf(), "-V, --version", "print the version")
    .showHelpAfterError("(add --help for the options and examples)");
  for (const register of groups) register(program, context);
  try {
    await program.parseAsync([...words], { from: "user" });
    return ended;
  } catch (error) {
    return report(error, { context, asJson: words.includes("--json") });
  }
}

function versionOf(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version }: { readonly version?: unknown } = JSON.parse(text);
  return String(version);
}

function report(
  error: unknown,
  { context, asJson }: { readonly context: CliContext; readonly asJson: boolean },
): ExitCode {
  if (error instanceof CommanderError) {
    // commander has printed its own sentence, or the help that was asked for.
    if (error.exitCode === 0) return exitCodes.done;
    const message = error.message.replace(/^error: /, "");
    if (asJson) context.write(`${JSON.stringify({ error: { code: "usage", message } })}\n`);
    return exitCodes.usage;
  }
  const { code, exitCode, message } = faultOf(error);
  if (asJson) context.write(`${JSON.stringify({ error: { code, message } })}\n`);
  context.writeError(`vestibule: ${message}\n`);
  return exitCode;
}

function faultOf(error: unknown): {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly message: string;
} {
  if (error instanceof CliFault) return error;
  // The server's own start faults are sentences for the terminal, too; its class is not loaded here.
  if (error instanceof Error && error.name === "StartFault")
    return { code: "start", exitCode: exitCodes.failed, message: error.message };
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  return {
    code: "internal",
    exitCode: exitCodes.failed,
    message: `Something failed that should not (${detail}); please report it.`,
  };
}
