import { assignmentLifetimeSMax } from "@vestibule/core";
import type { Column, IssueCode } from "./issue.ts";
import { isDate, readTime } from "./local-time.ts";

/** A window that was read, in epoch seconds, or the column that was not understood. */
export type ReadWindow =
  | { readonly kind: "window"; readonly nbf: number; readonly exp: number }
  | { readonly kind: "issue"; readonly column: Column; readonly code: IssueCode };

/** What the command line gives for lines that say nothing themselves. */
export interface WindowDefaults {
  readonly zone: string | undefined;
  readonly date: string | undefined;
  /** `08:00-20:00`. */
  readonly window: string | undefined;
  /** The present, epoch seconds. */
  readonly at: number;
}

/** Reads windows; equal texts are read once, since a manifest repeats a few of them. */
export function windowReader(
  defaults: WindowDefaults,
): (values: ReadonlyMap<Column, string>) => ReadWindow {
  const known = new Map<string, ReadWindow>();
  return (values) => {
    const own = (column: Column) => values.get(column);
    const parts = [own("from"), own("until"), own("window"), own("date"), own("zone")];
    const key = parts.join("\u0000");
    let read = known.get(key);
    if (read === undefined) {
      read = readWindow(values, defaults);
      if (known.size < 10_000) known.set(key, read);
    }
    return read;
  };
}

function readWindow(values: ReadonlyMap<Column, string>, defaults: WindowDefaults): ReadWindow {
  const date = values.get("date") ?? defaults.date;
  if (date !== undefined && !isDate(date)) return refused("date", "time-form");
  const texts = windowTexts(values, defaults);
  if (texts === undefined) return refused("window", "window-missing");
  const zone = values.get("zone") ?? texts.zone ?? defaults.zone;
  const begin = readTime(texts.from, { date, zone, end: false });
  if (begin.kind === "issue") return refused(zoneOr(begin.code, texts.columns[0]), begin.code);
  const sameDay = /^\d{4}-\d{2}-\d{2}/.exec(texts.from)?.[0] ?? date;
  const end = readTime(texts.until, { date: sameDay, zone, end: true });
  if (end.kind === "issue") return refused(zoneOr(end.code, texts.columns[1]), end.code);
  if (end.at <= begin.at) return refused(texts.columns[1], "window-order");
  if (end.at - begin.at > assignmentLifetimeSMax) return refused(texts.columns[1], "window-long");
  if (end.at <= defaults.at) return refused(texts.columns[1], "window-past");
  return { kind: "window", nbf: begin.at, exp: end.at };
}

interface WindowTexts {
  readonly from: string;
  readonly until: string;
  readonly zone: string | undefined;
  readonly columns: readonly [Column, Column];
}

function windowTexts(
  values: ReadonlyMap<Column, string>,
  defaults: WindowDefaults,
): WindowTexts | undefined {
  const from = values.get("from");
  const until = values.get("until");
  if (from !== undefined && until !== undefined)
    return { from, until, zone: undefined, columns: ["from", "until"] };
  const window = values.get("window") ?? defaults.window;
  if (window === undefined) return undefined;
  const zoned = /^(.*\d|.*Z)\s+([A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+|UTC)$/.exec(window);
  const times = zoned?.[1] ?? window;
  // A hyphen also stands inside dates and offsets: only one after a time of day parts the two.
  const parted =
    /^(.*?\d:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)\s*(?:-|–|—|\/|to|until|a|hasta)\s*(\S.*)$/i.exec(
      times,
    );
  const [, first, second] = parted ?? [];
  if (first === undefined || second === undefined)
    return { from: times, until: times, zone: zoned?.[2], columns: ["window", "window"] };
  return { from: first, until: second, zone: zoned?.[2], columns: ["window", "window"] };
}

function zoneOr(code: IssueCode, column: Column): Column {
  return code === "zone-unknown" || code === "zone-missing" ? "zone" : column;
}

function refused(column: Column, code: IssueCode): ReadWindow {
  return { kind: "issue", column, code };
}
