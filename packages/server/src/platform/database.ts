import { type Kysely, sql, type Transaction } from "kysely";
import type { Role } from "../access/access.ts";
import { openKysely, openPreparedKysely } from "./pool.ts";
import { type QueryRole, queryRoles, roleUrl } from "./roles.ts";
import { StartFault } from "./start-fault.ts";
import type { BatchTables, Tables } from "./tables.ts";

/** The database as requests reach it: `vestibule_app`, inside {@link inContext} only. */
export type Database = Kysely<Tables>;
/** A request's transaction, its context set. */
export type DatabaseTransaction = Transaction<Tables>;
/** The database as the batch writer reaches it: `vestibule_batch`. */
export type BatchDatabase = Kysely<BatchTables>;

/**
 * Whose request a transaction serves, and what it is about. What is absent is not visible: no
 * member of it ever means "all".
 */
export interface Context {
  readonly role: Role;
  /** Kind and id, such as `person usr_...`; idempotency keys belong to it. */
  readonly principal?: string;
  /** Ids of the buildings that the request is about. */
  readonly buildings?: readonly string[];
  /** Ids of the organizations whose buildings may be listed. */
  readonly organizations?: readonly string[];
  /** Ids of the carriers that the principal speaks for. */
  readonly carriers?: readonly string[];
  /** Thumbprint of the handset's key. */
  readonly handset?: string;
}

/**
 * Runs `use` in one transaction that sees what the context allows, and commits when it resolves.
 * The settings hold for this transaction alone, so a connection carries nothing on.
 */
export async function inContext<T>(
  database: Database,
  context: Context,
  use: (transaction: DatabaseTransaction) => Promise<T>,
): Promise<T> {
  return database.transaction().execute(async (transaction) => {
    await setContext(transaction, context);
    return use(transaction);
  });
}

/** Sets a transaction's context; {@link inContext} does it, and whoever narrows one later. */
export async function setContext(
  transaction: DatabaseTransaction,
  context: Context,
): Promise<void> {
  await sql`select
    set_config('vestibule.role', ${context.role}, true),
    set_config('vestibule.principal', ${context.principal ?? ""}, true),
    set_config('vestibule.buildings', ${list(context.buildings)}, true),
    set_config('vestibule.organizations', ${list(context.organizations)}, true),
    set_config('vestibule.carriers', ${list(context.carriers)}, true),
    set_config('vestibule.handset', ${list(context.handset === undefined ? [] : [context.handset])}, true)
  `.execute(transaction);
}

/** Members of a setting; a comma in one would be two, so it is refused. */
function list(members: readonly string[] = []): string {
  for (const member of members) {
    if (!/^[A-Za-z0-9_-]+$/.test(member))
      throw new Error("a context names ids and thumbprints only");
  }
  return members.join(",");
}

/** Connections of one server process. */
export interface Databases {
  readonly app: Database;
  readonly batch: BatchDatabase;
  readonly close: () => Promise<void>;
}

/** How many connections each role of one process may hold; below PostgreSQL's 100 for three processes. */
export const connectionsMax = { app: 16, batch: 4, auth: 8, jobs: 4 } as const;

/**
 * Opens the pools of a process, after checking that their roles cannot reach around row security.
 *
 * @throws StartFault when a role is superuser, has BYPASSRLS or owns a table of ours.
 */
export async function openDatabases(
  ownerUrl: string,
  onIdleError?: (error: Error) => void,
): Promise<Databases> {
  const app = openKysely<Tables>(
    {
      url: roleUrl(ownerUrl, "vestibule_app"),
      schema: "vestibule",
      connectionsMax: connectionsMax.app,
    },
    onIdleError,
  );
  const batch = openPreparedKysely<BatchTables>(
    {
      url: roleUrl(ownerUrl, "vestibule_batch"),
      schema: "vestibule",
      connectionsMax: connectionsMax.batch,
    },
    onIdleError,
  );
  const close = async () => {
    await Promise.all([app.destroy(), batch.destroy()]);
  };
  try {
    for (const role of queryRoles) await refusePowerfulRole(app, role);
  } catch (error) {
    await close();
    throw error;
  }
  return { app, batch, close };
}

async function refusePowerfulRole(database: Database, role: QueryRole): Promise<void> {
  const { rows } = await sql<{ powers: boolean; owns: boolean }>`
    select
      (rolsuper or rolbypassrls or rolcreaterole) as powers,
      exists (
        select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relowner = pg_roles.oid and nspname in ('vestibule', 'auth')
      ) as owns
    from pg_roles where rolname = ${role}
  `.execute(database);
  const [found] = rows;
  if (found && !found.powers && !found.owns) return;
  throw new StartFault(
    found
      ? `The role ${role} is superuser, has BYPASSRLS or CREATEROLE, or owns a table; rows would not be kept apart. ` +
          `Run: alter role ${role} nosuperuser nobypassrls nocreaterole; and give its tables to the owner.`
      : `The role ${role} is missing; start the server once with the owner's DATABASE_URL.`,
  );
}
