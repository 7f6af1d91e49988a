import { randomBytes } from "node:crypto";
import type pg from "pg";
import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { isUniqueViolation } from "../platform/unique.ts";
import type { SigningKey } from "./read-registration.ts";

/** How long a registration may take, in ms. */
export const signingChallengeMs = 5 * 60_000;

/** A key as its owner sees it. */
export interface SigningKeyRow extends SigningKey {
  readonly id: string;
  readonly label: string;
}

/** The signing keys of one person, oldest first. */
export async function readSigningKeys(
  transaction: DatabaseTransaction,
  principal: string,
): Promise<readonly (Omit<SigningKeyRow, "jwk"> & { readonly jwk: unknown })[]> {
  const rows = await transaction
    .selectFrom("signing_key")
    .selectAll()
    .where("principal", "=", principal)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    cred: row.cred,
    jwk: row.jwk,
    rpId: row.rp_id,
    origin: row.origin,
    be: row.backup_eligible,
  }));
}

/** Stores a key; undefined where the credential is known already, whoever's it is. */
export async function insertSigningKey(
  transaction: DatabaseTransaction,
  {
    principal,
    label,
    key,
    nowMs,
  }: {
    readonly principal: string;
    readonly label: string;
    readonly key: SigningKey;
    readonly nowMs: number;
  },
): Promise<string | undefined> {
  const id = newId("signingKey", nowMs);
  try {
    await transaction
      .insertInto("signing_key")
      .values({
        principal,
        id,
        label,
        cred: key.cred,
        jwk: JSON.stringify(key.jwk),
        rp_id: key.rpId,
        origin: key.origin,
        backup_eligible: key.be,
        created_at: new Date(nowMs),
      })
      .execute();
    return id;
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

/** Removes a key from its owner's list; policies that name it keep naming it. */
export async function deleteSigningKey(
  transaction: DatabaseTransaction,
  { principal, id }: { readonly principal: string; readonly id: string },
): Promise<boolean> {
  const deleted = await transaction
    .deleteFrom("signing_key")
    .where("principal", "=", principal)
    .where("id", "=", id)
    .executeTakeFirst();
  return deleted.numDeletedRows === 1n;
}

/** A fresh challenge for a person's next registration; the one before it is void. */
export async function startChallenge(
  transaction: DatabaseTransaction,
  { principal, nowMs }: { readonly principal: string; readonly nowMs: number },
): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  const expires_at = new Date(nowMs + signingChallengeMs);
  await transaction
    .insertInto("signing_challenge")
    .values({ principal, challenge, expires_at })
    .onConflict((conflict) => conflict.column("principal").doUpdateSet({ challenge, expires_at }))
    .execute();
  return challenge;
}

/** Takes a person's challenge, once. */
export async function takeChallenge(
  transaction: DatabaseTransaction,
  { principal, nowMs }: { readonly principal: string; readonly nowMs: number },
): Promise<string | undefined> {
  const taken = await transaction
    .deleteFrom("signing_challenge")
    .where("principal", "=", principal)
    .where("expires_at", ">", new Date(nowMs))
    .returning("challenge")
    .executeTakeFirst();
  return taken?.challenge;
}

/** Whether a credential signs somebody in: such a key may never sign a policy. */
export async function isSignInKey(pool: Pick<pg.Pool, "query">, cred: string): Promise<boolean> {
  const { rows } = await pool.query('select 1 from auth."passkey" where "credentialID" = $1', [
    cred,
  ]);
  return rows.length > 0;
}
