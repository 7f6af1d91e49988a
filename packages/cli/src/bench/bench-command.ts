import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { CliFault } from "../terminal/cli-fault.ts";
import type { CliContext } from "../terminal/context.ts";
import { runProgram } from "../terminal/run-program.ts";

const benchMain = join(import.meta.dirname, "../../../../bench/main.ts");

/** `vestibule bench`: the same as `npm run bench`. Its `--json` names a file for the rows. */
export function registerBench(program: Command, context: CliContext): void {
  program
    .command("bench")
    .description("measure this machine: decide(), unlocks, the box, idle boxes")
    .option("--json <file>", "write the rows {name, value, bound, holds} there")
    .option("--only <name>", "one section")
    .addOption(new Option("--quick", "fewer repetitions"))
    .addHelpText(
      "after",
      "\nExamples:\n  $ vestibule bench\n  $ vestibule bench --only decide --json rows.json",
    )
    .action(
      (options: { readonly json?: string; readonly only?: string; readonly quick?: true }) => {
        if (!existsSync(benchMain))
          throw new CliFault(
            "bench-absent",
            "The benches are in a checkout of the sources only; clone the repository and run: npm run bench",
          );
        const words = [
          ...(options.json === undefined ? [] : ["--json", options.json]),
          ...(options.only === undefined ? [] : ["--only", options.only]),
          ...(options.quick ? ["--quick"] : []),
        ];
        return runProgram(context, [benchMain, ...words]);
      },
    );
}
