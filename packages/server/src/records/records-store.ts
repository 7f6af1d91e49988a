import { sql, type Transaction } from "kysely";
import { Type } from "typebox";
import { Parse } from "typebox/value";
import type { BatchDatabase } from "../platform/database.ts";
import { outboxRow } from "../platform/outbox.ts";
import type { BatchTables } from "../platform/tables.ts";
import type { Entry, NewAttempt, NewReceipt } from "./record.ts";

/** Attempts of one handset at one building this close to each other are one visit, in ms. */
export const visitGapMs = 30 * 60_000;

const ids = Type.Array(Type.String());
const written = Type.Object({ attempts: ids, receipts: ids, silences: ids });

/**
 * Writes a batch in one transaction and one round trip (`vestibule.write_records`, migration 0011):
 * each message between processes costs more than most rows do.
 *
 * @returns the ids of attempts, receipts and silent attempts that were not there before.
 */
export async function writeRecords(
  database: BatchDatabase,
  entries: readonly Entry[],
  { buildingIds, nowMs }: { readonly buildingIds: readonly string[]; readonly nowMs: number },
): Promise<ReadonlySet<string>> {
  const batch = JSON.stringify({
    buildings: buildingIds,
    attempts: entries.flatMap((entry) =>
      entry.kind === "attempt" ? [attemptRow(entry.attempt)] : [],
    ),
    receipts: entries.flatMap((entry) =>
      entry.kind === "receipt" ? [receiptRow(entry.receipt)] : [],
    ),
    silences: entries.flatMap((entry) =>
      entry.kind === "silent"
        ? [{ building_id: entry.buildingId, id: entry.attemptId, at: new Date(entry.atMs) }]
        : [],
    ),
    events: entries.flatMap((entry) => (entry.kind === "event" ? [outboxRow(entry.event)] : [])),
  });
  const { rows } = await sql<{ written: unknown }>`
    select vestibule.write_records(
      ${batch}::jsonb, ${visitGapMs} * interval '1 ms', ${new Date(nowMs)}) as written
  `.execute(database);
  const { attempts, receipts, silences } = Parse(written, rows[0]?.written);
  return new Set([...attempts, ...receipts, ...silences]);
}

/**
 * Locks buildings in the order of their ids, until commit: what follows sees every earlier batch of
 * theirs, and two transactions cannot wait for each other.
 */
export async function lockBuildings(
  transaction: Transaction<BatchTables>,
  buildingIds: readonly string[],
): Promise<void> {
  const sorted = [...new Set(buildingIds)].toSorted();
  await sql`
    insert into vestibule.sequence as known (building_id, stream, last)
    select id, 'outbox', 0 from unnest(${sorted}::text[]) as id order by id
    on conflict (building_id, stream) do update set last = known.last
  `.execute(transaction);
}

function attemptRow(attempt: NewAttempt) {
  return {
    building_id: attempt.buildingId,
    id: attempt.id,
    entrance_id: attempt.entranceId,
    controller_id: attempt.controllerId,
    carrier_id: attempt.carrierId,
    jkt: attempt.jkt,
    assignment_id: attempt.assignmentId,
    proof_hash: attempt.proofHash,
    outcome: attempt.refusal === undefined ? "open" : "failed",
    code: attempt.refusal?.code ?? null,
    detail: attempt.refusal?.detail ?? null,
    deadline_at: new Date(attempt.deadlineMs),
    presented_at: new Date(attempt.presentedMs),
    ended_at: attempt.refusal === undefined ? null : new Date(attempt.presentedMs),
    request_key: attempt.requestKey,
    request_hash: attempt.requestHash,
    new_visit_id: attempt.visitId,
  };
}

function receiptRow(receipt: NewReceipt) {
  const { salt, ...members } = receipt.personal ?? {};
  return {
    building_id: receipt.buildingId,
    id: receipt.id,
    ctl: receipt.ctl,
    controller_id: receipt.controllerId,
    seq: receipt.seq,
    boot: receipt.boot,
    hash: receipt.hash,
    prev_hash: receipt.prevHash,
    ent: receipt.ent,
    attempt_id: receipt.attemptId,
    stage: receipt.stage,
    code: receipt.code ?? null,
    jws: receipt.text,
    received_at: new Date(receipt.receivedMs),
    car: receipt.personal?.car ?? null,
    salt: salt ?? null,
    members: receipt.personal === undefined ? null : members,
    sensing_kind: receipt.sensing.kind,
    sensing_result: receipt.sensing.result,
    detail: receipt.detail ?? null,
    last: receipt.last,
  };
}
