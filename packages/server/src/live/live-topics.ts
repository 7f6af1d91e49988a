import type { Role } from "../access/access.ts";
import { contextFor, type Principal } from "../people/principal.ts";
import { type Database, inContext } from "../platform/database.ts";
import { isId } from "../platform/ids.ts";
import type { RelayedEvent } from "./outbox-relay.ts";

/** What a page follows: the buildings it needs, and which of their events are its. */
export interface Followed {
  readonly topic: string;
  readonly buildingIds: readonly string[];
  readonly wants: (event: RelayedEvent) => boolean;
}

/** Finds what a topic means to this principal; undefined = nothing that he may follow. */
export async function followTopic(
  database: Database,
  {
    principal,
    topic,
    nowMs,
  }: {
    readonly principal: Principal;
    readonly topic: string;
    readonly nowMs: number;
  },
): Promise<Followed | undefined> {
  const [kind = "", id = ""] = topic.split(":");
  if (kind === "building" && isId("building", id))
    return followBuilding(database, { principal, topic, id });
  if (kind === "attempt" && isId("attempt", id))
    return followAttempt(database, { principal, topic, id });
  if (topic === "handset" && principal.kind === "handset")
    return followHandset(database, { jkt: principal.jkt, nowMs });
  return undefined;
}

interface Wanted {
  readonly principal: Principal;
  readonly topic: string;
  readonly id: string;
}

async function followBuilding(
  database: Database,
  { principal, topic, id }: Wanted,
): Promise<Followed | undefined> {
  const context = contextFor(principal, "live.read");
  if (context?.organizations === undefined) return undefined;
  const found = await inContext(database, context, (transaction) =>
    transaction.selectFrom("building").select("id").where("id", "=", id).executeTakeFirst(),
  );
  return found && { topic, buildingIds: [id], wants: () => true };
}

async function followAttempt(
  database: Database,
  { principal, topic, id }: Wanted,
): Promise<Followed | undefined> {
  const context = contextFor(principal, "attempt.own");
  if (context === undefined || principal.kind !== "handset") return undefined;
  const found = await inContext(database, context, (transaction) =>
    transaction.selectFrom("attempt").select("building_id").where("id", "=", id).executeTakeFirst(),
  );
  return (
    found && {
      topic,
      buildingIds: [found.building_id],
      wants: ({ body }) => body["attempt"] === id,
    }
  );
}

const ofEveryHandset = new Set(["policy.offered", "controller.online", "controller.offline"]);

async function followHandset(
  database: Database,
  { jkt, nowMs }: { readonly jkt: string; readonly nowMs: number },
): Promise<Followed> {
  const role: Role = "handset";
  const rows = await inContext(database, { role, handset: jkt }, (transaction) =>
    transaction
      .selectFrom("assignment")
      .select("building_id")
      .distinct()
      .where("jkt", "=", jkt)
      .where("window_until", ">", new Date(nowMs))
      .limit(200)
      .execute(),
  );
  return {
    topic: "handset",
    buildingIds: rows.map(({ building_id }) => building_id),
    wants: ({ kind, body }) => body["jkt"] === jkt || ofEveryHandset.has(kind),
  };
}
