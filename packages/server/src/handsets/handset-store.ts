import type { PublicJwk } from "@vestibule/core";
import { sql } from "kysely";
import { Type } from "typebox";
import { Check } from "typebox/value";
import {
  type Database,
  type DatabaseTransaction,
  inContext,
  setContext,
} from "../platform/database.ts";
import { newId } from "../platform/ids.ts";

/** A handset as it signs in. */
export interface KnownHandset {
  readonly handsetId: string;
  readonly carrierId: string;
  readonly jwk: PublicJwk;
}

const key = Type.Object({
  kty: Type.Literal("EC"),
  crv: Type.Literal("P-256"),
  x: Type.String(),
  y: Type.String(),
});

/** The handset with this key; no session is needed, its signature is its own. */
export async function findHandset(
  database: Database,
  jkt: string,
): Promise<KnownHandset | undefined> {
  const row = await inContext(database, { role: "handset", handset: jkt }, (transaction) =>
    transaction
      .selectFrom("handset")
      .select(["id", "carrier_id", "jwk"])
      .where("jkt", "=", jkt)
      .executeTakeFirst(),
  );
  if (row === undefined || !Check(key, row.jwk)) return undefined;
  return { handsetId: row.id, carrierId: row.carrier_id, jwk: row.jwk };
}

/** Notes that a handset, its badge and its driver were used: what is used is not deleted for its age. */
export async function noteUse(
  transaction: DatabaseTransaction,
  { handsetId, at }: { readonly handsetId: string; readonly at: Date },
): Promise<void> {
  const handset = await transaction
    .updateTable("handset")
    .set({ last_used_at: at })
    .where("id", "=", handsetId)
    .returning("driver_id")
    .executeTakeFirst();
  if (handset === undefined) return;
  await transaction
    .updateTable("badge")
    .set({ last_used_at: at })
    .where("handset_id", "=", handsetId)
    .execute();
  await transaction
    .updateTable("driver")
    .set({ last_used_at: at })
    .where("id", "=", handset.driver_id)
    .execute();
}

/**
 * Deletes a person's rows: handsets, badges, the name the vetter gave him, and the halves of receipts
 * that name him. His running assignments are stopped; what a building keeps of its doors names nobody.
 *
 * @returns the keys whose sessions must end.
 */
export async function forgetDriver(
  transaction: DatabaseTransaction,
  { handsetId, at }: { readonly handsetId: string; readonly at: Date },
): Promise<readonly string[]> {
  const driver = await transaction
    .selectFrom("driver")
    .innerJoin("handset", "handset.driver_id", "driver.id")
    .select(["driver.id", "driver.drv", "driver.carrier_id", "driver.consent_id"])
    .where("handset.id", "=", handsetId)
    .executeTakeFirst();
  if (driver === undefined) return [];
  await transaction
    .deleteFrom("receipt_personal")
    .where("carrier_id", "=", driver.carrier_id)
    .where(sql<boolean>`members ->> 'drv' = ${driver.drv}`)
    .execute();
  const own = transaction.selectFrom("handset").select("id").where("driver_id", "=", driver.id);
  const badges = await transaction
    .deleteFrom("badge")
    .where("handset_id", "in", own)
    .returning("consent")
    .execute();
  const handsets = await transaction
    .deleteFrom("handset")
    .where("driver_id", "=", driver.id)
    .returning("jkt")
    .execute();
  await transaction.deleteFrom("driver").where("id", "=", driver.id).execute();
  await transaction
    .updateTable("consent")
    .set({ withdrawn_at: at })
    .where("id", "=", driver.consent_id)
    .execute();
  const consents = badges.flatMap(({ consent }) => (consent === null ? [] : [consent]));
  await rememberWithdrawn(transaction, { carrierId: driver.carrier_id, consents, at });
  const keys = handsets.map(({ jkt }) => jkt);
  await stopAssignments(transaction, { keys, carrierId: driver.carrier_id });
  return keys;
}

/** Notes the consents that no badge may rest on any more; the hash of one names nobody. */
async function rememberWithdrawn(
  transaction: DatabaseTransaction,
  withdrawn: {
    readonly carrierId: string;
    readonly consents: readonly string[];
    readonly at: Date;
  },
): Promise<void> {
  const { carrierId, consents, at } = withdrawn;
  if (consents.length === 0) return;
  await transaction
    .insertInto("consent")
    .values(
      [...new Set(consents)].map((consent) => ({
        id: newId("consent", at.getTime()),
        carrier_id: carrierId,
        text_version: consent,
        channel: "app" as const,
        given_at: at,
        withdrawn_at: at,
      })),
    )
    .execute();
}

/** Stops what was still to be delivered with these keys, in each building. */
async function stopAssignments(
  transaction: DatabaseTransaction,
  { keys, carrierId }: { readonly keys: readonly string[]; readonly carrierId: string },
): Promise<void> {
  for (const jkt of keys) {
    const rows = await transaction
      .selectFrom("assignment")
      .select("building_id")
      .distinct()
      .where("jkt", "=", jkt)
      .execute();
    const buildings = rows.map(({ building_id }) => building_id);
    await setContext(transaction, {
      role: "handset",
      handset: jkt,
      carriers: [carrierId],
      buildings,
    });
    await transaction
      .updateTable("assignment")
      .set({ state: "stopped" })
      .where("jkt", "=", jkt)
      .where("state", "in", ["received", "granted"])
      .execute();
  }
}
