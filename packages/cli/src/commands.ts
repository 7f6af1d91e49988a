import type { Command } from "commander";
import { registerBadge } from "./badge/badge-commands.ts";
import { registerDoctor } from "./doctor/doctor-command.ts";
import { registerImport } from "./import/import-command.ts";
import { registerKeys } from "./keys/keys-commands.ts";
import type { CliContext } from "./terminal/context.ts";

/** Adds one group of commands to the program. */
export type RegisterCommands = (program: Command, context: CliContext) => void;

/** Every group, in the order of the help. A new command is one line here and a folder beside. */
export const commandGroups: readonly RegisterCommands[] = [
  registerKeys,
  registerBadge,
  registerImport,
  registerDoctor,
];
