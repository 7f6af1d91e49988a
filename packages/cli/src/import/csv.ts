/** A quoted field that runs on longer than this was opened by mistake. */
export const quotedLengthMax = 4_096;
/** No line of ours is longer, in characters. */
export const lineLengthMax = 16_384;

/** One record of a file, with the line on which it begins (from 1). */
export type CsvRecord =
  | { readonly kind: "record"; readonly line: number; readonly fields: readonly string[] }
  | { readonly kind: "broken"; readonly line: number; readonly code: "quote-broken" | "line-long" };

interface Line {
  readonly text: string;
  readonly start: number;
  /** Where the next line begins. */
  readonly next: number;
}

/**
 * Reads CSV (RFC 4180) with any separator and any line end. A broken quotation costs its own line and
 * no other: reading begins again on the line after it, where RFC 4180 would swallow the file. Empty
 * lines are left out.
 */
export function* readCsv(text: string, separator: string, width?: number): Generator<CsvRecord> {
  let start = 0;
  let line = 1;
  while (start < text.length) {
    const whole = lineAt(text, start);
    if (whole.text.length > lineLengthMax) {
      yield { kind: "broken", line, code: "line-long" };
    } else if (!whole.text.includes('"')) {
      // Most lines: no quotation, so splitting is all there is.
      if (whole.text !== "") yield { kind: "record", line, fields: whole.text.split(separator) };
    } else {
      const read = readQuoted(text, whole.start, separator);
      // A record of several lines that does not fit the header was joined by a stray quotation mark.
      if (
        read === undefined ||
        (read.lines > 1 && width !== undefined && read.fields.length !== width)
      ) {
        yield { kind: "broken", line, code: "quote-broken" };
      } else {
        yield { kind: "record", line, fields: read.fields };
        start = read.next;
        line += read.lines;
        continue;
      }
    }
    start = whole.next;
    line += 1;
  }
}

function lineAt(text: string, start: number): Line {
  let end = start;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === 10 || code === 13) break;
    end += 1;
  }
  const pair = text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10;
  return { text: text.slice(start, end), start, next: end + (pair ? 2 : 1) };
}

interface Quoted {
  readonly fields: readonly string[];
  readonly next: number;
  readonly lines: number;
}

function readQuoted(text: string, start: number, separator: string): Quoted | undefined {
  const fields: string[] = [];
  let at = start;
  let lines = 1;
  for (;;) {
    // Excel keeps a long number whole by writing it as a formula: ="00123".
    const formula = text.startsWith('="', at);
    if (formula || text.charAt(at) === '"') {
      const field = quotedField(text, formula ? at + 1 : at);
      if (field === undefined) return undefined;
      fields.push(field.value);
      lines += field.value.split(/\r\n|\r|\n/).length - 1;
      at = field.end;
    } else {
      let end = at;
      while (end < text.length && !separator.includes(text.charAt(end)) && !isEnd(text, end)) {
        if (text.charAt(end) === '"') return undefined;
        end += 1;
      }
      fields.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length || isEnd(text, at)) {
      const pair = text.startsWith("\r\n", at);
      return { fields, next: at + (pair ? 2 : 1), lines };
    }
    if (text.charAt(at) !== separator) return undefined;
    at += 1;
  }
}

function quotedField(
  text: string,
  start: number,
): { readonly value: string; readonly end: number } | undefined {
  let from = start + 1;
  let value = "";
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1 || quote - start > quotedLengthMax) return undefined;
    value += text.slice(from, quote);
    if (text.charAt(quote + 1) !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}

function isEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 10 || code === 13;
}
