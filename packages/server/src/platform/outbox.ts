import { sql, type Transaction } from "kysely";
import type { BatchTables, Tables } from "./tables.ts";

/** Something that happened in a building. Ids and words only: no code, no name, no token. */
export interface OutboxEvent {
  readonly buildingId: string;
  /** What happened, such as `attempt.released`. */
  readonly kind: string;
  /** The carrier that may read it too. */
  readonly carrierId?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Appends events in the transaction that makes them true, each building's numbered without gaps
 * (migration 0011).
 *
 * @param at the time of the events.
 */
export async function appendOutbox(
  transaction: Transaction<Tables> | Transaction<BatchTables>,
  events: readonly OutboxEvent[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  const batch = JSON.stringify(events.map(outboxRow));
  await sql`select vestibule.append_outbox(${batch}::jsonb, ${at})`.execute(transaction);
}

/** An event as `vestibule.append_outbox` takes it. */
export function outboxRow({ buildingId, kind, carrierId, body }: OutboxEvent) {
  return { building_id: buildingId, kind, carrier_id: carrierId ?? null, body };
}
