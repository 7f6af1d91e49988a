import { sql } from "kysely";
import type { Boxes } from "../platform/boxes.ts";
import { type Context, type DatabaseTransaction, setContext } from "../platform/database.ts";

/** How many doors of a building have their box on the line, and since when one is silent at most. */
export interface BuildingHealth {
  readonly doors: number;
  readonly online: number;
  readonly silentSince?: string;
}

/**
 * The health of a page of buildings in one query. A door counts once it has a box: the one that the
 * policy in force names, before there is one the one it was registered with.
 */
export async function readHealth(
  transaction: DatabaseTransaction,
  {
    context,
    boxes,
    nowMs,
  }: {
    readonly context: Context;
    readonly boxes: Pick<Boxes, "isOnline">;
    readonly nowMs: number;
  },
  buildingIds: readonly string[],
): Promise<ReadonlyMap<string, BuildingHealth>> {
  const health = new Map(buildingIds.map((id): [string, BuildingHealth] => [id, none]));
  if (buildingIds.length === 0) return health;
  // These buildings were read under the person's organizations; their boxes show by building.
  await setContext(transaction, { ...context, buildings: [...buildingIds] });
  const { rows } = await sql<{ buildingId: string; ctl: string; seen: Date | null }>`
    with standing as (
      select distinct on (building_id) building_id, bytes::jsonb -> 'entrances' as entrances
      from vestibule.policy
      where building_id = any(${buildingIds}::text[]) and in_force_from <= ${new Date(nowMs)}
        and state in ('pending', 'in-force', 'replaced')
      order by building_id, ver desc
    ), named as (
      select building_id, term.ent, term.ctl
      from standing, jsonb_to_recordset(standing.entrances) as term (ent text, ctl text)
    )
    select entrance.building_id as "buildingId", controller.ctl, controller.last_seen_at as seen
    from vestibule.entrance
      left join named on named.building_id = entrance.building_id and named.ent = entrance.ent
      join vestibule.controller on controller.building_id = entrance.building_id
        and case when named.ctl is null then controller.id = entrance.controller_id
          else controller.ctl = named.ctl end
    where entrance.building_id = any(${buildingIds}::text[])
    order by controller.last_seen_at
  `.execute(transaction);
  for (const { buildingId, ctl, seen } of rows) {
    const { doors, online, ...before } = health.get(buildingId) ?? none;
    const isOnline = boxes.isOnline(ctl);
    // Oldest first: the first silent box that was ever heard tells since when.
    const since = isOnline || seen === null ? {} : { silentSince: seen.toISOString() };
    health.set(buildingId, {
      doors: doors + 1,
      online: online + (isOnline ? 1 : 0),
      ...since,
      ...before,
    });
  }
  return health;
}

const none: BuildingHealth = { doors: 0, online: 0 };
