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
 * Appends events in the transaction that makes them true. Each building's numbers are without gaps
 * and appear in their order, because the counter's row stays locked until commit; several buildings
 * are locked in the order of their ids, so that two batches cannot wait for each other.
 *
 * @param at the time of the events.
 */
export async function appendOutbox(
  transaction: Transaction<Tables> | Transaction<BatchTables>,
  events: readonly OutboxEvent[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  const batch = JSON.stringify(
    events.map(({ buildingId, kind, carrierId, body }, place) => ({
      building_id: buildingId,
      place,
      kind,
      carrier_id: carrierId ?? null,
      body,
    })),
  );
  await sql`
    with event as (
      select * from jsonb_to_recordset(${batch}::jsonb)
        as (building_id text, place integer, kind text, carrier_id text, body jsonb)
    ), counted as (
      insert into vestibule.sequence as known (building_id, stream, last)
      select building_id, 'outbox', count(*) from event group by building_id order by building_id
      on conflict (building_id, stream) do update set last = known.last + excluded.last
      returning building_id, last
    )
    insert into vestibule.outbox (building_id, seq, kind, carrier_id, body, at)
    select event.building_id,
      counted.last - count(*) over (partition by event.building_id)
        + row_number() over (partition by event.building_id order by event.place),
      event.kind, event.carrier_id, event.body, ${at}
    from event join counted using (building_id)
  `.execute(transaction);
}
