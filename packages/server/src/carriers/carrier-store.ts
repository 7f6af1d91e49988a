import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";

/** A carrier or a vetter: a root and the domain that shows it to people. */
export interface PartyRow {
  readonly id: string;
  readonly root: string;
  readonly domain: string;
  readonly name: string;
}

/** Whose keys these are. */
export type PartyKind = "carrier" | "vetter";

/** Every carrier, or every vetter, by name. */
export function listParties(
  transaction: DatabaseTransaction,
  kind: PartyKind,
): Promise<readonly PartyRow[]> {
  return transaction
    .selectFrom(kind)
    .select(["id", "root", "domain", "name"])
    .orderBy("name")
    .limit(1_000)
    .execute();
}

/** The carrier or vetter with this root. */
export function findParty(
  transaction: DatabaseTransaction,
  kind: PartyKind,
  root: string,
): Promise<PartyRow | undefined> {
  return transaction
    .selectFrom(kind)
    .select(["id", "root", "domain", "name"])
    .where("root", "=", root)
    .executeTakeFirst();
}

/** The carriers or vetters with these roots, in no order. */
export async function findParties(
  transaction: DatabaseTransaction,
  kind: PartyKind,
  roots: readonly string[],
): Promise<readonly PartyRow[]> {
  if (roots.length === 0) return [];
  return transaction
    .selectFrom(kind)
    .select(["id", "root", "domain", "name"])
    .where("root", "in", roots)
    .execute();
}

/** Keeps a carrier or vetter; the first word on a root's domain stands. */
export async function keepParty(
  transaction: DatabaseTransaction,
  kind: PartyKind,
  party: Omit<PartyRow, "id"> & { readonly nowMs: number },
): Promise<PartyRow> {
  const { root, domain, name, nowMs } = party;
  await transaction
    .insertInto(kind)
    .values({ id: newId(kind, nowMs), root, domain, name, created_at: new Date(nowMs) })
    .onConflict((conflict) => conflict.column("root").doNothing())
    .execute();
  const kept = await findParty(transaction, kind, root);
  if (kept === undefined) throw new Error("a party that was just kept is not there");
  return kept;
}

/** Gives a carrier or vetter another name; its domain stands beside it wherever it is shown. */
export async function renameParty(
  transaction: DatabaseTransaction,
  kind: PartyKind,
  { id, name }: Pick<PartyRow, "id" | "name">,
): Promise<void> {
  await transaction.updateTable(kind).set({ name }).where("id", "=", id).execute();
}
