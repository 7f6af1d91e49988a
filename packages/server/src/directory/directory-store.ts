import type { DatabaseTransaction } from "../platform/database.ts";

/** What a key of the directory is. */
export type DirectoryKind = "bld" | "ctl" | "page" | "address" | "root";

/** A key that leads to a building. */
export interface DirectoryEntry {
  readonly kind: DirectoryKind;
  readonly key: string;
  readonly buildingId: string;
}

/** Makes a key lead to a building. The first to name it has it: `taken` where another building does. */
export async function nameInDirectory(
  transaction: DatabaseTransaction,
  { kind, key, buildingId }: DirectoryEntry,
): Promise<"named" | "known" | "taken"> {
  const inserted = await transaction
    .insertInto("directory")
    .values({ kind, key, building_id: buildingId })
    .onConflict((conflict) => conflict.columns(["kind", "key"]).doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return "named";
  return (await findInDirectory(transaction, { kind, key })) === buildingId ? "known" : "taken";
}

/** The id of the building that a key leads to. */
export async function findInDirectory(
  transaction: DatabaseTransaction,
  { kind, key }: Omit<DirectoryEntry, "buildingId">,
): Promise<string | undefined> {
  const found = await transaction
    .selectFrom("directory")
    .select("building_id")
    .where("kind", "=", kind)
    .where("key", "=", key)
    .executeTakeFirst();
  return found?.building_id;
}

/** Takes a building's key out of the directory. */
export async function removeFromDirectory(
  transaction: DatabaseTransaction,
  { kind, key, buildingId }: DirectoryEntry,
): Promise<void> {
  await transaction
    .deleteFrom("directory")
    .where("kind", "=", kind)
    .where("key", "=", key)
    .where("building_id", "=", buildingId)
    .execute();
}

/** The buildings whose policies name a root, as `role:root`. */
export async function buildingsThatName(
  transaction: DatabaseTransaction,
  root: string,
): Promise<readonly string[]> {
  const rows = await transaction
    .selectFrom("directory")
    .select("building_id")
    .where("kind", "=", "root")
    // A range of the primary key: `;` follows `:` in the column's collation.
    .where("key", ">=", `${root}:`)
    .where("key", "<", `${root};`)
    .orderBy("building_id")
    .execute();
  return rows.map(({ building_id }) => building_id);
}
