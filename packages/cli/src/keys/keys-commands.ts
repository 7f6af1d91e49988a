import { type Command, Option } from "commander";
import {
  domainName,
  lastDay,
  thumbprints,
  webOrigin,
  wholeNumber,
  withCommon,
} from "../terminal/common-options.ts";
import type { CliContext, CommonOptions } from "../terminal/context.ts";
import { inviteFirstOwner } from "./invite-owner.ts";
import { listKeys } from "./list-keys.ts";
import { type DailyOptions, makeDaily, makeRoot, type RootOptions } from "./make-keys.ts";
import { type RenewOptions, renewKeyset } from "./renew-keyset.ts";

const roleOption = () =>
  new Option("--role <role>", "whose key it is")
    .choices(["carrier", "vetter", "host"])
    .makeOptionMandatory();
const domainOption = ["--domain <domain>", "the party's domain", domainName] as const;

/** `vestibule keys`: roots, daily keys, keysets, and the first owner's link. */
export function registerKeys(program: Command, context: CliContext): void {
  const keys = program.command("keys").description("make, list and certify signing keys");
  withCommon(keys.command("root"), [
    "keys root --role carrier --domain ups.example --out /media/stick/ups.jwk",
  ])
    .description("make a root key, outside the data folder, to be moved to a place without network")
    .addOption(roleOption())
    .requiredOption(...domainOption)
    .option("--out <file>", "where to write it (./DOMAIN.ROLE-root.jwk)")
    .action((options: RootOptions) => makeRoot(context, options));
  withCommon(keys.command("sub"), [
    "keys sub --role carrier --use dispatch --domain ups.example",
    'keys sub --role carrier --use dispatch --domain ups.example --contractor "Swift Couriers" --until 2026-12-31 --cap 200',
  ])
    .description("make a daily key in the data folder")
    .addOption(roleOption())
    .addOption(
      new Option("--use <use>", "what it is for")
        .choices(["dispatch", "badge", "grant", "stop"])
        .makeOptionMandatory(),
    )
    .requiredOption(...domainOption)
    .option("--contractor <name>", "the firm that drives with it (dispatch only)")
    .option("--until <date>", "the last day of the contractor, UTC", lastDay)
    .option("--cap <count>", "openings an hour the contractor may make", wholeNumber(1, 1_000_000))
    .option("--bld <hash...>", "the only buildings the contractor may go to", thumbprints)
    .option("--public <file>", "also write the public half, to hand to whoever holds the root")
    .action((options: DailyOptions) => makeDaily(context, options));
  withCommon(keys.command("keyset"), [
    "keys keyset --root /media/stick/ups.jwk --host https://vestibule.example.com",
  ])
    .description("sign or renew the keyset: which daily keys count, for at most 35 days")
    .requiredOption("--root <file>", "the root key's file")
    .option("--key <file...>", "the daily keys (all of this party in the data folder)")
    .option("--days <count>", "how long it lasts", wholeNumber(1, 35), 30)
    .option("--host <origin>", "upload it to this host", webOrigin)
    .action((options: RenewOptions) => renewKeyset(context, options));
  withCommon(keys.command("list"), ["keys list", "keys list --json"])
    .description("list keys and keysets, without their private halves")
    .action((options: CommonOptions) => listKeys(context, options));
  withCommon(keys.command("invite"), ['keys invite --organization "Linden Street Condominium"'])
    .description("print the one-time link of an organization's first owner (run beside the server)")
    .requiredOption("--organization <name>", "the organization's name")
    .action((options: CommonOptions & { readonly organization: string }) =>
      inviteFirstOwner(context, options),
    );
}
