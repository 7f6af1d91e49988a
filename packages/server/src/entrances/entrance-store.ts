import { randomBytes } from "node:crypto";
import { nameInDirectory, removeFromDirectory } from "../directory/directory-store.ts";
import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import type { EntranceTable } from "../platform/tables.ts";

/** What an entrance is. */
export type EntranceKindName = EntranceTable["kind"];

/** An entrance as the building registered it. */
export interface EntranceRow {
  readonly id: string;
  readonly ent: string;
  readonly kind: EntranceKindName;
  readonly label: string;
  readonly controllerId: string | null;
  /** The name of its page. */
  readonly sticker: string | null;
}

/** A building's entrances, in the order in which they were registered. */
export async function readEntrances(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<readonly EntranceRow[]> {
  const rows = await transaction
    .selectFrom("entrance")
    .select(["id", "ent", "kind", "label", "controller_id", "sticker"])
    .where("building_id", "=", buildingId)
    .orderBy("position")
    .execute();
  return rows.map(({ controller_id, ...row }) => ({ ...row, controllerId: controller_id }));
}

/** A new entrance. */
export interface NewEntrance {
  readonly buildingId: string;
  readonly ent: string;
  readonly kind: EntranceKindName;
  readonly label: string;
  readonly controllerId: string | null;
  readonly nowMs: number;
}

/** Registers an entrance with a page of its own; undefined where its name is taken in the building. */
export async function insertEntrance(
  transaction: DatabaseTransaction,
  entrance: NewEntrance,
): Promise<EntranceRow | undefined> {
  const { buildingId, ent, kind, label, controllerId, nowMs } = entrance;
  const id = newId("entrance", nowMs);
  const sticker = newStickerName();
  const inserted = await transaction
    .insertInto("entrance")
    .values({
      building_id: buildingId,
      id,
      ent,
      kind,
      label,
      controller_id: controllerId,
      sticker,
      created_at: new Date(nowMs),
    })
    .onConflict((conflict) => conflict.columns(["building_id", "ent"]).doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return undefined;
  await nameInDirectory(transaction, { kind: "page", key: sticker, buildingId });
  return { id, ent, kind, label, controllerId, sticker };
}

/** Registers the entrance that a policy names, or ties the registered one to its box. */
export async function ensureEntrance(
  transaction: DatabaseTransaction,
  entrance: Omit<NewEntrance, "label"> & { readonly controllerId: string },
): Promise<void> {
  const { buildingId, ent, controllerId } = entrance;
  if (await insertEntrance(transaction, { ...entrance, label: ent })) return;
  await transaction
    .updateTable("entrance")
    .set({ controller_id: controllerId })
    .where("building_id", "=", buildingId)
    .where("ent", "=", ent)
    .where("controller_id", "is", null)
    .execute();
}

/** Gives an entrance's sticker another name; what the old sticker says then leads nowhere. */
export async function renameSticker(
  transaction: DatabaseTransaction,
  { buildingId, entranceId }: { readonly buildingId: string; readonly entranceId: string },
): Promise<string | undefined> {
  const row = await transaction
    .selectFrom("entrance")
    .select("sticker")
    .where("building_id", "=", buildingId)
    .where("id", "=", entranceId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const sticker = newStickerName();
  await transaction
    .updateTable("entrance")
    .set({ sticker })
    .where("building_id", "=", buildingId)
    .where("id", "=", entranceId)
    .execute();
  if (row.sticker !== null)
    await removeFromDirectory(transaction, { kind: "page", key: row.sticker, buildingId });
  await nameInDirectory(transaction, { kind: "page", key: sticker, buildingId });
  return sticker;
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** 80 random bits: nobody finds a door's page but at the door. */
function newStickerName(): string {
  return [...randomBytes(16)].map((byte) => alphabet[byte & 31]).join("");
}

/** Entrances as the policy lists them; those that it does not name follow in their own order. */
export function asListed<T extends { readonly ent: string }>(
  entrances: readonly T[],
  listed: readonly { readonly ent: string }[],
): readonly T[] {
  const places = new Map(listed.map(({ ent }, index) => [ent, index]));
  const placeOf = ({ ent }: T) => places.get(ent) ?? listed.length;
  return entrances.toSorted((left, right) => placeOf(left) - placeOf(right));
}
