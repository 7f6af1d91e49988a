import { sql, type Transaction } from "kysely";
import { appendOutbox, type OutboxEvent } from "../platform/outbox.ts";
import type { BatchTables } from "../platform/tables.ts";
import type { AttemptProgress, NewAttempt, NewReceipt } from "./record.ts";

type BatchTransaction = Transaction<BatchTables>;

/** Attempts of one handset at one building this close to each other are one visit, in ms. */
export const visitGapMs = 30 * 60_000;

/**
 * Locks the buildings of a batch in the order of their ids, until commit: what follows sees every
 * earlier batch of theirs, and two batches cannot wait for each other. The commit is durable whatever
 * the database's default says.
 */
export async function lockBuildings(
  transaction: BatchTransaction,
  buildingIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(buildingIds)].toSorted();
  await sql`
    with durable as materialized (select set_config('synchronous_commit', 'on', true))
    insert into vestibule.sequence as known (building_id, stream, last)
    select id, 'outbox', 0 from unnest(${ids}::text[]) as id, durable order by id
    on conflict (building_id, stream) do update set last = known.last
  `.execute(transaction);
}

/** An attempt that was written, with its visit. */
export interface WrittenAttempt {
  readonly id: string;
  readonly visitId: string;
  /** The visit began with it. */
  readonly fresh: boolean;
}

