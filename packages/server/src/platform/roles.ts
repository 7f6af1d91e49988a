import { createHmac } from "node:crypto";
import pg from "pg";
import { StartFault } from "./start-fault.ts";

/** The roles that run queries; none owns a table of ours, is superuser or bypasses row security. */
export const queryRoles = [
  "vestibule_app",
  "vestibule_batch",
  "vestibule_auth",
  "vestibule_jobs",
] as const;
/** One of {@link queryRoles}. */
export type QueryRole = (typeof queryRoles)[number];

/**
 * The connection of a role, made from the owner's. Its password is derived from the owner's, so that
 * every process that was given `DATABASE_URL` knows it and none has to be kept; it changes with the
 * owner's at the next start.
 *
 * @throws StartFault where the owner's connection has no password to derive from.
 */
export function roleUrl(ownerUrl: string, role: QueryRole): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = rolePassword(ownerUrl, role);
  return url.href;
}

function rolePassword(ownerUrl: string, role: QueryRole): string {
  const secret = decodeURIComponent(new URL(ownerUrl).password);
  if (secret === "") {
    throw new StartFault(
      "DATABASE_URL has no password; the server's other roles get theirs from it. Give the owner one: alter role ... password '...'.",
    );
  }
  return createHmac("sha256", secret).update(`vestibule/role/1\n${role}`).digest("base64url");
}

/**
 * Creates the roles that are missing and gives them their passwords. Roles belong to the whole
 * cluster, so this happens before the migrations of any database in it.
 *
 * @throws StartFault when the owner may not create roles, or is a superuser.
 */
export async function ensureRoles(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await connect(owner);
  try {
    await refuseSuperuser(owner);
    for (const role of queryRoles) {
      if (await canLogIn(roleUrl(ownerUrl, role))) continue;
      await owner.query("begin");
      await owner.query("select pg_advisory_xact_lock(hashtext('vestibule roles'))");
      await ensureRole(owner, role, rolePassword(ownerUrl, role));
      await owner.query("commit");
    }
  } finally {
    await owner.end();
  }
}

async function connect(owner: pg.Client): Promise<void> {
  try {
    await owner.connect();
  } catch (cause) {
    throw new StartFault(
      "PostgreSQL cannot be reached with DATABASE_URL; check its host, port, name and password.",
      { cause },
    );
  }
}

async function refuseSuperuser(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query(
    "select rolname from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)",
  );
  if (rows.length === 0) return;
  throw new StartFault(
    "DATABASE_URL logs in as a superuser or with BYPASSRLS. Make an owner that is neither: " +
      "create role vestibule_owner login createrole password '...'; alter database ... owner to vestibule_owner;",
  );
}

async function ensureRole(owner: pg.Client, role: QueryRole, password: string): Promise<void> {
  const { rowCount } = await owner.query("select 1 from pg_roles where rolname = $1", [role]);
  const name = owner.escapeIdentifier(role);
  try {
    if (rowCount === 0) await owner.query(`create role ${name} login noinherit`);
    await owner.query(`alter role ${name} password ${owner.escapeLiteral(password)}`);
    // The schema of the jobs is made in their name by a migration.
    if (role === "vestibule_jobs") await owner.query(`grant ${name} to current_user`);
  } catch (cause) {
    throw new StartFault(
      `The owner in DATABASE_URL may not make the role ${role}. As an administrator: alter role <owner> ` +
        `createrole; and where the role exists: grant ${role} to <owner> with admin option;`,
      { cause },
    );
  }
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
