export { commandGroups, type RegisterCommands } from "./commands.ts";
export { runCli } from "./run-cli.ts";
export { CliFault, type ExitCode, exitCodes } from "./terminal/cli-fault.ts";
export { wholeNumber, withCommon } from "./terminal/common-options.ts";
export { type CliContext, type CommonOptions, printResult } from "./terminal/context.ts";
