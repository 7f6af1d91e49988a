import { sql } from "kysely";
import { Type } from "typebox";
import type { DatabaseTransaction } from "../platform/database.ts";

/** What managers may see of an entry beside its receipt; gone with the receipt's personal half. */
export const EntryDetails = Type.Object({
  driver: Type.Optional(Type.String({ description: "The carrier's opaque number of the driver" })),
  parcels: Type.Optional(Type.Integer({ description: "How many parcels were scanned" })),
  units: Type.Optional(
    Type.Array(Type.String(), { description: "For which units they were, where that is known" }),
  ),
});

/** Whose details: of attempts, or of all attempts of visits. */
export interface DetailsQuery {
  readonly buildingId: string;
  readonly of: "attempt" | "visit";
  readonly ids: readonly string[];
}

/** The details of one attempt, from the newest receipt that has a personal half. */
export interface AttemptDetails {
  readonly attemptId: string;
  readonly visitId: string | null;
  readonly assignmentId: string | null;
  readonly isOpened: boolean;
  readonly driver: string | null;
  /** Indexes in the assignment. */
  readonly parcels: readonly number[];
  readonly units: readonly string[];
}

/** Reads the details of many entries in one query. */
export async function readEntryDetails(
  transaction: DatabaseTransaction,
  { buildingId, of, ids }: DetailsQuery,
): Promise<readonly AttemptDetails[]> {
  if (ids.length === 0) return [];
  const column = sql.ref(of === "attempt" ? "attempt.id" : "attempt.visit_id");
  const { rows } = await sql<AttemptDetails>`
    with told as (
      select distinct on (attempt.id) attempt.id, attempt.visit_id, attempt.assignment_id,
        attempt.outcome = 'reached' and attempt.stage in ('released', 'confirmed') as is_opened,
        members ->> 'drv' as driver,
        array(select value::int from jsonb_array_elements_text(members -> 'parcels')) as parcels
      from vestibule.attempt
        join vestibule.receipt on receipt.building_id = attempt.building_id
          and receipt.attempt_id = attempt.id
        join vestibule.receipt_personal on receipt_personal.building_id = receipt.building_id
          and receipt_personal.receipt_id = receipt.id
      where attempt.building_id = ${buildingId} and ${column} = any(${ids}::text[])
      order by attempt.id, receipt.seq desc
    )
    select told.id as "attemptId", visit_id as "visitId", assignment_id as "assignmentId",
      is_opened as "isOpened", driver, parcels,
      array(
        select distinct unit_label from vestibule.assignment_unit
        where assignment_unit.building_id = ${buildingId}
          and assignment_unit.assignment_id = told.assignment_id
          and parcel_index = any(told.parcels)
        order by unit_label
      ) as units
    from told order by told.id
  `.execute(transaction);
  return rows;
}

/** Words the details of attempts that belong together: one attempt, or a visit's opened ones. */
export function entryDetails(of: readonly AttemptDetails[]) {
  const driver = of.find((details) => details.driver !== null)?.driver ?? null;
  const parcels = new Set(
    of.flatMap(({ assignmentId, parcels }) => parcels.map((index) => `${assignmentId} ${index}`)),
  );
  const units = [...new Set(of.flatMap((details) => details.units))].toSorted();
  return {
    ...(driver === null ? {} : { driver }),
    ...(parcels.size === 0 ? {} : { parcels: parcels.size }),
    ...(units.length === 0 ? {} : { units }),
  };
}
