import { type Command, InvalidArgumentError } from "commander";

/** Gives a command what all have: `--json`, `--data`, and examples under its help. */
export function withCommon(
  command: Command,
  examples: readonly string[],
  dataUsual = "VESTIBULE_DATA, ./data",
): Command {
  const lines = examples.map((example) => `  $ ${commandLine(example)}`).join("\n");
  return command
    .option("--json", "print one JSON document instead of sentences")
    .option("--data <folder>", `the folder with everything that is kept (${dataUsual})`, folderName)
    .addHelpText("after", `\nExamples:\n${lines}`);
}

/** Settings stand before the program's name. */
function commandLine(example: string): string {
  return example.replace(/^((?:[A-Z_]+=\S+ )*)/, "$1vestibule ");
}

/** An unset variable in a script must not make the present folder the data folder. */
function folderName(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("It must name a folder.");
}

/** Reads a whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Reads a date or time in UTC (`2026-12-31`, `2026-12-31T18:00Z`) as epoch seconds. */
export function utcTime(text: string): number {
  const matched = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)Z)?$/.exec(text);
  const ms = matched === null ? Number.NaN : Date.parse(`${matched[1]}T${matched[2] ?? "00:00"}Z`);
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== matched?.[1])
    throw new InvalidArgumentError("It must be a date such as 2026-12-31 or 2026-12-31T18:00Z.");
  return ms / 1_000;
}

/** Reads the last day of something: a date alone counts to its end, UTC. */
export function lastDay(text: string): number {
  return utcTime(text) + (text.includes("T") ? 0 : 86_400);
}

/** Reads a web origin. */
export function webOrigin(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, ""))
    return url.origin;
  throw new InvalidArgumentError("It must be an origin alone, such as https://host.example.com.");
}

/** Reads a domain in lower case. */
export function domainName(text: string): string {
  if (
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
  )
    return text;
  throw new InvalidArgumentError("It must be a domain in lower case, such as carrier.example.com.");
}

/** Gathers thumbprints of an option that may be given several times. */
export function thumbprints(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, thumbprintText(text)];
}

/** Reads a thumbprint or hash. */
export function thumbprintText(text: string): string {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a thumbprint of 43 characters.");
}

/** Reads a name that people will read on a screen: one line, 80 characters at most. */
export function personalName(text: string): string {
  if (/^[^\p{C}]{1,80}$/u.test(text) && text.trim() !== "") return text.trim();
  throw new InvalidArgumentError("It must be one line of 1 to 80 characters.");
}
