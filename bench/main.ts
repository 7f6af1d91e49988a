import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { benchController } from "./controller-bench.ts";
import { benchDecide } from "./decide-bench.ts";
import { benchIdle } from "./idle-bench.ts";
import type { Plan } from "./plan.ts";
import { machine, type Section, toMarkdown, toText, writeResults } from "./table.ts";
import { benchUnlocks } from "./unlock-bench.ts";

const sections: Readonly<Record<string, (plan: Plan) => Promise<readonly Section[]>>> = {
  decide: benchDecide,
  controller: benchController,
  idle: benchIdle,
  unlocks: benchUnlocks,
};

const usage = `Measures Vestibule against bare loops on this machine and prints what limits each figure.

  npm run bench -- [--only NAME] [--quick] [--json FILE] [--no-write]

  --only NAME   one section: ${Object.keys(sections).join(", ")}
  --quick       fewer repetitions: a look, not a result; writes no dated table
  --json FILE   rows of {name, value, bound, holds}
  --no-write    prints the table without writing docs/results/
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      "no-write": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { only, quick } = values;
  if (values.help || (only !== undefined && !Object.hasOwn(sections, only))) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const done: Section[] = [];
  for (const [name, bench] of Object.entries(sections)) {
    if (only !== undefined && only !== name) continue;
    process.stderr.write(`vestibule: measuring ${name}\n`);
    done.push(...(await bench({ quick })));
  }
  process.stdout.write(`${machine()}\n\n${toText(done)}`);
  const rows = done.flatMap((section) => section.rows);
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      `${JSON.stringify(
        rows.map(({ name, value, bound, holds }) => ({
          name,
          value,
          bound: bound ?? null,
          holds: holds ?? null,
        })),
        undefined,
        2,
      )}\n`,
    );
  if (only === undefined && !quick && !values["no-write"])
    process.stdout.write(`${writeResults("bench", toMarkdown("npm run bench", done))}\n`);
}

await main();
