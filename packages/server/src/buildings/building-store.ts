import { sql } from "kysely";
import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";

/** A building as its organization sees it in a list. */
export interface BuildingRow {
  readonly id: string;
  readonly organizationId: string;
  readonly bld: string | null;
  readonly name: string;
  readonly address: string;
  readonly timeZone: string;
  readonly state: "claimed" | "proved";
  readonly demo: boolean;
  /** How people at the door reach the manager. */
  readonly contact: string | null;
}

const columns = [
  "id",
  "organization_id",
  "bld",
  "name",
  "address",
  "time_zone",
  "state",
  "demo",
  "contact",
] as const;

/** What narrows a portfolio. */
export interface PortfolioQuery {
  /** The last building of the page before. */
  readonly after?: string;
  /** Words that name or address contain, in any case. */
  readonly search?: string;
  readonly organizationId?: string;
  readonly limit: number;
}

/** How people put names in order: without regard to case, and 9 before 12. Up to nine digits count. */
const inOrder = sql<string>`regexp_replace(regexp_replace(lower(name), '(\\d+)', '000000000\\1', 'g'), '\\d*(\\d{9})', '\\1', 'g')`;

/** One page of the buildings that the transaction may list, by name. */
export async function listBuildings(
  transaction: DatabaseTransaction,
  query: PortfolioQuery,
): Promise<readonly BuildingRow[]> {
  let select = transaction
    .selectFrom("building")
    .select(columns)
    .orderBy(inOrder)
    .orderBy("name")
    .orderBy("id")
    .limit(query.limit);
  if (query.organizationId !== undefined)
    select = select.where("organization_id", "=", query.organizationId);
  if (query.after !== undefined)
    select = select.where(
      sql<boolean>`(${inOrder}, name, id) > (select ${inOrder}, name, id from vestibule.building where id = ${query.after})`,
    );
  for (const word of (query.search ?? "").split(/\s+/).filter(Boolean)) {
    const pattern = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
    select = select.where(sql<boolean>`(name || ' ' || address) ilike ${pattern}`);
  }
  const rows = await select.execute();
  return rows.map(({ organization_id, time_zone, ...row }) => ({
    ...row,
    organizationId: organization_id,
    timeZone: time_zone,
  }));
}

/** One building that the transaction may see. */
export async function findBuilding(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<BuildingRow | undefined> {
  const row = await transaction
    .selectFrom("building")
    .select(columns)
    .where("id", "=", buildingId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { organization_id, time_zone, ...rest } = row;
  return { ...rest, organizationId: organization_id, timeZone: time_zone };
}

/** A building that somebody claims. */
export interface NewBuilding {
  readonly organizationId: string;
  readonly name: string;
  readonly address: string;
  readonly timeZone: string;
  readonly contact: string | undefined;
  readonly nowMs: number;
}

/** Stores a claimed building and answers its id. */
export async function insertBuilding(
  transaction: DatabaseTransaction,
  { organizationId, name, address, timeZone, contact, nowMs }: NewBuilding,
): Promise<string> {
  const id = newId("building", nowMs);
  await transaction
    .insertInto("building")
    .values({
      id,
      organization_id: organizationId,
      bld: null,
      name,
      address,
      time_zone: timeZone,
      proved_at: null,
      contact: contact ?? null,
      created_at: new Date(nowMs),
    })
    .execute();
  return id;
}

/** Turns a claim into a proved authority, once. */
export async function markProved(
  transaction: DatabaseTransaction,
  { buildingId, at }: { readonly buildingId: string; readonly at: Date },
): Promise<boolean> {
  const updated = await transaction
    .updateTable("building")
    .set({ state: "proved", proved_at: at })
    .where("id", "=", buildingId)
    .where("state", "=", "claimed")
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}
