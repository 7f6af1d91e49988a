import { isTimeZone } from "@vestibule/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { thumbprintText, webOrigin, withCommon } from "../terminal/common-options.ts";
import type { CliContext } from "../terminal/context.ts";
import { isDate } from "./local-time.ts";
import { type ImportOptions, runImport } from "./run-import.ts";

/** `vestibule import`: a carrier's list becomes signed assignments, at the carrier. */
export function registerImport(program: Command, context: CliContext): void {
  withCommon(program.command("import <file>"), [
    "import today.csv --host https://vestibule.example.com --tz America/New_York",
    "import today.jsonl --host https://vestibule.example.com --dry-run --json",
    "import today.csv --host https://vestibule.example.com --report left-out.json",
  ])
    .description(
      "sign and upload a day's parcels from CSV or JSON lines; tracking numbers never leave this machine",
    )
    .requiredOption("--host <origin>", "the buildings' host", webOrigin)
    .option("--key <file>", "the dispatch key (the one in the data folder)")
    .option("--car <root>", "the carrier's root thumbprint (as the keyset says)", thumbprintText)
    .option("--badges <folder>", "where drivers' badges are (DATA/badges)")
    .option("--address-book <file>", "the carrier's own address book (DATA/address-book.json)")
    .addOption(new Option("--format <form>", "what the file is").choices(["csv", "jsonl"]))
    .option("--tz <zone>", "time zone of times that name none", zoneName)
    .option("--date <date>", "date of times that name none", dateText)
    .option("--window <window>", "window of lines that name none, such as 08:00-20:00")
    .addOption(
      new Option("--purpose <purpose>", "purpose of lines that name none")
        .choices(["deliver", "collect", "round"])
        .default("deliver"),
    )
    .option("--report <file>", "write the whole report as JSON")
    .option("--dry-run", "read and check, but sign, send and keep nothing")
    .action((file: string, options: ImportOptions) => runImport(context, file, options));
}

function zoneName(text: string): string {
  if (isTimeZone(text)) return text;
  throw new InvalidArgumentError("It must be a time zone such as America/New_York.");
}

function dateText(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isDate(text)) return text;
  throw new InvalidArgumentError("It must be a date such as 2026-11-18.");
}
