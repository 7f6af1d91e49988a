import { canonicalize, type JsonValue, parseCanonical } from "@vestibule/core";
import { sql } from "kysely";
import type { DatabaseTransaction } from "../platform/database.ts";

/** A stored policy. */
export interface PolicyRow {
  readonly id: string;
  readonly ver: number;
  readonly hash: string;
  /** The envelope as it travels. */
  readonly text: string;
  readonly offeredAtMs: number;
  readonly inForceFromMs: number;
}

/** A building's accepted policies, oldest first. */
export async function readPolicyRows(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<readonly PolicyRow[]> {
  const rows = await transaction
    .selectFrom("policy")
    .select(["id", "ver", "hash", "bytes", "offered_at", "in_force_from"])
    // As text: jsonb keeps the members, JCS gives them their order again.
    .select(sql<string>`sigs::text`.as("sigs"))
    .where("building_id", "=", buildingId)
    .where("state", "in", ["pending", "in-force", "replaced"])
    .orderBy("ver")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    ver: row.ver,
    hash: row.hash,
    text: `{"policy":${row.bytes},"sigs":${canonicalize(parseSigs(row.sigs))}}`,
    offeredAtMs: row.offered_at.getTime(),
    inForceFromMs: (row.in_force_from ?? row.offered_at).getTime(),
  }));
}

function parseSigs(text: string): JsonValue {
  // PostgreSQL writes spaces and its own order; the canonical reader wants neither.
  const value: JsonValue = JSON.parse(text);
  return parseCanonical(canonicalize(value)) ?? [];
}

/** What is stored of an accepted policy. */
export interface NewPolicy {
  readonly id: string;
  readonly ver: number;
  readonly hash: string;
  readonly prevHash: string | undefined;
  readonly bytes: string;
  readonly sigs: string;
  readonly offeredAt: Date;
  readonly inForceFrom: Date;
  readonly until: Date;
}

/** Stores an accepted policy; `settlePolicies` says what it replaces. */
export async function insertPolicy(
  transaction: DatabaseTransaction,
  buildingId: string,
  policy: NewPolicy,
): Promise<void> {
  await transaction
    .insertInto("policy")
    .values({
      building_id: buildingId,
      id: policy.id,
      ver: policy.ver,
      hash: policy.hash,
      prev_hash: policy.prevHash ?? null,
      bytes: policy.bytes,
      sigs: policy.sigs,
      state: "pending",
      offered_at: policy.offeredAt,
      notice_ends_at: policy.inForceFrom,
      in_force_from: policy.inForceFrom,
      in_force_until: policy.until,
    })
    .execute();
}

/**
 * Writes into the rows what time has made true: the newest whose notice has run is in force, those
 * before it are replaced. Readers compute the same from the times and need not wait for it.
 */
export async function settlePolicies(
  transaction: DatabaseTransaction,
  buildingId: string,
  at: Date,
): Promise<void> {
  await sql`
    with newest as (
      select id, ver from vestibule.policy
      where building_id = ${buildingId} and in_force_from <= ${at}
        and state in ('pending', 'in-force', 'replaced')
      order by ver desc limit 1
    )
    update vestibule.policy set state = 'replaced' from newest
    where building_id = ${buildingId} and policy.ver < newest.ver
      and state in ('pending', 'in-force')
  `.execute(transaction);
  await sql`
    update vestibule.policy set state = 'in-force'
    where building_id = ${buildingId} and state = 'pending' and in_force_from <= ${at}
  `.execute(transaction);
}

/** Waits for whoever else changes this building's policies now; held until the end of the transaction. */
export async function lockPolicies(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`policies ${buildingId}`}))`.execute(
    transaction,
  );
}
