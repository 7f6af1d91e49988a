import type pg from "pg";

/** A person's leaving, as somebody asks for it. */
export interface Leaving {
  readonly userId: string;
  /** From this organization; undefined = from all, and the host with them. */
  readonly organizationId?: string;
}

/** What became of it. */
export type Left =
  | "left"
  /** He does not belong to it. */
  | "nobody"
  /** An organization would be left without an owner: another has to be invited first. */
  | "last-owner";

/**
 * Ends memberships, and the links that the person made and nobody has used: he may hold one himself.
 * Who then belongs to nothing more is deleted whole (L.L. 63/2021 T4): name, consent, passkeys,
 * sessions and the list of his signing keys. All or nothing; of two owners who leave at the same
 * moment one stays.
 */
export async function leave(pool: pg.Pool, leaving: Leaving): Promise<Left> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const left = await leaveWithin(client, leaving);
    await client.query(left === "left" ? "commit" : "rollback");
    return left;
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

async function leaveWithin(
  client: pg.PoolClient,
  { userId, organizationId }: Leaving,
): Promise<Left> {
  // Locked in one order: who counts the owners of an organization waits for whoever else does.
  const { rows: organizations } = await client.query<{ id: string }>(
    `select id from auth.organization
     where id in (select "organizationId" from auth.member where "userId" = $1)
       and ($2::text is null or id = $2)
     order by id for update`,
    [userId, organizationId ?? null],
  );
  const ids = organizations.map(({ id }) => id);
  if (organizationId !== undefined && ids.length === 0) return "nobody";
  const ended = await client.query(
    `delete from auth.member where "userId" = $1 and "organizationId" = any ($2)`,
    [userId, ids],
  );
  if (organizationId !== undefined && ended.rowCount === 0) return "nobody";
  const { rowCount: ownerless } = await client.query(
    `select from unnest($1::text[]) as left_behind (organization) where not exists (
       select from auth.member where "organizationId" = organization and role = 'owner')`,
    [ids],
  );
  if (ownerless !== 0) return "last-owner";
  await client.query(
    `delete from auth.invitation_link
     where invited_by = $1 and used_at is null and organization_id = any ($2)`,
    [userId, ids],
  );
  if (organizationId === undefined || !(await belongs(client, userId)))
    await forgetPerson(client, userId);
  return "left";
}

async function belongs(client: pg.PoolClient, userId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from auth.member where "userId" = $1 union all
     select from auth.operator where user_id = $1`,
    [userId],
  );
  return rowCount !== 0;
}

async function forgetPerson(client: pg.PoolClient, userId: string): Promise<void> {
  await client.query("delete from auth.invitation_link where user_id = $1", [userId]);
  await client.query("delete from vestibule.signing_key where principal = $1", [
    `person ${userId}`,
  ]);
  // Passkeys, sessions and the rest go with the row.
  const { rows } = await client.query<{ consent_id: string }>(
    'delete from auth."user" where id = $1 returning consent_id',
    [userId],
  );
  for (const { consent_id } of rows)
    await client.query("delete from auth.consent where id = $1", [consent_id]);
}

/** Ends every session of a person. */
export async function endSessions(pool: Pick<pg.Pool, "query">, userId: string): Promise<void> {
  await pool.query('delete from auth."session" where "userId" = $1', [userId]);
}

/** Withdraws a link that nobody has used; false where there is none. */
export async function withdrawInvitation(
  pool: Pick<pg.Pool, "query">,
  link: { readonly id: string; readonly organizationId: string },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `delete from auth.invitation_link
     where id = $1 and organization_id = $2 and used_at is null`,
    [link.id, link.organizationId],
  );
  return rowCount === 1;
}
