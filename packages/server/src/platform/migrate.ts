import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { type Kysely, sql } from "kysely";
import { type MigrationProvider, Migrator } from "kysely/migration";
import { openKysely } from "./pool.ts";
import { ensureRoles } from "./roles.ts";
import { StartFault } from "./start-fault.ts";

const folder = new URL("../migrations/", import.meta.url);
const namePattern = /^\d{4}_[a-z_]+\.sql$/;

/** A step of the schema: plain SQL in a file that is never edited once merged. */
export interface MigrationFile {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/** The steps that came with this version, in order. */
export function migrationFiles(): readonly MigrationFile[] {
  return readdirSync(folder)
    .filter((name) => namePattern.test(name))
    .toSorted()
    .map((name) => {
      const text = readFileSync(new URL(name, folder), "utf8");
      return { name, text, checksum: createHash("sha256").update(text).digest("hex") };
    });
}

/** A hash over every step: the name of the schema as it stands. */
export function schemaHash(files: readonly MigrationFile[] = migrationFiles()): string {
  return createHash("sha256")
    .update(files.map(({ checksum }) => checksum).join("\n"))
    .digest("hex")
    .slice(0, 16);
}

/**
 * Brings a database to this version's schema: roles, then the missing steps in one transaction
 * under Kysely's advisory lock, so that two starting servers do it once.
 *
 * @throws StartFault when an applied file was edited since, or a step fails (nothing is changed then).
 */
export async function migrate(
  ownerUrl: string,
  files: readonly MigrationFile[] = migrationFiles(),
): Promise<void> {
  await ensureRoles(ownerUrl);
  const database = openKysely<ChecksumTables>({
    url: ownerUrl,
    schema: "vestibule",
    connectionsMax: 2,
    statementTimeoutMs: 600_000,
  });
  try {
    await sql`create schema if not exists vestibule`.execute(database).catch(ignoreSimultaneous);
    await sql`
      create table if not exists vestibule.migration_checksum (name text primary key, checksum text not null)
    `
      .execute(database)
      .catch(ignoreSimultaneous);
    await refuseEdited(database, files);
    const migrator = new Migrator({
      db: database,
      provider: provider(files),
      migrationTableSchema: "vestibule",
      migrationTableName: "migration",
      migrationLockTableName: "migration_lock",
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error === undefined) return;
    const failed = results?.find(({ status }) => status === "Error")?.migrationName;
    throw new StartFault(
      `The database could not be brought to this version${failed ? ` (${failed})` : ""}; nothing was changed.`,
      { cause: error },
    );
  } finally {
    await database.destroy();
  }
}

interface ChecksumTables {
  readonly "vestibule.migration_checksum": { readonly name: string; readonly checksum: string };
}

function provider(files: readonly MigrationFile[]): MigrationProvider {
  const steps = files.map(
    ({ name, text, checksum }) =>
      [
        name.replace(/\.sql$/, ""),
        {
          up: async (database: Kysely<unknown>) => {
            await sql.raw(text).execute(database);
            await sql`insert into vestibule.migration_checksum (name, checksum) values (${name}, ${checksum})`.execute(
              database,
            );
          },
        },
      ] as const,
  );
  return { getMigrations: async () => Object.fromEntries(steps) };
}

async function refuseEdited(
  database: Kysely<ChecksumTables>,
  files: readonly MigrationFile[],
): Promise<void> {
  const applied = await database.selectFrom("vestibule.migration_checksum").selectAll().execute();
  for (const { name, checksum } of applied) {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined)
      throw new StartFault(
        `The database is newer than this version (it knows ${name}); start the version that made it, or a later one.`,
      );
    if (file.checksum !== checksum)
      throw new StartFault(
        `${name} was edited after it had been applied; restore the file and put the change into a new one.`,
      );
  }
}

/** `if not exists` is no lock: the loser of two first starts gets 23505 or 42P06 and may go on. */
function ignoreSimultaneous(error: unknown): void {
  const known =
    error instanceof Error &&
    "code" in error &&
    (error.code === "23505" || error.code === "42P06" || error.code === "42P07");
  if (!known) throw error;
}
