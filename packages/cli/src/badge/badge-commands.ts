import { enrolmentLifetimeS, enrolmentSecretBytes } from "@vestibule/core";
import { randomText } from "@vestibule/core/node";
import { type EnrolmentLink, enrolmentUrl } from "@vestibule/sdk";
import type { Command } from "commander";
import { dataFolders } from "../files/data-folder.ts";
import { CliFault, exitCodes } from "../terminal/cli-fault.ts";
import {
  personalName,
  thumbprintText,
  utcTime,
  webOrigin,
  wholeNumber,
  withCommon,
} from "../terminal/common-options.ts";
import {
  type CliContext,
  type CommonOptions,
  nowS,
  printResult,
  timeText,
} from "../terminal/context.ts";
import { badgesIn } from "./badge-file.ts";
import { keepEnrolment, waitingEnrolments } from "./enrolment-file.ts";
import { badgeKeyOf, type IssueOptions, issueBadges } from "./issue-badge.ts";

interface InviteOptions extends CommonOptions {
  readonly host: string;
  readonly driver: string;
  readonly car: string;
  readonly clearedUntil: number;
  readonly drv?: string;
  readonly label?: string;
  readonly uv?: true;
  readonly carrierName?: string;
  readonly vetterName?: string;
}

/** `vestibule badge`: the vetter's side of a driver's enrolment. */
export function registerBadge(program: Command, context: CliContext): void {
  const badge = program
    .command("badge")
    .description("enrol drivers and sign their badges (vetter)");
  withCommon(badge.command("invite"), [
    "badge invite --host https://vestibule.example.com --driver https://driver.example --car ROOT --cleared-until 2027-01-31 --label Dana --carrier-name 'Metro Couriers'",
  ])
    .description("make a one-time enrolment link, to be given to the person that was screened")
    .requiredOption("--host <origin>", "the host that carries the answer", webOrigin)
    .requiredOption("--driver <origin>", "the driver app's origin", webOrigin)
    .requiredOption("--car <root>", "the carrier's root thumbprint", thumbprintText)
    .requiredOption("--cleared-until <date>", "when the person's clearance ends, UTC", utcTime)
    .option("--drv <name>", "an opaque name for the person (made by chance)")
    .option("--label <name>", "what your lists call the person; stays on this machine")
    .option("--carrier-name <name>", "the carrier, as the driver knows it", personalName)
    .option("--vetter-name <name>", "you, as the driver knows you (your domain)", personalName)
    .option("--uv", "ask for the driver's finger at each opening")
    .action((options: InviteOptions) => inviteDriver(context, options));
  withCommon(badge.command("issue [id]"), ["badge issue", "badge issue --days 30"])
    .description("fetch the phones' answers, check them, sign and upload badges")
    .option("--days <count>", "how long a badge lasts", wholeNumber(1, 90), 90)
    .action((id: string | undefined, options: IssueOptions) => issueBadges(context, id, options));
  withCommon(badge.command("list"), ["badge list", "badge list --json"])
    .description("list badges and enrolments that wait")
    .action((options: CommonOptions) => listBadges(context, options));
}

function inviteDriver(context: CliContext, options: InviteOptions): void {
  const at = nowS(context);
  const drv = options.drv ?? `drv_${randomText(12)}`;
  if (!/^[A-Za-z0-9_-]{8,64}$/.test(drv))
    throw new CliFault("drv-form", "--drv must be 8 to 64 letters, digits, - or _.", {
      exitCode: exitCodes.usage,
    });
  if (options.clearedUntil <= at)
    throw new CliFault("clearance-ended", "The clearance has ended already; screen again first.", {
      exitCode: exitCodes.usage,
    });
  if (options.uv === true && new URL(options.driver).origin !== `https://${appOf(options)}`)
    throw new CliFault(
      "uv-origin",
      "--uv needs the driver app at https:// and its domain alone: a door checks that very origin.",
      { exitCode: exitCodes.usage },
    );
  const key = badgeKeyOf(context, options);
  const { carrierName: carrier, vetterName: vetter = key.domain } = options;
  const link: EnrolmentLink = {
    id: newEnrolmentId(),
    secret: randomText(enrolmentSecretBytes),
    terms: {
      app: appOf(options),
      car: options.car,
      clr: key.root,
      drv,
      uv: options.uv === true,
    },
    host: options.host,
    until: at + enrolmentLifetimeS,
    ...(carrier === undefined ? {} : { names: { carrier, vetter } }),
  };
  const { clearedUntil, label } = options;
  keepEnrolment(dataFolders(context, options).enrolments, { link, clearedUntil, label });
  const url = enrolmentUrl(options.driver, link);
  printResult(context, options, {
    json: { id: link.id, drv, url, until: link.until },
    text: [
      `Give this link to the person you screened, by a way that neither dispatch nor the host sees; it works once, until ${timeText(link.until)}:`,
      url,
      "When the phone has answered, run: vestibule badge issue",
    ].join("\n"),
  });
}

/** An id that `badge issue ID` does not take for an option: one in 64 would begin with a dash. */
function newEnrolmentId(): string {
  for (;;) {
    const id = randomText(16);
    if (!id.startsWith("-")) return id;
  }
}

/** The app's domain, as the badge will name it. */
function appOf({ driver }: InviteOptions): string {
  return new URL(driver).hostname;
}

function listBadges(context: CliContext, options: CommonOptions): void {
  const folders = dataFolders(context, options);
  const at = nowS(context);
  const badges = badgesIn(folders.badges).map(({ path, hash, body, label }) => ({
    path,
    hash,
    drv: body.drv,
    label: label ?? null,
    app: body.app,
    exp: body.exp,
    alive: at < Math.min(body.exp, body.cleared_until),
  }));
  const waiting = waitingEnrolments(folders.enrolments).map(({ link, label }) => ({
    id: link.id,
    drv: link.terms.drv,
    label: label ?? null,
    until: link.until,
  }));
  const name = (drv: string, label: string | null) => (label === null ? drv : `${label} (${drv})`);
  const lines = [
    ...badges.map(
      ({ drv, label, exp, alive }) =>
        `${name(drv, label)}: badge ${alive ? "until" : "ended"} ${timeText(exp)}`,
    ),
    ...waiting.map(
      ({ drv, label, until }) =>
        `${name(drv, label)}: waits for the phone until ${timeText(until)}`,
    ),
  ];
  printResult(context, options, {
    json: { badges, waiting },
    text: lines.length === 0 ? "There are no badges and no enrolments." : lines.join("\n"),
  });
}
