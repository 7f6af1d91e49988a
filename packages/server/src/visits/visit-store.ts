import { sql } from "kysely";
import { type AttemptDetails, entryDetails, readEntryDetails } from "../attempts/entry-details.ts";
import type { DatabaseTransaction } from "../platform/database.ts";

/** A page of a building's visits with how far each came, newest first. */
export async function pageVisits(
  transaction: DatabaseTransaction,
  page: { readonly buildingId: string; readonly after: string | undefined; readonly limit: number },
) {
  const { rows } = await sql<{
    id: string;
    carrier: string | null;
    domain: string | null;
    begun: Date;
    last: Date;
    closed: Date | null;
    attempts: number;
    opened: number;
  }>`
    select visit.id, carrier.name as carrier, carrier.domain, began_at as begun, last_at as last,
      closed_at as closed, count(attempt.id) as attempts,
      count(attempt.id) filter (where attempt.outcome = 'reached'
        and attempt.stage in ('released', 'confirmed')) as opened
    from vestibule.visit
      left join vestibule.carrier on carrier.id = visit.carrier_id
      left join vestibule.attempt on attempt.building_id = visit.building_id
        and attempt.visit_id = visit.id
    where visit.building_id = ${page.buildingId}
      and (${page.after ?? null}::text is null or visit.id < ${page.after ?? null})
    group by visit.building_id, visit.id, carrier.name, carrier.domain
    order by visit.id desc limit ${page.limit}
  `.execute(transaction);
  const { buildingId } = page;
  const ids = rows.map(({ id }) => id);
  const told = await readEntryDetails(transaction, { buildingId, of: "visit", ids });
  return rows.map((row) => ({
    id: row.id,
    carrier: row.carrier,
    ...(row.domain === null ? {} : { carrierDomain: row.domain }),
    startedAt: row.begun.toISOString(),
    lastAt: row.last.toISOString(),
    ...(row.closed === null ? {} : { endedAt: row.closed.toISOString() }),
    attempts: row.attempts,
    opened: row.opened,
    ...visitDetails(told.filter(({ visitId }) => visitId === row.id)),
  }));
}

/** Who came, and the parcels that opened a door: those of a refused attempt brought nothing in. */
function visitDetails(attempts: readonly AttemptDetails[]) {
  const { driver } = entryDetails(attempts);
  const opened = entryDetails(attempts.filter(({ isOpened }) => isOpened));
  return { ...opened, ...(driver === undefined ? {} : { driver }) };
}
