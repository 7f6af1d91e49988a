import { type AcceptedKeyset, type Crypto, openKeyset, type RootRole } from "@vestibule/core";
import type { DatabaseTransaction } from "../platform/database.ts";

/** The newest keyset of a root, as it was stored. */
export interface KeysetRow {
  readonly root: string;
  readonly role: RootRole;
  readonly keyset: AcceptedKeyset;
}

/** Stored texts that one process keeps opened. */
export const openedKeysetsMax = 10_000;

/** Reads stored keysets; their signatures were verified when they came in, and once more per process. */
export interface KeysetReader {
  readonly newest: (
    transaction: DatabaseTransaction,
    roots: readonly string[],
  ) => Promise<ReadonlyMap<string, KeysetRow>>;
}

/** Makes a reader that opens each stored text once. */
export function createKeysetReader(crypto: Crypto): KeysetReader {
  const opened = new Map<string, AcceptedKeyset>();
  const open = (text: string): AcceptedKeyset => {
    const known = opened.get(text);
    if (known !== undefined) return known;
    const read = openKeyset({ crypto }, text);
    if (read.kind === "refused") throw new Error(`a stored keyset cannot be read: ${read.code}`);
    if (opened.size >= openedKeysetsMax) opened.clear();
    opened.set(text, read.keyset);
    return read.keyset;
  };
  return {
    newest: async (transaction, roots) => {
      if (roots.length === 0) return new Map();
      const rows = await transaction
        .selectFrom("keyset")
        .distinctOn("root")
        .select(["root", "role", "jws"])
        .where("root", "in", [...new Set(roots)])
        .orderBy("root")
        .orderBy("ver", "desc")
        .execute();
      return new Map(rows.map(({ root, role, jws }) => [root, { root, role, keyset: open(jws) }]));
    },
  };
}

/** Stores a keyset; false where this version of its root is there already. */
export async function insertKeyset(
  transaction: DatabaseTransaction,
  {
    keyset,
    role,
    at,
  }: { readonly keyset: AcceptedKeyset; readonly role: RootRole; readonly at: Date },
): Promise<boolean> {
  const inserted = await transaction
    .insertInto("keyset")
    .values({
      root: keyset.root,
      ver: keyset.body.ver,
      role,
      jws: keyset.text,
      hash: keyset.hash,
      expires_at: new Date(keyset.body.exp * 1000),
      received_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}
