import { registerBadge } from "./badge/badge-commands.ts";
import { registerDemo } from "./demo/demo-command.ts";
import { registerDoctor } from "./doctor/doctor-command.ts";
import { registerImport } from "./import/import-command.ts";
import { registerKeys } from "./keys/keys-commands.ts";
import type { RegisterCommands } from "./run-commands.ts";

/** Every group, in the order of the help. A new command is one line here and a folder beside. */
export const commandGroups: readonly RegisterCommands[] = [
  registerKeys,
  registerBadge,
  registerImport,
  registerDoctor,
  registerDemo,
];
