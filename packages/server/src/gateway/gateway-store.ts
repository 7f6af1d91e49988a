import type { ChainHead, PublicJwk } from "@vestibule/core";
import { sql } from "kysely";
import { appendAudit } from "../platform/audit.ts";
import { type BatchDatabase, type Database, inContext } from "../platform/database.ts";
import { appendOutbox } from "../platform/outbox.ts";
import { heartbeatMs, processSilentMsMax } from "./process-link.ts";

/** A registered box as the gateway needs it. */
export interface RegisteredBox {
  readonly buildingId: string;
  readonly controllerId: string;
  readonly adopted: boolean;
  readonly quarantined: boolean;
  readonly head: ChainHead | undefined;
}

/** A box that signed in. */
export interface SignedIn {
  readonly ctl: string;
  readonly jwk: PublicJwk;
  readonly boot: string;
  readonly software: string;
  readonly nowMs: number;
}

/** The building's box with this key, its newest boot and version noted; undefined = registered nowhere. */
export async function signInBox(
  database: Database,
  box: SignedIn,
): Promise<RegisteredBox | undefined> {
  const buildingId = await buildingOfBox(database, box.ctl);
  if (buildingId === undefined) return undefined;
  return inContext(database, boxContext(box.ctl, buildingId), async (transaction) => {
    const row = await transaction
      .updateTable("controller")
      .set({
        jwk: JSON.stringify(box.jwk),
        boot: box.boot,
        software: box.software,
        last_seen_at: new Date(box.nowMs),
        // Of its doors it has said nothing on this link yet.
        doors: null,
      })
      .where("building_id", "=", buildingId)
      .where("ctl", "=", box.ctl)
      .returning(["id", "adopted_at", "quarantined_at", "chain_seq", "chain_hash"])
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      buildingId,
      controllerId: row.id,
      adopted: row.adopted_at !== null,
      quarantined: row.quarantined_at !== null,
      head: row.chain_hash === null ? undefined : { seq: row.chain_seq, hash: row.chain_hash },
    };
  });
}

async function buildingOfBox(database: Database, ctl: string): Promise<string | undefined> {
  const row = await inContext(database, { role: "box" }, (transaction) =>
    transaction
      .selectFrom("directory")
      .select("building_id")
      .where("kind", "=", "ctl")
      .where("key", "=", ctl)
      .executeTakeFirst(),
  );
  return row?.building_id;
}

/** What a box's requests reach: its building. */
export function boxContext(ctl: string, buildingId: string) {
  return { role: "box", principal: `box ${ctl}`, buildings: [buildingId] } as const;
}

/** Shuts a box out until it is re-commissioned, with its alarm. @returns false when it was already. */
export async function quarantineBox(
  database: Database,
  box: { readonly ctl: string; readonly buildingId: string; readonly controllerId: string },
  { because, nowMs }: { readonly because: string; readonly nowMs: number },
): Promise<boolean> {
  const { ctl, buildingId, controllerId } = box;
  return inContext(database, boxContext(ctl, buildingId), async (transaction) => {
    const updated = await transaction
      .updateTable("controller")
      .set({ quarantined_at: new Date(nowMs) })
      .where("building_id", "=", buildingId)
      .where("id", "=", controllerId)
      .where("quarantined_at", "is", null)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 0n) return false;
    const kind = "controller.quarantined";
    const body = { controller: controllerId, because };
    const principal = `box ${ctl}`;
    const detail = { because };
    await appendAudit(
      transaction,
      { buildingId, principal, kind, subject: controllerId, detail },
      nowMs,
    );
    await appendOutbox(transaction, [{ buildingId, kind, body }], new Date(nowMs));
    return true;
  });
}

/** The hash kept of an earlier receipt; undefined where retention took it. */
export async function receiptHash(
  database: Database,
  receipt: { readonly buildingId: string; readonly ctl: string; readonly seq: number },
): Promise<string | undefined> {
  const { buildingId, ctl, seq } = receipt;
  const row = await inContext(database, boxContext(ctl, buildingId), (transaction) =>
    transaction
      .selectFrom("receipt")
      .select("hash")
      .where("building_id", "=", buildingId)
      .where("ctl", "=", ctl)
      .where("seq", "=", seq)
      .executeTakeFirst(),
  );
  return row?.hash;
}

