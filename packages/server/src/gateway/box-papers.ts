import { type AcceptedPolicy, type Crypto, type Memo, openKeyset } from "@vestibule/core";
import type { DatabaseTransaction } from "../platform/database.ts";

/** A keyset that some policy of the building leans on. */
export interface NamedKeyset {
  readonly root: string;
  readonly text: string;
  readonly hash: string;
  readonly receivedAtMs: number;
}

/** The newest keyset of each root that these policies name: host, carriers, vetters. */
export async function readNamedKeysets(
  transaction: DatabaseTransaction,
  policies: readonly AcceptedPolicy[],
): Promise<readonly NamedKeyset[]> {
  const roots = new Set(
    policies.flatMap(({ policy }) => [
      policy.host.root,
      ...policy.carriers.flatMap((carrier) => [
        carrier.root,
        ...carrier.clearance.map((vetter) => vetter.root),
      ]),
    ]),
  );
  if (roots.size === 0) return [];
  const rows = await transaction
    .selectFrom("keyset")
    .distinctOn("root")
    .select(["root", "jws", "hash", "received_at"])
    .where("root", "in", [...roots])
    .orderBy("root")
    .orderBy("ver", "desc")
    .execute();
  return rows.map((row) => ({
    root: row.root,
    text: row.jws,
    hash: row.hash,
    receivedAtMs: row.received_at.getTime(),
  }));
}

/**
 * A named keyset as decide() holds one: its keys count from when this host got them. With a memo its
 * signature is verified once.
 */
export function heldKeyset(
  context: { readonly crypto: Crypto; readonly memo?: Memo },
  named: NamedKeyset,
) {
  const opened = openKeyset(context, named.text);
  if (opened.kind === "refused") return undefined;
  const at = Math.floor(named.receivedAtMs / 1_000);
  const includedAt = new Map([...opened.keyset.keys.keys()].map((kid) => [kid, at]));
  return { keyset: opened.keyset, includedAt };
}
