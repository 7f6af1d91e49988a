import { sql } from "kysely";
import type { DatabaseTransaction } from "../platform/database.ts";

/** What a box said of a policy: from when it counts there, or why it was not taken. */
export type PolicyWord =
  | { readonly kind: "taken"; readonly inForceFromMs: number }
  | { readonly kind: "refused"; readonly code: string };

/** A box's word with the policy that it is about. */
export interface SaidPolicy {
  readonly ctl: string;
  readonly hash: string;
  readonly word: PolicyWord;
}

/** What a building's boxes said of its policies. */
export async function readPolicyWords(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<readonly SaidPolicy[]> {
  const rows = await transaction
    .selectFrom("policy_box")
    .select(["policy_hash", "ctl", "in_force_from", "code"])
    .where("building_id", "=", buildingId)
    .orderBy("ctl")
    .execute();
  return rows.flatMap(
    ({ policy_hash: hash, ctl, in_force_from: from, code }): readonly SaidPolicy[] => {
      if (from !== null)
        return [{ ctl, hash, word: { kind: "taken", inForceFromMs: from.getTime() } }];
      return code === null ? [] : [{ ctl, hash, word: { kind: "refused", code } }];
    },
  );
}

/**
 * Keeps what a box said of a policy of its building. A policy once taken stays taken: a refusal that
 * comes after it is of a copy too many.
 *
 * @returns whether this is news.
 */
export async function keepPolicyWord(
  transaction: DatabaseTransaction,
  said: SaidPolicy & { readonly buildingId: string; readonly at: Date },
): Promise<boolean> {
  const { buildingId, hash, ctl, word, at } = said;
  const from = word.kind === "taken" ? new Date(word.inForceFromMs) : null;
  const code = word.kind === "refused" ? word.code : null;
  const { numAffectedRows } = await sql`
    insert into vestibule.policy_box as known
      (building_id, policy_hash, ctl, in_force_from, code, said_at)
    select building_id, hash, ${ctl}, ${from}::timestamptz, ${code}::text, ${at}::timestamptz
    from vestibule.policy where building_id = ${buildingId} and hash = ${hash}
    on conflict (building_id, policy_hash, ctl) do update
      set in_force_from = excluded.in_force_from, code = excluded.code, said_at = excluded.said_at
      where (known.in_force_from, known.code) is distinct from (excluded.in_force_from, excluded.code)
        and (excluded.code is null or known.in_force_from is null)
  `.execute(transaction);
  return numAffectedRows === 1n;
}
