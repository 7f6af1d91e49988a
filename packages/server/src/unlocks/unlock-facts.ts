import type { Crypto, HeldKeyset, Memo, PublicJwk, ShownPapers } from "@vestibule/core";
import { Type } from "typebox";
import { Check } from "typebox/value";
import { heldKeyset, readNamedKeysets } from "../gateway/box-papers.ts";
import { type DatabaseTransaction, setContext } from "../platform/database.ts";
import type { PolicyReader, PolicyStanding } from "../policies/read-policies.ts";

/** Everything the host holds of one assignment at one entrance. */
export interface UnlockFacts {
  readonly buildingId: string;
  readonly buildingName: string;
  readonly bld: string;
  readonly entranceId: string;
  readonly ent: string;
  readonly controllerId: string;
  readonly ctl: string;
  readonly lastSeenMs: number | undefined;
  readonly assignmentId: string;
  readonly carrierId: string;
  readonly carrierName: string;
  readonly papers: ShownPapers & { readonly handset: PublicJwk & { readonly kty: "EC" } };
  readonly standing: PolicyStanding;
  readonly keysets: ReadonlyMap<string, HeldKeyset>;
}

/** Which facts are asked for, and for whom. */
export interface FactsOf {
  readonly entranceId: string;
  readonly assignmentId: string;
  readonly jkt: string;
  readonly nowMs: number;
}

const handsetKey = Type.Object({
  kty: Type.Literal("EC"),
  crv: Type.Literal("P-256"),
  x: Type.String(),
  y: Type.String(),
});

/**
 * Reads the facts in a transaction whose context names the handset. Undefined where the handset has
 * no such assignment, its building no such entrance, or the entrance no box.
 */
export async function readUnlockFacts(
  transaction: DatabaseTransaction,
  {
    policies,
    crypto,
    memo,
  }: { readonly policies: PolicyReader; readonly crypto: Crypto; readonly memo: Memo },
  { entranceId, assignmentId, jkt, nowMs }: FactsOf,
): Promise<UnlockFacts | undefined> {
  const assignment = await transaction
    .selectFrom("assignment")
    .innerJoin("carrier", "carrier.id", "assignment.carrier_id")
    .select(["building_id", "carrier_id", "carrier.name as carrier_name", "badge_hash", "jws"])
    .where("assignment.id", "=", assignmentId)
    .where("jkt", "=", jkt)
    .executeTakeFirst();
  if (assignment === undefined) return undefined;
  const buildingId = assignment.building_id;
  await setContext(transaction, { role: "handset", handset: jkt, buildings: [buildingId] });
  const door = await transaction
    .selectFrom("entrance")
    .innerJoin("building", "building.id", "entrance.building_id")
    .innerJoin("controller", (join) =>
      join
        .onRef("controller.building_id", "=", "entrance.building_id")
        .onRef("controller.id", "=", "entrance.controller_id"),
    )
    .select([
      "entrance.ent",
      "building.name",
      "building.bld",
      "controller.id as controller_id",
      "controller.ctl",
      "controller.last_seen_at",
    ])
    .where("entrance.building_id", "=", buildingId)
    .where("entrance.id", "=", entranceId)
    .executeTakeFirst();
  if (door === undefined || door.bld === null) return undefined;
  const grant = await transaction
    .selectFrom("grant")
    .select("jws")
    .where("building_id", "=", buildingId)
    .where("assignment_id", "=", assignmentId)
    .where("ctl", "=", door.ctl)
    .orderBy("made_at", "desc")
    .executeTakeFirst();
  const held = await transaction
    .selectFrom("handset")
    .leftJoin("badge", (join) =>
      join.onRef("badge.jkt", "=", "handset.jkt").on("badge.hash", "=", assignment.badge_hash),
    )
    .select(["handset.jwk", "badge.jws"])
    .where("handset.jkt", "=", jkt)
    .executeTakeFirst();
  if (held === undefined || !Check(handsetKey, held.jwk)) return undefined;
  const standing = await policies.read(transaction, buildingId, nowMs);
  const named = await readNamedKeysets(transaction, standing.chain.slice(-2));
  const keysets = new Map(
    named.flatMap((keyset) => {
      const opened = heldKeyset({ crypto, memo }, keyset);
      return opened === undefined ? [] : [[keyset.root, opened] as const];
    }),
  );
  return {
    buildingId,
    buildingName: door.name,
    bld: door.bld,
    entranceId,
    ent: door.ent,
    controllerId: door.controller_id,
    ctl: door.ctl,
    lastSeenMs: door.last_seen_at?.getTime(),
    assignmentId,
    carrierId: assignment.carrier_id,
    carrierName: assignment.carrier_name,
    papers: {
      badge: held.jws ?? undefined,
      assignment: assignment.jws,
      grant: grant?.jws ?? "",
      handset: held.jwk,
      keysets: named.map(({ text }) => text),
    },
    standing,
    keysets,
  };
}
