import { nodeCrypto } from "@vestibule/core/node";
import type { LeftCluster } from "@vestibule/server";
import type { Command } from "commander";
import { dataFolders } from "../files/data-folder.ts";
import { exitCodes } from "../terminal/cli-fault.ts";
import { withCommon } from "../terminal/common-options.ts";
import { type CliContext, type CommonOptions, printResult } from "../terminal/context.ts";
import { bad, type Check, fine } from "./check.ts";
import {
  checkChromium,
  checkClock,
  checkCrypto,
  checkFolder,
  checkKeys,
  checkLeftClusters,
  checkNode,
  checkPort,
} from "./machine-checks.ts";
import { checkPostgres } from "./server-checks.ts";

interface Setting {
  readonly name: string;
  readonly value: string;
}

/** `vestibule doctor`: what is wrong with this machine, and how to mend it. */
export function registerDoctor(program: Command, context: CliContext): void {
  withCommon(program.command("doctor"), ["doctor", "doctor --json"])
    .description("say what is wrong with this machine and how to mend it")
    .action((options: CommonOptions) => runDoctor(context, options));
}

async function runDoctor(context: CliContext, options: CommonOptions): Promise<void> {
  const startedMs = context.now();
  const started = performance.now();
  const folders = dataFolders(context, options);
  const { settings, check, port, host, databaseUrl, leftClusters } = await readSettings(
    context,
    folders.data,
  );
  const checks: Check[] = [
    checkNode(process.versions.node),
    checkCrypto(nodeCrypto()),
    check,
    checkFolder(folders),
    checkKeys(folders),
    await checkPostgres(databaseUrl),
    await checkPort(host, port),
    checkChromium(context.environment["PATH"]),
  ];
  const left = checkLeftClusters(leftClusters);
  if (left !== undefined) checks.push(left);
  checks.push(checkClock(context.now(), startedMs, performance.now() - started));
  const faults = checks.filter(({ state }) => state === "fault").length;
  if (faults > 0) context.exitWith(exitCodes.failed);
  const signs = { ok: "ok     ", warning: "note   ", fault: "FAULT  " } as const;
  const lines = checks.map(
    ({ name, state, found, mend }) => `${signs[state]}${name}: ${found}${mend ? `. ${mend}` : ""}`,
  );
  const width = Math.max(0, ...settings.map(({ name }) => name.length));
  printResult(context, options, {
    json: { healthy: faults === 0, checks, settings },
    text: [
      ...lines,
      "",
      "Settings:",
      ...settings.map(({ name, value }) => `  ${name.padEnd(width)}  ${value}`),
      "",
      faults === 0 ? "Nothing stands in the way." : `${faults} faults stand in the way.`,
    ].join("\n"),
  });
}

interface ReadSettings {
  readonly settings: readonly Setting[];
  readonly check: Check;
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | undefined;
  readonly leftClusters: () => readonly LeftCluster[];
}

/** The server's own reading of its settings; secrets show only that they are set. */
async function readSettings(context: CliContext, data: string): Promise<ReadSettings> {
  const environment = { ...context.environment, VESTIBULE_DATA: data };
  const name = "Settings";
  const usual = { settings: [], port: 8_080, host: "127.0.0.1", databaseUrl: undefined };
  let leftClusters: ReadSettings["leftClusters"] = () => [];
  try {
    const server = await import("@vestibule/server");
    ({ leftClusters } = server);
    const settings = server
      .describeConfig(environment)
      .map(({ name: setting, value }) => ({ name: setting, value }));
    try {
      const { port, host, databaseUrl } = server.readConfig(environment);
      return { settings, check: fine(name, "understood"), port, host, databaseUrl, leftClusters };
    } catch (error) {
      const found = error instanceof Error ? error.message : "not understood";
      return {
        ...usual,
        settings,
        leftClusters,
        check: bad(name, "fault", { found, mend: "Mend the setting." }),
      };
    }
  } catch (error) {
    const found = `the server's code cannot be loaded (${error instanceof Error ? error.name : "unknown"})`;
    return {
      ...usual,
      leftClusters,
      check: bad(name, "fault", { found, mend: "Run npm install again." }),
    };
  }
}
