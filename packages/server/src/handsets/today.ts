import type { AcceptedPolicy } from "@vestibule/core";
import { readNamedKeysets } from "../gateway/box-papers.ts";
import type { Boxes } from "../platform/boxes.ts";
import { type DatabaseTransaction, setContext } from "../platform/database.ts";
import type { PolicyReader } from "../policies/read-policies.ts";

/** How far ahead a driver sees, in ms: until the shift after this one. */
export const aheadMs = 16 * 3_600_000;
/** Assignments of one handset shown at most. */
const assignmentsMax = 200;

/** Whose day, and when. */
export interface DayOf {
  readonly jkt: string;
  readonly nowMs: number;
}

/** The day's assignments with their grants, of a transaction whose context names the handset. */
async function readAssignments(transaction: DatabaseTransaction, { jkt, nowMs }: DayOf) {
  const rows = await transaction
    .selectFrom("assignment")
    .select(["id", "building_id", "jws", "hash", "window_from", "window_until", "purpose"])
    .where("jkt", "=", jkt)
    .where("state", "=", "granted")
    .where("window_until", ">", new Date(nowMs))
    .where("window_from", "<", new Date(nowMs + aheadMs))
    .orderBy("window_from")
    .limit(assignmentsMax)
    .execute();
  const ids = rows.map(({ id }) => id);
  const grants =
    ids.length === 0
      ? []
      : await transaction
          .selectFrom("grant")
          .select(["assignment_id", "ctl", "jws", "hash"])
          .where("assignment_id", "in", ids)
          .where("jkt", "=", jkt)
          .execute();
  return rows.map((row) => ({
    buildingId: row.building_id,
    id: row.id,
    text: row.jws,
    hash: row.hash,
    grant: grants
      .filter((grant) => grant.assignment_id === row.id)
      .map(({ ctl, jws, hash }) => ({ ctl, text: jws, hash })),
    window: { from: row.window_from.toISOString(), until: row.window_until.toISOString() },
    purpose: row.purpose,
  }));
}

/** Everything a driver's phone needs for its day, buildings in the order of their first window. */
export async function readToday(
  transaction: DatabaseTransaction,
  { policies, boxes }: { readonly policies: PolicyReader; readonly boxes: Boxes },
  day: DayOf,
) {
  const assignments = await readAssignments(transaction, day);
  const buildingIds = [...new Set(assignments.map(({ buildingId }) => buildingId))];
  await setContext(transaction, { role: "handset", handset: day.jkt, buildings: buildingIds });
  const counts = await countParcels(
    transaction,
    assignments.map(({ id }) => id),
  );
  const buildings = [];
  for (const buildingId of buildingIds) {
    const { chain, inForce } = await policies.read(transaction, buildingId, day.nowMs);
    const policy = inForce ?? chain.at(-1);
    if (policy === undefined) continue;
    const building = await transaction
      .selectFrom("building")
      .select(["id", "bld", "name", "address", "time_zone"])
      .where("id", "=", buildingId)
      .executeTakeFirst();
    if (building === undefined || building.bld === null) continue;
    const entrances = await readEntrances(transaction, { buildingId, policy, boxes });
    const keysets = await readNamedKeysets(transaction, chain.slice(-2));
    buildings.push({
      id: building.id,
      bld: building.bld,
      name: building.name,
      address: building.address,
      tz: building.time_zone,
      demo: policy.demo,
      entrances,
      paths: policy.policy.paths.map((path) => [...path]),
      policy: policy.text,
      assignments: assignments
        .filter((assignment) => assignment.buildingId === buildingId)
        .map(({ buildingId: _, ...shown }) => ({ ...shown, parcels: counts.get(shown.id) ?? 0 })),
      keysets: keysets.map(({ text }) => text),
    });
  }
  return buildings;
}

async function countParcels(transaction: DatabaseTransaction, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, number>();
  const rows = await transaction
    .selectFrom("parcel")
    .select(["assignment_id", ({ fn }) => fn.countAll<number>().as("count")])
    .where("assignment_id", "in", ids)
    .groupBy("assignment_id")
    .execute();
  return new Map(rows.map((row) => [row.assignment_id, row.count]));
}

async function readEntrances(
  transaction: DatabaseTransaction,
  {
    buildingId,
    policy,
    boxes,
  }: { readonly buildingId: string; readonly policy: AcceptedPolicy; readonly boxes: Boxes },
) {
  const rows = await transaction
    .selectFrom("entrance")
    .leftJoin("controller", (join) =>
      join
        .onRef("controller.building_id", "=", "entrance.building_id")
        .onRef("controller.id", "=", "entrance.controller_id"),
    )
    .select(["entrance.id", "entrance.ent", "ctl", "last_seen_at", "quarantined_at"])
    .where("entrance.building_id", "=", buildingId)
    .execute();
  return rows.flatMap((row) => {
    const named = policy.entrances.get(row.ent);
    if (named === undefined) return [];
    const online = row.ctl !== null && row.quarantined_at === null && boxes.isOnline(row.ctl);
    return [
      {
        id: row.id,
        ent: row.ent,
        kind: named.kind,
        presence: named.presence,
        noTap: named.noTap,
        boxOnline: online,
        ...(online || row.last_seen_at === null
          ? {}
          : { silentSince: row.last_seen_at.toISOString() }),
      },
    ];
  });
}
