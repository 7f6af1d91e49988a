export { commandGroups } from "./commands.ts";
export { runCli } from "./run-cli.ts";
export type { RegisterCommands } from "./run-commands.ts";
export { CliFault, type ExitCode, exitCodes } from "./terminal/cli-fault.ts";
export { wholeNumber, withCommon } from "./terminal/common-options.ts";
export { type CliContext, type CommonOptions, printResult } from "./terminal/context.ts";
