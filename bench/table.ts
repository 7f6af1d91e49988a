import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

/** One measured figure and what it was asked to hold. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Such as `>= 0.8`; absent where a figure is only reported. */
  readonly bound?: string;
  readonly holds?: boolean;
  /** What limits the figure, or how it was taken. */
  readonly note?: string;
}

/** A named group of figures. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** How much the same work differed between repetitions, (max - min) / median. */
  readonly noise?: number;
}

/** Makes a row whose bound is `at least`. */
export function atLeast(
  name: string,
  value: number,
  {
    bound,
    unit = "x",
    note,
  }: { readonly bound: number; readonly unit?: string; readonly note?: string },
): Row {
  return {
    name,
    value,
    unit,
    bound: `>= ${bound}`,
    holds: value >= bound,
    ...(note === undefined ? {} : { note }),
  };
}

/** Makes a row whose bound is `at most`. */
export function atMost(
  name: string,
  value: number,
  { bound, unit, note }: { readonly bound: number; readonly unit: string; readonly note?: string },
): Row {
  return {
    name,
    value,
    unit,
    bound: `<= ${bound}`,
    holds: value <= bound,
    ...(note === undefined ? {} : { note }),
  };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** (max - min) / median: how noisy the machine was on the same work. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** The machine and the day, above every table. */
export function machine(): string {
  const [cpu] = cpus();
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpu?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, shared machine`;
}

/** The sections as a terminal shows them. */
export function toText(sections: readonly Section[]): string {
  return sections
    .flatMap(({ title, rows, noise }) => {
      const lines = rows.map((row) => {
        const holds = row.holds === undefined ? "" : row.holds ? "holds" : "DOES NOT HOLD";
        const figure = `${shown(row.value)} ${row.unit}`.padStart(16);
        const bound = (row.bound ?? "").padEnd(8);
        return `  ${row.name.padEnd(82)}${figure}  ${bound} ${holds}${row.note === undefined ? "" : `\n      ${row.note}`}`;
      });
      return [title, ...lines, ...(noise === undefined ? [] : [`  ${noiseSentence(noise)}`]), ""];
    })
    .join("\n")
    .concat("\n");
}

function noiseSentence(noise: number): string {
  return `Noise: the same bare work differed by ${Math.round(noise * 100)} % between repetitions.`;
}

/** The sections as Markdown. */
export function toMarkdown(title: string, sections: readonly Section[]): string {
  const lines = [`# ${title}`, "", machine(), ""];
  for (const section of sections) {
    lines.push(
      `## ${section.title}`,
      "",
      "| what | figure | asked | holds | note |",
      "| --- | --- | --- | --- | --- |",
    );
    for (const row of section.rows) {
      const holds = row.holds === undefined ? "" : row.holds ? "yes" : "**no**";
      lines.push(
        `| ${row.name} | ${shown(row.value)} ${row.unit} | ${row.bound ?? ""} | ${holds} | ${row.note ?? ""} |`,
      );
    }
    if (section.noise !== undefined) lines.push("", noiseSentence(section.noise));
    lines.push("");
  }
  return lines.join("\n");
}

function shown(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toPrecision(3);
}

/** Writes the dated table. */
export function writeResults(name: string, markdown: string): string {
  const folder = join(import.meta.dirname, "..", "docs", "results");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${new Date().toISOString().slice(0, 10)}-${name}.md`);
  writeFileSync(path, markdown);
  return path;
}