/** A session row: which process holds a box. */
export interface SessionRow {
  readonly ctl: string;
  readonly process: string;
  readonly buildingId: string | null;
  readonly offer: unknown;
}

/**
 * Writes which process holds a box; the newest wins.
 *
 * @returns the other process that held it before.
 */
export async function putSession(
  database: BatchDatabase,
  session: {
    readonly ctl: string;
    readonly process: string;
    readonly buildingId: string | undefined;
  },
): Promise<string | undefined> {
  const { ctl, process, buildingId } = session;
  const { rows } = await sql<{ before: string | null }>`
    with before as (
      select process from vestibule.box_session where ctl = ${ctl} and process <> ${process}
    )
    insert into vestibule.box_session as session (ctl, process, building_id, opened_at)
    values (${ctl}, ${process}, ${buildingId ?? null}, clock_timestamp())
    on conflict (ctl) do update
      set process = excluded.process, building_id = excluded.building_id, offer = null
    returning (select process from before) as before
  `.execute(database);
  return rows[0]?.before ?? undefined;
}

/** Notes an unclaimed box's offer beside its session. */
export async function putOffer(
  database: BatchDatabase,
  { ctl, offer }: { readonly ctl: string; readonly offer: object },
): Promise<void> {
  await database
    .updateTable("box_session")
    .set({ offer: JSON.stringify(offer) })
    .where("ctl", "=", ctl)
    .execute();
}

/** Removes a session unless another process has taken the box over. */
export async function dropSession(
  database: BatchDatabase,
  { ctl, process }: { readonly ctl: string; readonly process: string },
): Promise<void> {
  await database
    .deleteFrom("box_session")
    .where("ctl", "=", ctl)
    .where("process", "=", process)
    .execute();
}

/**
 * A process that holds its proof of life: the lock named by its id, which PostgreSQL gives free the
 * moment the process ends, however it ends.
 */
const holdsProof = sql`exists (
  select from pg_locks where locktype = 'advisory' and objsubid = 1
    and database = (select oid from pg_database where datname = current_database())
    and classid::bigint = ('x' || left(server_process.id, 8))::bit(32)::bigint
    and objid::bigint = ('x' || right(server_process.id, 8))::bit(32)::bigint
)`;
/** A machine that lost its power gives no lock free: its silence tells. */
const living = sql`
  select id from vestibule.server_process
  where seen_at > clock_timestamp() - ${sql.lit(processSilentMsMax)} * interval '1 ms'
    and ${holdsProof}
`;

/** Which other process holds a box by its row, and whether that process lives. */
export interface Holder {
  readonly process: string;
  readonly living: boolean;
}

/** The other process that a box's row names; undefined where there is none. */
export async function holderElsewhere(
  database: BatchDatabase,
  { ctl, process }: { readonly ctl: string; readonly process: string },
): Promise<Holder | undefined> {
  const { rows } = await sql<Holder>`
    select process, process in (${living}) as living from vestibule.box_session
    where ctl = ${ctl} and process <> ${process}
  `.execute(database);
  return rows[0];
}

/** Whether a process lives. */
export async function isLiving(database: BatchDatabase, process: string): Promise<boolean> {
  const { rows } = await sql<{ living: boolean }>`
    select ${process} in (${living}) as living
  `.execute(database);
  return rows[0]?.living ?? false;
}

/** The boxes that other living processes hold. */
export async function sessions(
  database: BatchDatabase,
  process: string,
): Promise<readonly SessionRow[]> {
  const { rows } = await sql<SessionRow>`
    with living as materialized (${living})
    select ctl, process, building_id as "buildingId", offer from vestibule.box_session
    join living on living.id = box_session.process
    where process <> ${process}
  `.execute(database);
  return rows;
}

/**
 * Writes the rows of all boxes that a process holds, where none is or a dead process's, and tells
 * which living process has another.
 */
