import { csvOf } from "../platform/csv.ts";
import type { BuildingRow } from "./building-store.ts";

const header = ["id", "name", "address", "time zone", "state", "demonstration", "building hash"];

/** A portfolio as CSV. */
export function buildingsCsv(rows: readonly BuildingRow[]): string {
  return csvOf(
    header,
    rows.map(({ id, name, address, timeZone, state, demo, bld }) => [
      id,
      name,
      address,
      timeZone,
      state,
      demo ? "yes" : "no",
      bld,
    ]),
  );
}
