import type { DatabaseTransaction } from "../platform/database.ts";

/** A page of a building's receipts, newest first. */
export async function pageReceipts(
  transaction: DatabaseTransaction,
  page: { readonly buildingId: string; readonly after: string | undefined; readonly limit: number },
) {
  let query = transaction
    .selectFrom("receipt")
    .selectAll()
    .where("building_id", "=", page.buildingId)
    .orderBy("id", "desc")
    .limit(page.limit);
  if (page.after !== undefined) query = query.where("id", "<", page.after);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    ctl: row.ctl,
    seq: row.seq,
    hash: row.hash,
    ent: row.ent,
    attempt: row.attempt_id,
    stage: row.stage,
    code: row.code,
    text: row.jws,
    receivedAt: row.received_at.toISOString(),
  }));
}
