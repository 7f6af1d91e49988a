import type { BuildingRow } from "./building-store.ts";

const head = ["id", "name", "address", "time zone", "state", "demonstration", "building hash"];

/** A portfolio as CSV (RFC 4180); no cell begins as a spreadsheet's formula does. */
export function buildingsCsv(rows: readonly BuildingRow[]): string {
  const lines = rows.map(({ id, name, address, timeZone, state, demo, bld }) =>
    [id, name, address, timeZone, state, demo ? "yes" : "no", bld ?? ""].map(cell).join(","),
  );
  return `${[head.join(","), ...lines].join("\r\n")}\r\n`;
}

function cell(text: string): string {
  // A hash may begin with a minus: quoted apostrophes keep every cell a text.
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
