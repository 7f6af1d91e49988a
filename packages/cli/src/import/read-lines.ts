import { CliFault } from "../terminal/cli-fault.ts";
import { readCsv } from "./csv.ts";
import { unreadable } from "./decode-file.ts";
import { columnOf, readHeader, sniffSeparator } from "./header.ts";
import { type Column, type Issue, issue } from "./issue.ts";

/** A line's values by column, as they stand; empty ones are left out. */
export interface RawLine {
  readonly line: number;
  readonly values: ReadonlyMap<Column, string>;
}

/** What a file is. */
export type FileForm = "csv" | "jsonl";

/** Whether a text is JSON lines: its first line that says anything begins an object. */
export function sniffForm(text: string): FileForm {
  return /^\s*\{/.test(text) ? "jsonl" : "csv";
}

/**
 * Reads a manifest's lines; each one that cannot be read is an issue and costs nothing else.
 *
 * @throws CliFault `header-missing` where no column of tracking numbers is found.
 */
export function* readLines(text: string, form: FileForm): Generator<RawLine | Issue> {
  yield* form === "csv" ? readCsvLines(text) : readJsonLines(text);
}

/** Tells an issue from a line. */
export function isIssue(read: RawLine | Issue): read is Issue {
  return "code" in read;
}

/** How Excel names the separator, on a line of its own before the header. */
const separatorLine = /^sep=(.)$/i;

function* readCsvLines(text: string): Generator<RawLine | Issue> {
  const lines = text.trimStart().split(/\r\n|\r|\n/, 2);
  const told = separatorLine.exec(lines[0] ?? "")?.[1];
  const separator = told ?? sniffSeparator(lines[0] ?? "");
  let header: readonly (Column | undefined)[] | undefined;
  const width = headerWidth(text, separator);
  for (const record of readCsv(text, separator, width)) {
    if (record.kind === "broken") {
      if (header === undefined) throw headerMissing();
      yield issue(record.line, record.code);
      continue;
    }
    if (record.fields.every((field) => field.trim() === "")) continue;
    if (header === undefined && record.fields.join(separator).match(separatorLine)) continue;
    if (header === undefined) {
      header = readHeader(record.fields);
      if (!header.includes("tracking")) throw headerMissing();
      continue;
    }
    yield csvLine(record.line, record.fields, header);
  }
  if (header === undefined) throw headerMissing();
}

/** How many columns the header has; its names may run over several lines. */
function headerWidth(text: string, separator: string): number | undefined {
  for (const record of readCsv(text, separator)) {
    if (record.kind === "broken") return undefined;
    const { fields } = record;
    const blank = fields.every((field) => field.trim() === "");
    if (!blank && !separatorLine.test(fields.join(separator))) return fields.length;
  }
  return undefined;
}

function csvLine(
  line: number,
  fields: readonly string[],
  header: readonly (Column | undefined)[],
): RawLine | Issue {
  const values = new Map<Column, string>();
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index]?.trim() ?? "";
    if (field === "") continue;
    if (index >= header.length) return issue(line, "columns-many");
    const column = header[index];
    if (field.includes(unreadable)) return issue(line, "not-utf8", { column: column ?? null });
    if (column !== undefined) values.set(column, field);
  }
  return { line, values };
}

function* readJsonLines(text: string): Generator<RawLine | Issue> {
  let line = 0;
  for (const one of text.split(/\r\n|\r|\n/)) {
    line += 1;
    if (one.trim() !== "") yield jsonLine(line, one);
  }
}

function jsonLine(line: number, text: string): RawLine | Issue {
  if (text.includes(unreadable)) return issue(line, "not-utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return issue(line, "json-broken");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return issue(line, "json-broken");
  const values = new Map<Column, string>();
  for (const [name, member] of Object.entries(value)) {
    const column = columnOf(name);
    if (column === undefined || member === null || member === "") continue;
    const read = textOf(member);
    if (read === undefined) return issue(line, "value-kind", { column });
    if (!values.has(column)) values.set(column, read.trim());
  }
  return { line, values };
}

/** Numbers beyond 2^53 have lost digits already. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function headerMissing(): CliFault {
  return new CliFault(
    "header-missing",
    "The file's first line names no column of tracking numbers; call it tracking (or numero de seguimiento).",
  );
}