/** Writes attempts, each into its handset's open visit or a new one; those known before are left out. */
export async function writeAttempts(
  transaction: BatchTransaction,
  attempts: readonly NewAttempt[],
): Promise<readonly WrittenAttempt[]> {
  if (attempts.length === 0) return [];
  const batch = JSON.stringify(attempts.map(attemptRow));
  const { rows } = await sql<{ id: string; visit_id: string; fresh: boolean }>`
    with given as (
      select given.* from jsonb_to_recordset(${batch}::jsonb) as given (
        building_id text, id text, entrance_id text, controller_id text, carrier_id text, jkt text,
        assignment_id text, proof_hash text, outcome text, code text, detail jsonb,
        deadline_at timestamptz, presented_at timestamptz, ended_at timestamptz,
        request_key text, request_hash text, new_visit_id text)
      where not exists (
          select from vestibule.attempt known where known.building_id = given.building_id
            and known.jkt = given.jkt and known.request_key = given.request_key)
        and not exists (
          select from vestibule.attempt known where known.building_id = given.building_id
            and known.proof_hash = given.proof_hash)
    ), placed as (
      select given.*,
        coalesce(running.id, min(new_visit_id) over (partition by building_id, jkt)) as visit_id,
        running.id is null as fresh
      from given left join lateral (
        select visit.id from vestibule.visit
        where visit.building_id = given.building_id and visit.jkt = given.jkt
          and visit.closed_at is null
          and visit.last_at > given.presented_at - ${visitGapMs} * interval '1 ms'
        order by visit.last_at desc limit 1
      ) as running on true
    ), begun as (
      insert into vestibule.visit
        (building_id, id, carrier_id, jkt, assignment_id, began_at, last_at)
      select distinct on (visit_id)
        building_id, visit_id, carrier_id, jkt, assignment_id, presented_at, presented_at
      from placed where fresh order by visit_id, presented_at
    ), continued as (
      update vestibule.visit set last_at = greatest(visit.last_at, placed.presented_at) from placed
      where not placed.fresh and visit.building_id = placed.building_id and visit.id = placed.visit_id
    ), written as (
      insert into vestibule.attempt
        (building_id, id, entrance_id, controller_id, carrier_id, jkt, assignment_id, visit_id,
         proof_hash, stage, outcome, code, detail, deadline_at, presented_at, ended_at,
         request_key, request_hash)
      select building_id, id, entrance_id, controller_id, carrier_id, jkt, assignment_id, visit_id,
        proof_hash, 'presented', outcome, code, detail, deadline_at, presented_at, ended_at,
        request_key, request_hash
      from placed on conflict do nothing returning id
    )
    select written.id, placed.visit_id, placed.fresh from written join placed using (id)
  `.execute(transaction);
  return rows.map(({ id, visit_id, fresh }) => ({ id, visitId: visit_id, fresh }));
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

/** What a batch of receipts changed. */
export interface WrittenReceipts {
  /** Ids of those that were not there before. */
  readonly ids: readonly string[];
  readonly progress: readonly AttemptProgress[];
}

/**
 * Writes receipts with their personal halves apart, moves each attempt to what its newest receipt
 * says, and the chain's head with them. A box reaches its own attempts alone.
 */
export async function writeReceipts(
  transaction: BatchTransaction,
  receipts: readonly NewReceipt[],
): Promise<WrittenReceipts> {
  if (receipts.length === 0) return { ids: [], progress: [] };
  const batch = JSON.stringify(receipts.map(receiptRow));
  const stored = await sql<{ id: string }>`
    with given as (
      select * from jsonb_to_recordset(${batch}::jsonb) as (
        building_id text, id text, ctl text, controller_id text, seq bigint, boot text, hash text,
        prev_hash text, ent text, attempt_id text, stage text, code text, jws text,
        received_at timestamptz, car text, salt text, members jsonb)
    ), known as (
      select given.*, attempt.id as known_attempt_id,
        coalesce(carrier.id, attempt.carrier_id) as carrier_id
      from given
        left join vestibule.attempt on attempt.building_id = given.building_id
          and attempt.id = given.attempt_id and attempt.controller_id = given.controller_id
        left join vestibule.carrier on carrier.root = given.car
    ), stored as (
      insert into vestibule.receipt
        (building_id, id, ctl, seq, boot, hash, prev_hash, ent, attempt_id, stage, code, jws, received_at)
      select building_id, id, ctl, seq, boot, hash, prev_hash, ent, known_attempt_id, stage, code,
        jws, received_at
      from known on conflict (building_id, ctl, seq) do nothing returning id
    ), personal as (
      insert into vestibule.receipt_personal
        (building_id, receipt_id, carrier_id, salt, members, received_at)
      select building_id, id, carrier_id, salt, members, received_at
      from known join stored using (id) where salt is not null and carrier_id is not null
    ), head as (
      select distinct on (building_id, ctl) building_id, ctl, seq, hash, received_at
      from given order by building_id, ctl, seq desc
    ), moved as (
      update vestibule.controller
      set chain_seq = head.seq, chain_hash = head.hash, last_seen_at = head.received_at
      from head where controller.building_id = head.building_id and controller.ctl = head.ctl
        and controller.chain_seq < head.seq
    )
    select id from stored
  `.execute(transaction);
  const ids = stored.rows.map(({ id }) => id);
  const fresh = receipts.filter(({ id }) => ids.includes(id));
  return { ids, progress: await moveAttempts(transaction, fresh) };
}

async function moveAttempts(
  transaction: BatchTransaction,
  receipts: readonly NewReceipt[],
): Promise<readonly AttemptProgress[]> {
  if (receipts.length === 0) return [];
  const batch = JSON.stringify(receipts.map(receiptRow));
  const { rows } = await sql<AttemptProgress>`
    with newest as (
      select distinct on (building_id, attempt_id) *
      from jsonb_to_recordset(${batch}::jsonb) as (
        building_id text, controller_id text, attempt_id text, seq bigint, stage text, code text,
        sensing_kind text, sensing_result text, detail jsonb, last boolean, received_at timestamptz)
      order by building_id, attempt_id, seq desc
    ), moved as (
      update vestibule.attempt set
        stage = newest.stage, code = newest.code,
        detail = coalesce(newest.detail, attempt.detail),
        sensing_kind = newest.sensing_kind, sensing_result = newest.sensing_result,
        outcome = case when not newest.last then 'open'
          when newest.code is not null then 'failed' else 'reached' end,
        ended_at = case when newest.last then newest.received_at end,
        -- The driver had been told that the box said nothing.
        late = attempt.late or attempt.outcome = 'silent'
      from newest where attempt.building_id = newest.building_id
        and attempt.id = newest.attempt_id and attempt.controller_id = newest.controller_id
      returning attempt.*, newest.received_at as heard_at
    ), seen as (
      update vestibule.visit set last_at = greatest(visit.last_at, moved.heard_at) from moved
      where visit.building_id = moved.building_id and visit.id = moved.visit_id
        and visit.closed_at is null
    )
    select building_id as "buildingId", id as "attemptId", entrance_id as "entranceId",
      carrier_id as "carrierId", jkt, stage, outcome, code, late
    from moved
  `.execute(transaction);
  return rows;
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

/** Marks attempts of which their box said nothing in time; one that has spoken meanwhile is left. */
export async function markSilent(
  transaction: BatchTransaction,
  silent: readonly {
    readonly buildingId: string;
    readonly attemptId: string;
    readonly atMs: number;
  }[],
): Promise<readonly AttemptProgress[]> {
  if (silent.length === 0) return [];
  const batch = JSON.stringify(
    silent.map(({ buildingId, attemptId, atMs }) => ({
      building_id: buildingId,
      id: attemptId,
      at: new Date(atMs),
    })),
  );
  const { rows } = await sql<AttemptProgress>`
    update vestibule.attempt set outcome = 'silent', ended_at = given.at
    from jsonb_to_recordset(${batch}::jsonb) as given (building_id text, id text, at timestamptz)
    where attempt.building_id = given.building_id and attempt.id = given.id
      and attempt.outcome = 'open' and attempt.stage = 'presented'
    returning attempt.building_id as "buildingId", attempt.id as "attemptId",
      entrance_id as "entranceId", carrier_id as "carrierId", jkt, stage, outcome, code, late
  `.execute(transaction);
  return rows;
}

/** The live event that an attempt's progress is. */
export function progressEvent(progress: AttemptProgress): OutboxEvent {
  const { buildingId, carrierId, attemptId, entranceId, jkt, stage, outcome, code, late } =
    progress;
  const body = {
    attempt: attemptId,
    entrance: entranceId,
    jkt,
    stage,
    outcome,
    ...(code === null ? {} : { code }),
    ...(late ? { late } : {}),
  };
  const kind = outcome === "open" ? "attempt.stage" : "attempt.ended";
  return { buildingId, kind, carrierId, body };
}

/** Appends a batch's events. */
export async function writeEvents(
  transaction: BatchTransaction,
  events: readonly OutboxEvent[],
  atMs: number,
): Promise<void> {
  await appendOutbox(transaction, events, new Date(atMs));
}