export async function reclaimSessions(
  database: BatchDatabase,
  process: string,
  held: readonly {
    readonly ctl: string;
    readonly buildingId: string | undefined;
    readonly offer: object | undefined;
  }[],
): Promise<readonly { readonly ctl: string; readonly process: string }[]> {
  const boxes = JSON.stringify(
    held.map(({ ctl, buildingId, offer }) => ({
      ctl,
      building: buildingId ?? null,
      offer: offer ?? null,
    })),
  );
  const { rows } = await sql<{ ctl: string; process: string }>`
    with living as materialized (${living}), box as (
      select * from jsonb_to_recordset(${boxes}::jsonb) as box (ctl text, building text, offer jsonb)
    ), written as (
      insert into vestibule.box_session (ctl, building_id, process, opened_at, offer)
      select ctl, building, ${process}, clock_timestamp(), nullif(offer, 'null') from box
      on conflict (ctl) do update set process = excluded.process, building_id = excluded.building_id,
        offer = excluded.offer
      where box_session.process not in (select id from living)
    )
    select ctl, process from vestibule.box_session join living on living.id = process
    where process <> ${process} and ctl in (select ctl from box)
  `.execute(database);
  return rows;
}

/** Takes over the accounts of dead processes: their boxes are offline since their last heartbeat. */
export async function buryDeadProcesses(
  database: BatchDatabase,
): Promise<
  readonly { readonly ctl: string; readonly buildingId: string; readonly seenAt: Date }[]
> {
  const { rows } = await sql<{ ctl: string; buildingId: string | null; seenAt: Date }>`
    with dead as (
      delete from vestibule.server_process
      where seen_at < clock_timestamp() - 2 * ${processSilentMsMax} * interval '1 ms'
        or (seen_at < clock_timestamp() - 2 * ${heartbeatMs} * interval '1 ms' and not ${holdsProof})
      returning id, seen_at
    ), left_behind as (
      delete from vestibule.box_session using dead where process = dead.id
      returning ctl, building_id, seen_at
    )
    select ctl, building_id as "buildingId", seen_at as "seenAt" from left_behind
  `.execute(database);
  return rows.flatMap(({ ctl, buildingId, seenAt }) =>
    buildingId === null ? [] : [{ ctl, buildingId, seenAt }],
  );
}

/** Notes until when a box was heard. */
export async function noteSeen(
  database: BatchDatabase,
  box: { readonly ctl: string; readonly buildingId: string; readonly atMs: number },
): Promise<void> {
  await database
    .updateTable("controller")
    .set({ last_seen_at: new Date(box.atMs) })
    .where("building_id", "=", box.buildingId)
    .where("ctl", "=", box.ctl)
    .execute();
}

/** Keeps what a box says of its doors now, for pages of every process. */
export async function keepDoors(
  database: Database,
  box: { readonly ctl: string; readonly controllerId: string; readonly buildingId: string },
  doors: readonly DoorSaid[],
): Promise<ReadonlyMap<string, string>> {
  const said = doors.map(({ ent, strike, held }) => ({ ent, strike, held }));
  const { ctl, controllerId, buildingId } = box;
  return inContext(database, boxContext(ctl, buildingId), async (transaction) => {
    await transaction
      .updateTable("controller")
      .set({ doors: JSON.stringify(said) })
      .where("building_id", "=", buildingId)
      .where("ctl", "=", ctl)
      .execute();
    const entrances = await transaction
      .selectFrom("entrance")
      .select(["id", "ent"])
      .where("building_id", "=", buildingId)
      .where("controller_id", "=", controllerId)
      .execute();
    return new Map(entrances.map(({ id, ent }) => [ent, id]));
  });
}

/** A box's word on one of its doors. */
export interface DoorSaid {
  readonly ent: string;
  readonly strike: "ok" | "fault";
  readonly held: boolean;
}

/** The other server processes that live. */
export async function otherProcesses(
  database: BatchDatabase,
  own: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with living as materialized (${living}) select id from living where id <> ${own}
  `.execute(database);
  return rows.map(({ id }) => id);
}
