import type { PublicJwk } from "@vestibule/core";
import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";

/** A badge that was verified, and whose it is. */
export interface NewBadge {
  readonly carrierId: string;
  readonly drv: string;
  readonly jkt: string;
  readonly jwk: PublicJwk;
  readonly app: string;
  readonly vetterRoot: string;
  readonly hash: string;
  readonly text: string;
  readonly clearedUntil: Date;
  readonly expiresAt: Date;
  /** What the person agreed to: the badge's `inv`, the hash of consent and enrolment. */
  readonly consent: string;
  readonly nowMs: number;
}

/** A badge as it was kept. */
export interface KeptBadge {
  readonly id: string;
  readonly handsetId: string;
}

/** The badge with this hash, among those the transaction may see. */
export async function findBadge(
  transaction: DatabaseTransaction,
  hash: string,
): Promise<KeptBadge | undefined> {
  const row = await transaction
    .selectFrom("badge")
    .select(["id", "handset_id"])
    .where("hash", "=", hash)
    .executeTakeFirst();
  return row && { id: row.id, handsetId: row.handset_id };
}

/** Texts of badges by hash, among those the transaction may see. */
export async function readBadgeTexts(
  transaction: DatabaseTransaction,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await transaction
    .selectFrom("badge")
    .select(["hash", "jws"])
    .where("hash", "in", [...new Set(hashes)])
    .execute();
  return new Map(rows.map(({ hash, jws }) => [hash, jws]));
}

/** The newest badge of the handset that the transaction is about. */
export async function newestBadgeText(
  transaction: DatabaseTransaction,
  jkt: string,
): Promise<string | undefined> {
  const row = await transaction
    .selectFrom("badge")
    .select("jws")
    .where("jkt", "=", jkt)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.jws;
}

/**
 * Keeps a badge with its driver, consent and handset. A handset stays with the person it was vetted
 * for: undefined where its key is known as somebody else's, or where the person withdrew the consent
 * that the badge rests on (L.L. 63/2021 T11).
 */
export async function insertBadge(
  transaction: DatabaseTransaction,
  badge: NewBadge,
): Promise<KeptBadge | undefined> {
  if (await isWithdrawn(transaction, badge)) return undefined;
  const driverId = await keepDriver(transaction, badge);
  const handsetId = await keepHandset(transaction, { ...badge, driverId });
  if (handsetId === undefined) return undefined;
  const at = new Date(badge.nowMs);
  const id = newId("badge", badge.nowMs);
  await transaction
    .insertInto("badge")
    .values({
      id,
      carrier_id: badge.carrierId,
      handset_id: handsetId,
      jkt: badge.jkt,
      vetter_root: badge.vetterRoot,
      hash: badge.hash,
      jws: badge.text,
      cleared_until: badge.clearedUntil,
      expires_at: badge.expiresAt,
      last_used_at: at,
      consent: badge.consent,
    })
    .execute();
  return { id, handsetId };
}

async function isWithdrawn(
  transaction: DatabaseTransaction,
  { carrierId, consent }: NewBadge,
): Promise<boolean> {
  const withdrawn = await transaction
    .selectFrom("consent")
    .select("id")
    .where("carrier_id", "=", carrierId)
    .where("text_version", "=", consent)
    .where("withdrawn_at", "is not", null)
    .limit(1)
    .executeTakeFirst();
  return withdrawn !== undefined;
}

async function keepDriver(transaction: DatabaseTransaction, badge: NewBadge): Promise<string> {
  const at = new Date(badge.nowMs);
  const known = await transaction
    .updateTable("driver")
    .set({ last_used_at: at })
    .where("carrier_id", "=", badge.carrierId)
    .where("drv", "=", badge.drv)
    .returning("id")
    .executeTakeFirst();
  if (known !== undefined) return known.id;
  const consentId = newId("consent", badge.nowMs);
  await transaction
    .insertInto("consent")
    .values({
      id: consentId,
      carrier_id: badge.carrierId,
      text_version: badge.consent,
      channel: "app",
      given_at: at,
      withdrawn_at: null,
    })
    .execute();
  const id = newId("driver", badge.nowMs);
  await transaction
    .insertInto("driver")
    .values({
      id,
      carrier_id: badge.carrierId,
      consent_id: consentId,
      drv: badge.drv,
      created_at: at,
      last_used_at: at,
    })
    .execute();
  return id;
}

async function keepHandset(
  transaction: DatabaseTransaction,
  badge: NewBadge & { readonly driverId: string },
): Promise<string | undefined> {
  const at = new Date(badge.nowMs);
  const known = await transaction
    .updateTable("handset")
    .set({ last_used_at: at })
    .where("jkt", "=", badge.jkt)
    .returning(["id", "driver_id"])
    .executeTakeFirst();
  if (known !== undefined) return known.driver_id === badge.driverId ? known.id : undefined;
  const id = newId("handset", badge.nowMs);
  await transaction
    .insertInto("handset")
    .values({
      id,
      carrier_id: badge.carrierId,
      driver_id: badge.driverId,
      jkt: badge.jkt,
      jwk: JSON.stringify(badge.jwk),
      app: badge.app,
      created_at: at,
      last_used_at: at,
    })
    .execute();
  return id;
}
