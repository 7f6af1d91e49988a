import type pg from "pg";
import { isOrganizationRole, type OrganizationRole } from "../access/access.ts";

/** Somebody who belongs to an organization. */
export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly role: OrganizationRole;
  readonly since: string;
}

/** A link into an organization that nobody has used yet; its secret is kept nowhere. */
export interface OpenLink {
  readonly id: string;
  readonly role: OrganizationRole;
  readonly expiresAt: string;
}

/** The people of an organization, oldest member first, and the links that still let somebody in. */
export async function readColleagues(
  pool: Pick<pg.Pool, "query">,
  { organizationId, nowMs }: { readonly organizationId: string; readonly nowMs: number },
): Promise<{ readonly people: Colleague[]; readonly invitations: OpenLink[] }> {
  const [members, links] = await Promise.all([
    pool.query<{ id: string; name: string; role: string; since: Date }>(
      `select "user".id, "user".name, member.role, member."createdAt" as since
       from auth.member join auth."user" on "user".id = member."userId"
       where member."organizationId" = $1 order by member."createdAt", member.id`,
      [organizationId],
    ),
    pool.query<{ id: string; role: string; expires_at: Date }>(
      `select id, role, expires_at from auth.invitation_link
       where organization_id = $1 and used_at is null and expires_at > $2 order by expires_at, id`,
      [organizationId, new Date(nowMs)],
    ),
  ]);
  return {
    people: members.rows.flatMap(({ id, name, role, since }) =>
      isOrganizationRole(role) ? [{ id, name, role, since: since.toISOString() }] : [],
    ),
    invitations: links.rows.flatMap(({ id, role, expires_at }) =>
      isOrganizationRole(role) ? [{ id, role, expiresAt: expires_at.toISOString() }] : [],
    ),
  };
}
