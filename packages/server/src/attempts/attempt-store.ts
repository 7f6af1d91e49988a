import type { RefusalDetail } from "@vestibule/core";
import { type SelectQueryBuilder, sql } from "kysely";
import { Type } from "typebox";
import { Check } from "typebox/value";
import type { DatabaseTransaction } from "../platform/database.ts";
import type { AttemptTable, Tables } from "../platform/tables.ts";
import type { AttemptOutcome, SensingSeen } from "../records/record.ts";

/** An attempt as it stands, with the text of the newest receipt that names it. */
export interface StoredAttempt {
  readonly id: string;
  readonly buildingId: string;
  readonly entranceId: string;
  readonly visitId: string | null;
  readonly carrierId: string;
  readonly carrierName: string | null;
  readonly carrierDomain: string | null;
  readonly stage: AttemptTable["stage"];
  readonly outcome: AttemptOutcome;
  readonly code: string | null;
  readonly detail: RefusalDetail;
  readonly sensing: SensingSeen | undefined;
  readonly late: boolean;
  readonly presentedAt: Date;
  readonly endedAt: Date | null;
  readonly deadlineAt: Date;
  readonly requestHash: string | null;
  readonly receipt: string | null;
}

const refusalDetail = Type.Object({
  field: Type.Optional(Type.String()),
  domain: Type.Optional(Type.String()),
  until: Type.Optional(Type.Number()),
  localTime: Type.Optional(Type.String()),
  left: Type.Optional(Type.Number()),
});

function attempts(transaction: DatabaseTransaction) {
  return transaction
    .selectFrom("attempt")
    .leftJoin("carrier", "carrier.id", "attempt.carrier_id")
    .selectAll("attempt")
    .select(["carrier.name as carrier_name", "carrier.domain as carrier_domain"])
    .select(
      sql<string | null>`(select receipt.jws from vestibule.receipt
        where receipt.building_id = attempt.building_id and receipt.attempt_id = attempt.id
        order by receipt.seq desc limit 1)`.as("receipt"),
    );
}

type AttemptQuery = ReturnType<typeof attempts>;
type AttemptRow =
  AttemptQuery extends SelectQueryBuilder<Tables, "attempt", infer Row>
    ? Row
    : Awaited<ReturnType<AttemptQuery["execute"]>>[number];

/** One attempt of those that the context shows. */
export async function readAttempt(
  transaction: DatabaseTransaction,
  attemptId: string,
): Promise<StoredAttempt | undefined> {
  const row = await attempts(transaction).where("attempt.id", "=", attemptId).executeTakeFirst();
  return row && storedAttempt(row);
}

/** The attempt that a handset's request made. */
export async function readAttemptOfRequest(
  transaction: DatabaseTransaction,
  request: { readonly buildingId: string; readonly jkt: string; readonly key: string },
): Promise<StoredAttempt | undefined> {
  const row = await attempts(transaction)
    .where("attempt.building_id", "=", request.buildingId)
    .where("attempt.jkt", "=", request.jkt)
    .where("attempt.request_key", "=", request.key)
    .executeTakeFirst();
  return row && storedAttempt(row);
}

/** A page of attempts, newest first; ids sort by time. */
export async function pageAttempts(
  transaction: DatabaseTransaction,
  page: {
    readonly buildingId?: string;
    readonly jkt?: string;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<readonly StoredAttempt[]> {
  let query = attempts(transaction).orderBy("attempt.id", "desc").limit(page.limit);
  if (page.buildingId !== undefined)
    query = query.where("attempt.building_id", "=", page.buildingId);
  if (page.jkt !== undefined) query = query.where("attempt.jkt", "=", page.jkt);
  if (page.after !== undefined) query = query.where("attempt.id", "<", page.after);
  return (await query.execute()).map(storedAttempt);
}

function storedAttempt(row: AttemptRow): StoredAttempt {
  const { sensing_kind: kind, sensing_result: result } = row;
  return {
    id: row.id,
    buildingId: row.building_id,
    entranceId: row.entrance_id,
    visitId: row.visit_id,
    carrierId: row.carrier_id,
    carrierName: row.carrier_name,
    carrierDomain: row.carrier_domain,
    stage: row.stage,
    outcome: row.outcome,
    code: row.code,
    detail: Check(refusalDetail, row.detail) ? row.detail : {},
    sensing: kind === null || result === null ? undefined : { kind, result },
    late: row.late,
    presentedAt: row.presented_at,
    endedAt: row.ended_at,
    deadlineAt: row.deadline_at,
    requestHash: row.request_hash,
    receipt: row.receipt,
  };
}
