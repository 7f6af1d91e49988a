import { Type } from "typebox";
import { Check } from "typebox/value";
import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";

/** A box as the building registered it. */
export interface ControllerRow {
  readonly id: string;
  readonly ctl: string;
  readonly seal: string;
  readonly software: string | null;
  readonly lastSeenAt: Date | null;
  readonly lastHeadAt: Date | null;
  readonly quarantinedAt: Date | null;
  readonly adoptedAt: Date | null;
  /** What it last said of its doors, by their names in the policy. */
  readonly doors: ReadonlyMap<string, DoorWord>;
}

/** A box's word on one door: its strike's health, and whether the door is held open too long. */
export interface DoorWord {
  readonly strike: "ok" | "fault";
  readonly held: boolean;
}

const doorWords = Type.Array(
  Type.Object({
    ent: Type.String(),
    strike: Type.Union([Type.Literal("ok"), Type.Literal("fault")]),
    held: Type.Boolean(),
  }),
);

/** A building's boxes, in the order of their registration. */
export async function readControllers(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<readonly ControllerRow[]> {
  const rows = await transaction
    .selectFrom("controller")
    .select([
      "id",
      "ctl",
      "seal_key",
      "software",
      "last_seen_at",
      "last_head_at",
      "quarantined_at",
      "adopted_at",
      "doors",
    ])
    .where("building_id", "=", buildingId)
    .orderBy("position")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    ctl: row.ctl,
    seal: row.seal_key,
    software: row.software,
    lastSeenAt: row.last_seen_at,
    lastHeadAt: row.last_head_at,
    quarantinedAt: row.quarantined_at,
    adoptedAt: row.adopted_at,
    doors: readDoors(row.doors),
  }));
}

function readDoors(stored: unknown): ReadonlyMap<string, DoorWord> {
  if (!Check(doorWords, stored)) return new Map();
  return new Map(stored.map(({ ent, strike, held }) => [ent, { strike, held }]));
}

/** Registers a box for a building, or finds it registered; it still has to be adopted. */
export async function keepController(
  transaction: DatabaseTransaction,
  box: {
    readonly buildingId: string;
    readonly ctl: string;
    readonly seal: string;
    readonly nowMs: number;
  },
): Promise<string> {
  await transaction
    .insertInto("controller")
    .values({
      building_id: box.buildingId,
      id: newId("controller", box.nowMs),
      ctl: box.ctl,
      jwk: null,
      seal_key: box.seal,
      created_at: new Date(box.nowMs),
    })
    .onConflict((conflict) => conflict.columns(["building_id", "ctl"]).doNothing())
    .execute();
  const kept = await transaction
    .selectFrom("controller")
    .select("id")
    .where("building_id", "=", box.buildingId)
    .where("ctl", "=", box.ctl)
    .executeTakeFirstOrThrow();
  return kept.id;
}

/** Notes that a box answered to the claim card, once. */
export async function markAdopted(
  transaction: DatabaseTransaction,
  { buildingId, ctl, at }: { readonly buildingId: string; readonly ctl: string; readonly at: Date },
): Promise<boolean> {
  const updated = await transaction
    .updateTable("controller")
    .set({ adopted_at: at })
    .where("building_id", "=", buildingId)
    .where("ctl", "=", ctl)
    .where("adopted_at", "is", null)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/** Lets a box back in that was set apart. @returns false when it was not. */
export async function clearQuarantine(
  transaction: DatabaseTransaction,
  box: { readonly buildingId: string; readonly controllerId: string },
): Promise<boolean> {
  const updated = await transaction
    .updateTable("controller")
    .set({ quarantined_at: null })
    .where("building_id", "=", box.buildingId)
    .where("id", "=", box.controllerId)
    .where("quarantined_at", "is not", null)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}
