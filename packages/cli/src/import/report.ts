import { timeText } from "../terminal/context.ts";
import { type Issue, issueTexts } from "./issue.ts";
import type { SentShift } from "./send-shifts.ts";

/** What an import came to; holds no tracking number, so it may be filed and mailed. */
export interface ImportReport {
  readonly file: string;
  readonly form: "csv" | "jsonl";
  readonly dryRun: boolean;
  /** Lines that say anything, the header not counted. */
  readonly lines: number;
  /** Parcels in shifts that went out (or would). */
  readonly parcels: number;
  /** Lines that were left out. */
  readonly left: number;
  readonly shifts: readonly SentShift[];
  readonly pinned: readonly string[];
  readonly issues: readonly (Issue & { readonly reason: string; readonly mend: string })[];
  /** Time taken to read the file alone, ms. */
  readonly readMs: number;
}

/** How many lines of issues the terminal shows; the report file has them all. */
const shownMax = 50;

/** Adds words to issues, in the order of lines. */
export function explain(issues: readonly Issue[]): ImportReport["issues"] {
  return issues
    .map((one) => ({ ...one, ...issueTexts[one.code] }))
    .toSorted((left, right) => left.line - right.line);
}

/** The report in sentences. */
export function reportText(report: ImportReport): string {
  const { issues, shifts } = report;
  const verb = report.dryRun ? "would go out" : "went out";
  const head = `${report.parcels} of ${report.lines} lines ${verb} in ${shifts.length} shifts; ${report.left} were left out.`;
  const told = issues.slice(0, shownMax).map((one) => {
    const place = one.column === null ? `line ${one.line}` : `line ${one.line}, ${one.column}`;
    const because = one.because === undefined ? "" : ` (${one.because})`;
    return `${one.warning ? "note" : "left out"}: ${place}: ${one.reason}${because} ${one.mend}`;
  });
  const more = issues.length - told.length;
  return [
    head,
    ...shifts.map(
      ({ building, drv, nbf, exp, parcels, made }) =>
        `${building}: ${drv}, ${timeText(nbf)} to ${timeText(exp)}, ${parcels} parcels${made === "earlier" ? " (sent before; nothing changed)" : ""}`,
    ),
    ...report.pinned.map((name) => `Pinned for the first time: ${name}.`),
    ...told,
    ...(more > 0 ? [`... and ${more} more; --report FILE writes all of them.`] : []),
  ].join("\n");
}
