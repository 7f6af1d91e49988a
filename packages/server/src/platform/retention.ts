import { type Kysely, sql } from "kysely";
import { entryRetentionMs } from "./retention-limits.ts";

/** How many rows went, by table. */
export type Removed = Readonly<Record<string, number>>;

/** One table's rule: which column tells a row's age, how long it may live, what must go before it. */
interface Rule {
  readonly table: string;
  readonly age: string;
  readonly keptMs: number;
  /** Rows that something younger still names stay until that is gone. */
  readonly unless?: string;
}

const day = 24 * 3_600_000;
/** Answers of repeated requests. */
const idempotencyMs = 7 * day;
/** Who changed what in a building; no driver and no handset is ever its subject. */
const auditMs = 400 * day;

// In this order: the members of receipts that name somebody go first, a person's row goes last.
export const retentionRules: readonly Rule[] = [
  { table: "vestibule.receipt_personal", age: "received_at", keptMs: entryRetentionMs },
  { table: "vestibule.receipt", age: "received_at", keptMs: entryRetentionMs },
  { table: "vestibule.attempt", age: "presented_at", keptMs: entryRetentionMs },
  { table: "vestibule.visit", age: "last_at", keptMs: entryRetentionMs },
  // Takes its parcels, units and grants along.
  { table: "vestibule.assignment", age: "received_at", keptMs: entryRetentionMs },
  { table: "vestibule.outbox", age: "at", keptMs: entryRetentionMs },
  { table: "vestibule.badge", age: "last_used_at", keptMs: entryRetentionMs },
  {
    table: "vestibule.handset",
    age: "last_used_at",
    keptMs: entryRetentionMs,
    unless: "exists (select from vestibule.badge where handset_id = handset.id)",
  },
  {
    table: "vestibule.driver",
    age: "last_used_at",
    keptMs: entryRetentionMs,
    unless: "exists (select from vestibule.handset where driver_id = driver.id)",
  },
  {
    table: "vestibule.consent",
    // A withdrawn one is remembered for as long as a badge that rests on it could come back.
    age: "coalesce(withdrawn_at, given_at)",
    keptMs: entryRetentionMs,
    unless: "exists (select from vestibule.driver where consent_id = consent.id)",
  },
  { table: "vestibule.idempotency_key", age: "created_at", keptMs: idempotencyMs },
  { table: "vestibule.audit_event", age: "at", keptMs: auditMs },
  { table: "vestibule.enrolment", age: "expires_at", keptMs: 0 },
  { table: "vestibule.signing_challenge", age: "expires_at", keptMs: 0 },
  { table: "auth.handset_session", age: "expires_at", keptMs: 0 },
  { table: "auth.handset_statement", age: "expires_at", keptMs: 0 },
  { table: "auth.invitation_link", age: "expires_at", keptMs: 30 * day },
  { table: 'auth."session"', age: '"expiresAt"', keptMs: 0 },
  { table: 'auth."verification"', age: '"expiresAt"', keptMs: 0 },
];

/**
 * Deletes what has outlived its time, as `vestibule_jobs`. Each table is its own statement, so that a
 * fault in one keeps none of the others; running twice removes nothing more.
 *
 * @param nowMs epoch ms; the only clock it knows.
 */
export async function removeExpired(database: Kysely<unknown>, nowMs: number): Promise<Removed> {
  const removed: Record<string, number> = {};
  const faults: unknown[] = [];
  for (const { table, age, keptMs, unless } of retentionRules) {
    const before = new Date(nowMs - keptMs);
    try {
      const result = await sql`
        delete from ${sql.raw(table)}
        where ${sql.raw(age)} <= ${before} ${sql.raw(unless ? `and not ${unless}` : "")}
      `.execute(database);
      removed[table] = Number(result.numAffectedRows ?? 0n);
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0)
    throw new AggregateError(faults, "retention could not remove every expired row");
  return removed;
}
