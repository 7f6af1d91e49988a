import { registerBadge } from "./badge/badge-commands.ts";
import { registerBench } from "./bench/bench-command.ts";
import { registerController } from "./controller/controller-command.ts";
import { registerDemo } from "./demo/demo-command.ts";
import { registerDoctor } from "./doctor/doctor-command.ts";
import { registerImport } from "./import/import-command.ts";
import { registerKeys } from "./keys/keys-commands.ts";
import type { RegisterCommands } from "./run-commands.ts";
import { registerServe } from "./serve/serve-command.ts";

/** Every group, in the order of the help. A new command is one line here and a folder beside. */
export const commandGroups: readonly RegisterCommands[] = [
  registerServe,
  registerController,
  registerDemo,
  registerKeys,
  registerBadge,
  registerImport,
  registerBench,
  registerDoctor,
];
