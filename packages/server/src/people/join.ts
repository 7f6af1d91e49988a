import { APIError } from "better-auth/api";
import type pg from "pg";
import { newId } from "../platform/ids.ts";
import { secretHash } from "./invitations.ts";

interface Handle {
  readonly handle: string;
  readonly nowMs: number;
}

/** The person whose registration a handle stands for. @throws APIError 410 when it stands for none. */
export async function invitedUser(
  pool: pg.Pool,
  { handle, nowMs }: Handle,
): Promise<{ id: string; name: string }> {
  const { rows } = await pool.query<{ id: string; name: string }>(
    `select user_id as id, user_name as name from auth.invitation_link
     where handle_hash = $1 and used_at is null and handle_expires_at > $2 and expires_at > $2`,
    [secretHash(handle), new Date(nowMs)],
  );
  const [person] = rows;
  if (!person) throw notValid();
  return person;
}

interface ClaimedLink {
  readonly role: string;
  readonly organization_id: string | null;
  readonly organization_name: string | null;
  readonly user_name: string;
  readonly consent_version: string;
}

/**
 * Spends the link and makes the person, the consent, the membership and, for a first owner, the
 * organization: all or nothing. Of two who hold one link, one gets in.
 *
 * @throws APIError 410 when the link was used meanwhile or is too old.
 */
export async function joinByInvitation(
  pool: pg.Pool,
  { handle, userId, nowMs }: Handle & { readonly userId: string },
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<ClaimedLink>(
      `update auth.invitation_link set used_at = $3
       where handle_hash = $1 and user_id = $2 and used_at is null and handle_expires_at > $3 and expires_at > $3
       returning role, organization_id, organization_name, user_name, consent_version`,
      [secretHash(handle), userId, new Date(nowMs)],
    );
    const [link] = rows;
    if (!link) throw notValid();
    await insertPerson(client, { link, userId, nowMs });
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

interface Joining {
  readonly link: ClaimedLink;
  readonly userId: string;
  readonly nowMs: number;
}

async function insertPerson(
  client: pg.PoolClient,
  { link, userId, nowMs }: Joining,
): Promise<void> {
  const at = new Date(nowMs);
  const consentId = newId("consent", nowMs);
  await client.query(
    "insert into auth.consent (id, text_version, channel, given_at) values ($1, $2, 'app', $3)",
    [consentId, link.consent_version, at],
  );
  await client.query(
    `insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt", consent_id)
     values ($1, $2, $3, false, $4, $4, $5)`,
    [userId, link.user_name, `${userId}@people.invalid`, at, consentId],
  );
  if (link.role === "operator") {
    await client.query("insert into auth.operator (user_id) values ($1)", [userId]);
    return;
  }
  const organizationId = link.organization_id ?? newId("organization", nowMs);
  if (link.organization_id === null) {
    await client.query(
      `insert into auth.organization (id, name, slug, "createdAt") values ($1, $2, $1, $3)`,
      [organizationId, link.organization_name, at],
    );
  }
  await client.query(
    `insert into auth.member (id, "organizationId", "userId", role, "createdAt") values ($1, $2, $3, $4, $5)`,
    [newId("member", nowMs), organizationId, userId, link.role, at],
  );
}

function notValid(): APIError {
  return new APIError("GONE", { code: "invitation-not-valid" });
}
