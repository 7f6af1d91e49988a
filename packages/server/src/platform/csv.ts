/** One field: quoted, and made harmless where a spreadsheet would take it for a formula. */
function field(value: string): string {
  const neutral = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${neutral.replaceAll('"', '""')}"`;
}

/** Rows as CSV (RFC 4180) with a header; every field is quoted. */
export function csvOf(
  header: readonly string[],
  rows: readonly (readonly (string | null | undefined)[])[],
): string {
  return [header, ...rows]
    .map((row) => row.map((value) => field(value ?? "")).join(","))
    .join("\r\n")
    .concat("\r\n");
}
