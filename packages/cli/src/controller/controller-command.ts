import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadBoxKeys, makeClaim } from "@vestibule/controller";
import { decodeBase64url } from "@vestibule/core";
import { claimCardText } from "@vestibule/sdk";
import type { Command } from "commander";
import { CliFault, exitCodes } from "../terminal/cli-fault.ts";
import { withCommon } from "../terminal/common-options.ts";
import { type CliContext, type CommonOptions, printResult } from "../terminal/context.ts";
import { runProgram } from "../terminal/run-program.ts";

const controllerMain = join(import.meta.dirname, "../../../controller/src/main.ts");

interface ControllerOptions extends CommonOptions {
  readonly config?: string;
  readonly newClaim?: string;
}

/** `vestibule controller`: the process on the box. */
export function registerController(program: Command, context: CliContext): void {
  withCommon(program.command("controller"), [
    "controller --new-claim /var/lib/vestibule-box",
    "controller --config /etc/vestibule/box.json",
  ])
    .description("run a box, or make a new box's keys and its claim card")
    .option("--config <file>", "JSON: folder, url, server, strikes by entrance (docs/door.md)")
    .option("--new-claim <folder>", "make the box's keys and claim card there, print them and end")
    .action((options: ControllerOptions) => controller(context, options));
}

async function controller(context: CliContext, options: ControllerOptions): Promise<void> {
  if (options.newClaim !== undefined) {
    const folder = resolve(context.folder, options.newClaim);
    refuseSecondCard(folder);
    const keys = loadBoxKeys(folder);
    const card = claimCardText(decodeBase64url(makeCard(folder)) ?? new Uint8Array());
    const made = { ctl: keys.signer.kid, seal: keys.seal.publicText, claim: card };
    printResult(context, options, {
      json: made,
      text: `Put this card inside the box, under the seal; whoever has it names the building:\n${card}\nThe box: ${made.ctl}`,
    });
    return;
  }
  if (options.config === undefined) {
    throw new CliFault(
      "controller-config",
      "Name the box's configuration with --config FILE, or make a box with --new-claim FOLDER.",
      { exitCode: exitCodes.usage },
    );
  }
  await runProgram(context, [controllerMain, "--config", options.config], { tied: true });
}

/** A card that lies under a seal must stay the one that counts. */
function refuseSecondCard(folder: string): void {
  const claim = join(folder, "claim.json");
  if (existsSync(claim))
    throw new CliFault(
      "claim-exists",
      `The box in ${folder} has a claim card already. If that card is lost and nobody has used it, remove ${claim} and run this again.`,
    );
}

function makeCard(folder: string): string {
  try {
    return makeClaim(folder);
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : "unknown";
    throw new CliFault("claim-refused", `No card was made: ${because}`, { cause });
  }
}
