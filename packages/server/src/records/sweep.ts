import { sql } from "kysely";
import type { BatchDatabase } from "../platform/database.ts";
import { appendOutbox } from "../platform/outbox.ts";
import type { RecordWriter } from "./record-writer.ts";
import { lockBuildings, visitGapMs } from "./records-store.ts";

/** How often loose ends are looked for, in ms. */
export const sweepEveryMs = 10_000;
/** How long after its deadline an attempt is taken for silent where nobody waited it out, in ms. */
const abandonedMs = 10_000;
const rowsMax = 500;

/**
 * Ends what nobody is left to end: attempts whose process died while they waited, and visits after
 * which nobody came. Several processes may do it at once; each row is ended once.
 */
export async function sweepRecords(
  database: BatchDatabase,
  { writer, nowMs }: { readonly writer: RecordWriter; readonly nowMs: number },
): Promise<void> {
  const abandoned = await database
    .selectFrom("attempt")
    .select(["building_id", "id"])
    .where("outcome", "=", "open")
    .where("stage", "=", "presented")
    .where("deadline_at", "<", new Date(nowMs - abandonedMs))
    .limit(rowsMax)
    .execute();
  await Promise.all(
    abandoned.map(({ building_id: buildingId, id: attemptId }) =>
      writer.write({ kind: "silent", buildingId, attemptId, atMs: nowMs }),
    ),
  );
  await endVisits(database, nowMs);
}

async function endVisits(database: BatchDatabase, nowMs: number): Promise<void> {
  const until = new Date(nowMs - visitGapMs);
  const over = await database
    .selectFrom("visit")
    .select(["building_id", "id"])
    .where("closed_at", "is", null)
    .where("last_at", "<", until)
    .limit(rowsMax)
    .execute();
  if (over.length === 0) return;
  await database.transaction().execute(async (transaction) => {
    await lockBuildings(
      transaction,
      over.map(({ building_id }) => building_id),
    );
    const ids = over.map(({ id }) => id);
    const { rows } = await sql<{ buildingId: string; id: string; carrierId: string; jkt: string }>`
      update vestibule.visit set closed_at = last_at
      where id = any(${ids}::text[]) and closed_at is null and last_at < ${until}
      returning building_id as "buildingId", id, carrier_id as "carrierId", jkt
    `.execute(transaction);
    const events = rows.map(({ buildingId, id, carrierId, jkt }) => ({
      buildingId,
      carrierId,
      kind: "visit.ended",
      body: { visit: id, jkt },
    }));
    await appendOutbox(transaction, events, new Date(nowMs));
  });
}
