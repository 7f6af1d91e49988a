import { sql } from "kysely";
import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";

/** A dwelling by its label; nobody's name stands beside it. */
export interface UnitRow {
  readonly id: string;
  readonly label: string;
  readonly optedOut: boolean;
}

/** A building's units, by label. */
export async function readUnits(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<readonly UnitRow[]> {
  const rows = await transaction
    .selectFrom("unit")
    .select(["id", "label", "opted_out_at"])
    .where("building_id", "=", buildingId)
    .orderBy("label")
    .execute();
  return rows.map(({ id, label, opted_out_at }) => ({
    id,
    label,
    optedOut: opted_out_at !== null,
  }));
}

/** Adds a unit; undefined where its label is there already, however it is written. */
export async function insertUnit(
  transaction: DatabaseTransaction,
  unit: { readonly buildingId: string; readonly label: string; readonly nowMs: number },
): Promise<string | undefined> {
  const units = await readUnits(transaction, unit.buildingId);
  const name = unitName(unit.label);
  if (units.some(({ label }) => unitName(label) === name)) return undefined;
  const id = newId("unit", unit.nowMs);
  const inserted = await transaction
    .insertInto("unit")
    .values({ building_id: unit.buildingId, id, label: unit.label, opted_out_at: null })
    .onConflict((conflict) => conflict.columns(["building_id", "label"]).doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n ? id : undefined;
}

/** Removes a unit; false where there is none. */
export async function deleteUnit(
  transaction: DatabaseTransaction,
  { buildingId, unitId }: { readonly buildingId: string; readonly unitId: string },
): Promise<boolean> {
  const deleted = await transaction
    .deleteFrom("unit")
    .where("building_id", "=", buildingId)
    .where("id", "=", unitId)
    .executeTakeFirst();
  return deleted.numDeletedRows === 1n;
}

/** Takes a unit out of deliveries behind the door, or back in; false where there is none. */
export async function setOptOut(
  transaction: DatabaseTransaction,
  unit: {
    readonly buildingId: string;
    readonly unitId: string;
    /** Undefined = back in. */
    readonly since: Date | undefined;
  },
): Promise<boolean> {
  const updated = await transaction
    .updateTable("unit")
    .set({
      opted_out_at:
        unit.since === undefined ? null : sql<Date>`coalesce(opted_out_at, ${unit.since})`,
    })
    .where("building_id", "=", unit.buildingId)
    .where("id", "=", unit.unitId)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

const designators = /^(?:apartment|apt|unit|suite|ste|no|nr|#)\b[.\s]*/;

/** A unit's label as carriers and managers may write it differently: "Apt. 4-B" is "4b". */
export function unitName(label: string): string {
  const plain = label
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .trim()
    .replace(/^#\s*/, "")
    .replace(designators, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
  // A label of signs alone must not equal every other such label.
  return plain === "" ? label : plain;
}
