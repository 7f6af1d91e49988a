import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BoxConfig, readBoxConfig, readStrikeSecret } from "./box-config.ts";
import { loadBoxKeys, makeClaim } from "./box-files.ts";
import { startController } from "./controller.ts";
import { keepEarlyReports } from "./early-reports.ts";
import { matterStrike } from "./strikes/matter/matter-strike.ts";
import type { Strike } from "./strikes/strike.ts";
import { strikeKey } from "./strikes/virtual/line-socket.ts";
import { virtualStrike } from "./strikes/virtual/virtual-strike.ts";

const usage = `The process on the box: decides, records, pulses, and speaks to its host alone.

  main.ts --config FILE [--tied]
  main.ts --folder FOLDER --new-claim

  --config     JSON: folder, url, server, strikes by entrance
  --tied       end when standard input ends, that is, with the parent
  --new-claim  makes the box's keys and its claim card, prints them and ends
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: "string" },
      folder: { type: "string" },
      "new-claim": { type: "boolean", default: false },
      tied: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values["new-claim"] && values.folder !== undefined) {
    const keys = loadBoxKeys(values.folder);
    print({ ctl: keys.signer.kid, seal: keys.seal.publicText, claim: makeClaim(values.folder) });
    return;
  }
  if (values.help || values.config === undefined) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  await run(readBoxConfig(values.config), values.tied);
}

async function run(config: BoxConfig, tied: boolean): Promise<void> {
  const controller = await startController({
    folder: config.folder,
    url: config.url,
    server: config.server,
    strikes: () => openStrikes(config),
    ...(config.heldOpenMinutes === undefined
      ? {}
      : { heldOpenMs: config.heldOpenMinutes * 60_000 }),
    onTrouble: (words) => process.stderr.write(`${words}\n`),
    onFatal: (error) => {
      // A box that cannot record must not open: end, and let the supervisor start it again.
      process.stderr.write(
        `cannot record: ${error instanceof Error ? error.message : "unknown"}\n`,
      );
      process.exit(70);
    },
  });
  const stop = (): void => {
    void controller.close().finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (tied) process.stdin.on("end", stop).on("error", stop).resume();
  print({ ready: true, pid: process.pid, ctl: controller.ctl, seal: controller.seal });
}

async function openStrikes(config: BoxConfig): Promise<ReadonlyMap<string, Strike>> {
  const strikes = new Map<string, Strike>();
  for (const [ent, entry] of Object.entries(config.strikes))
    strikes.set(ent, keepEarlyReports(await openStrike(config, { ent, entry })));
  return strikes;
}

async function openStrike(
  config: BoxConfig,
  { ent, entry }: { readonly ent: string; readonly entry: BoxConfig["strikes"][string] },
): Promise<Strike> {
  if (entry.kind === "virtual") {
    return virtualStrike({
      listen: entry.listen,
      key: strikeKey(readStrikeSecret(entry.secret), "drive"),
      sensing: entry.sensing,
    });
  }
  const { kind: _kind, ...lock } = entry;
  return matterStrike({ ...lock, storage: join(config.folder, `matter-${ent}`) });
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
