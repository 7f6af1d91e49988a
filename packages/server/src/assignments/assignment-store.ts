import type { Assignment, Grant } from "@vestibule/core";
import { sql } from "kysely";
import type { DatabaseTransaction } from "../platform/database.ts";

/** A grant as it is kept: the paper, and which box and doors it is for. */
export interface KeptGrant {
  readonly id: string;
  readonly hash: string;
  readonly text: string;
  readonly body: Grant;
}

/** An assignment as it is kept with its grants. */
export interface KeptAssignment {
  readonly id: string;
  readonly carrierId: string;
  readonly hash: string;
  readonly text: string;
  readonly body: Assignment;
  readonly units: readonly (string | null)[];
  readonly grants: readonly KeptGrant[];
}

/** What the host said of an assignment when it first came. */
export interface KnownAssignment {
  readonly id: string;
  readonly hash: string;
  readonly text: string;
  readonly grantTexts: readonly string[];
}

/** The assignments with these hashes that a building has already. */
export async function findKnownAssignments(
  transaction: DatabaseTransaction,
  buildingId: string,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, KnownAssignment>> {
  if (hashes.length === 0) return new Map();
  const rows = await transaction
    .selectFrom("assignment")
    .select(["id", "hash", "jws"])
    .select(
      sql<string[]>`array(select jws from vestibule."grant"
        where building_id = assignment.building_id and assignment_id = assignment.id
        order by id)`.as("grants"),
    )
    .where("building_id", "=", buildingId)
    .where("hash", "in", [...hashes])
    .execute();
  return new Map(
    rows.map(({ id, hash, jws, grants }) => [hash, { id, hash, text: jws, grantTexts: grants }]),
  );
}

/** Waits for whoever else brings assignments to this building now: their numbers are given in turn. */
export async function lockAssignments(
  transaction: DatabaseTransaction,
  buildingId: string,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`assignments ${buildingId}`}))`.execute(
    transaction,
  );
}

/** Where and when assignments are kept. */
export interface KeepPlace {
  readonly buildingId: string;
  readonly at: Date;
}

/** Keeps assignments, their digests, unit labels and grants: one statement for each table. */
export async function insertAssignments(
  transaction: DatabaseTransaction,
  kept: readonly KeptAssignment[],
  { buildingId, at }: KeepPlace,
): Promise<void> {
  if (kept.length === 0) return;
  await insertAssignmentRows(transaction, kept, { buildingId, at });
  await insertParcels(transaction, kept, buildingId);
  await insertUnitLabels(transaction, kept, buildingId);
  await insertGrants(transaction, kept, { buildingId, at });
}

/** The statement that the plan test looks at: assignments come by the hundred. */
export async function insertAssignmentRows(
  transaction: DatabaseTransaction,
  kept: readonly KeptAssignment[],
  { buildingId, at }: KeepPlace,
): Promise<void> {
  const rows = kept.map(({ id, carrierId, hash, text, body, grants }) => ({
    building_id: buildingId,
    id,
    carrier_id: carrierId,
    hash,
    badge_hash: body.badge,
    jkt: body.cnf.jkt,
    purpose: body.purpose,
    jws: text,
    window_from: new Date(body.nbf * 1000),
    window_until: new Date(body.exp * 1000),
    // Every resident opted out: received, and nothing to open.
    state: grants.length > 0 ? ("granted" as const) : ("received" as const),
    refusal: null,
    received_at: at,
  }));
  await transaction.insertInto("assignment").values(rows).execute();
}

/** Digests go in as columns: a statement has room for 65,535 parameters, a batch for more digests. */
export async function insertParcels(
  transaction: DatabaseTransaction,
  kept: readonly KeptAssignment[],
  buildingId: string,
): Promise<void> {
  const rows = kept.flatMap(({ id, carrierId, body }) =>
    body.parcels.map(({ d, ents }, index) => ({ id, carrierId, index, d, ents })),
  );
  await sql`
    insert into vestibule.parcel
      (building_id, assignment_id, parcel_index, carrier_id, digest, ents)
    select ${buildingId}, id, place, carrier, digest, string_to_array(nullif(ents, ''), ',')
    from unnest(
      ${rows.map(({ id }) => id)}::text[], ${rows.map(({ index }) => index)}::integer[],
      ${rows.map(({ carrierId }) => carrierId)}::text[], ${rows.map(({ d }) => d)}::text[],
      ${rows.map(({ ents }) => (ents ?? []).join(","))}::text[]
    ) as parcel (id, place, carrier, digest, ents)
  `.execute(transaction);
}

async function insertUnitLabels(
  transaction: DatabaseTransaction,
  kept: readonly KeptAssignment[],
  buildingId: string,
): Promise<void> {
  const rows = kept.flatMap(({ id, units }) =>
    units.flatMap((label, index) => (label === null ? [] : [{ id, index, label }])),
  );
  if (rows.length === 0) return;
  await sql`
    insert into vestibule.assignment_unit (building_id, assignment_id, parcel_index, unit_label)
    select ${buildingId}, id, place, label
    from unnest(
      ${rows.map(({ id }) => id)}::text[], ${rows.map(({ index }) => index)}::integer[],
      ${rows.map(({ label }) => label)}::text[]
    ) as unit (id, place, label)
  `.execute(transaction);
}

async function insertGrants(
  transaction: DatabaseTransaction,
  kept: readonly KeptAssignment[],
  { buildingId, at }: KeepPlace,
): Promise<void> {
  const rows = kept.flatMap(({ id: assignment_id, carrierId, body, grants }) =>
    grants.map((grant) => ({
      building_id: buildingId,
      id: grant.id,
      assignment_id,
      carrier_id: carrierId,
      jkt: body.cnf.jkt,
      ctl: grant.body.ctl,
      hash: grant.hash,
      jws: grant.text,
      salt: grant.body.salt,
      leaf_index: null,
      window_from: new Date(grant.body.nbf * 1000),
      window_until: new Date(grant.body.exp * 1000),
      made_at: at,
    })),
  );
  if (rows.length > 0) await transaction.insertInto("grant").values(rows).execute();
}

/** Keeps people in use from being forgotten: their badges, handsets and drivers. */
export async function touchPeople(
  transaction: DatabaseTransaction,
  badgeHashes: readonly string[],
  at: Date,
): Promise<void> {
  await sql`
    with used as (
      update vestibule.badge set last_used_at = ${at}
      where hash = any (${[...new Set(badgeHashes)]}::text[]) and last_used_at < ${at}
      returning handset_id
    ), carried as (
      update vestibule.handset set last_used_at = ${at} from used
      where handset.id = used.handset_id returning driver_id
    )
    update vestibule.driver set last_used_at = ${at} from carried
    where driver.id = carried.driver_id
  `.execute(transaction);
}
