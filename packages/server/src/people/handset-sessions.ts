import { randomBytes } from "node:crypto";
import type pg from "pg";
import { secretHash } from "./invitations.ts";
import type { Principal } from "./principal.ts";

/** How long a handset's token lasts, in ms: a shift. */
export const handsetSessionMs = 12 * 3_600_000;

/** A handset whose key's statement was verified by the caller. */
export interface HandsetSignIn {
  readonly handsetId: string;
  readonly carrierId: string;
  readonly jkt: string;
  /** The app's origin; the token serves no other. */
  readonly origin: string;
  /** The statement's id and end; it is accepted once. */
  readonly jti: string;
  readonly statementExpiresAt: Date;
  readonly nowMs: number;
}

/**
 * Exchanges a verified statement of a handset's key for a bearer token. Only the token's hash is
 * kept.
 *
 * @returns the token, or undefined when this statement was exchanged before.
 */
export async function startHandsetSession(
  pool: pg.Pool,
  signIn: HandsetSignIn,
): Promise<string | undefined> {
  const token = randomBytes(32).toString("base64url");
  const { rowCount } = await pool.query(
    `with fresh as (
       insert into auth.handset_statement (jkt, jti, expires_at) values ($1, $2, $3)
       on conflict do nothing returning jkt
     )
     insert into auth.handset_session (token_hash, handset_id, carrier_id, jkt, origin, created_at, expires_at)
     select $4, $5, $6, jkt, $7, $8, $9 from fresh`,
    [
      signIn.jkt,
      signIn.jti,
      signIn.statementExpiresAt,
      secretHash(token),
      signIn.handsetId,
      signIn.carrierId,
      signIn.origin,
      new Date(signIn.nowMs),
      new Date(signIn.nowMs + handsetSessionMs),
    ],
  );
  return rowCount === 1 ? token : undefined;
}

/** Ends every token of a handset; a stop on its key calls this too. */
export async function endHandsetSessions(pool: pg.Pool, jkt: string): Promise<void> {
  await pool.query("delete from auth.handset_session where jkt = $1", [jkt]);
}

/** The handset that a token stands for. A page of another origin gets nobody by it. */
export async function handsetOf(
  pool: pg.Pool,
  {
    token,
    origin,
    nowMs,
  }: { readonly token: string; readonly origin: string | undefined; readonly nowMs: number },
): Promise<Principal | undefined> {
  const { rows } = await pool.query<{ handsetId: string; carrierId: string; jkt: string }>({
    // Asked with every request of every handset: each connection keeps it planned.
    name: "handset-of",
    text: `select handset_id as "handsetId", carrier_id as "carrierId", jkt from auth.handset_session
     where token_hash = $1 and expires_at > $2 and ($3::text is null or origin = $3)`,
    values: [secretHash(token), new Date(nowMs), origin ?? null],
  });
  const [handset] = rows;
  return handset && { kind: "handset", ...handset };
}
