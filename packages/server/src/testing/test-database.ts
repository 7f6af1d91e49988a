import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { inject } from "vitest";
import { migrate, schemaHash } from "../platform/migrate.ts";
import { clusterPasswords } from "../platform/postgres/cluster-folder.ts";
import { startPostgres } from "../platform/postgres/supervisor.ts";

/** A database of a test file's own, migrated. */
export interface TestDatabase {
  /** Connects as its owner, who is no superuser. */
  readonly ownerUrl: string;
  /** Connects as the cluster's superuser: for laying out rows that no role of ours may write. */
  readonly superuserUrl: string;
  /** Drops it. */
  readonly drop: () => Promise<void>;
}

/**
 * Makes a database for one test file by copying a template that was migrated once per schema. The
 * run's PostgreSQL starts with the first test that asks for one and stops with the run.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const admin = await runServer();
  const template = `template_${schemaHash()}`;
  const name = `test_${randomBytes(8).toString("hex")}`;
  await withOwner(admin, async (client) => {
    // One at a time: a template cannot be copied while another copies or makes it.
    await client.query("select pg_advisory_lock(7_201)");
    const made = await client.query("select 1 from pg_database where datname = $1", [template]);
    if (made.rowCount === 0) {
      await client.query(`drop database if exists ${template}_making`);
      await client.query(`create database ${template}_making`);
      await migrate(inDatabase(admin, `${template}_making`));
      await client.query(`alter database ${template}_making rename to ${template}`);
    }
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    ownerUrl: inDatabase(admin, name),
    superuserUrl: asSuperuser(inDatabase(admin, name)),
    // As superuser: an autovacuum worker is his, and the database cannot be dropped under it.
    drop: () =>
      withOwner(
        asSuperuser(admin),
        async (client) => void (await client.query(`drop database ${name} with (force)`)),
      ),
  };
}

/** The folder that the run's global setup made; see {@link setup}. */
declare module "vitest" {
  interface ProvidedContext {
    readonly testServerFolder: string;
  }
}

/** The first to ask starts it, by making a folder that can be made once; the others wait for its address. */
async function runServer(): Promise<string> {
  const folder = inject("testServerFolder");
  const address = join(folder, "address");
  if (await claims(join(folder, "starting"))) {
    const server = await startPostgres({
      dataFolder: join(folder, "data"),
      durable: false,
      settings: ["max_connections=200"],
    });
    writeFileSync(`${address}.partial`, `${server.pid()}\n${server.ownerUrl}`, { mode: 0o600 });
    renameSync(`${address}.partial`, address);
  }
  for (let waitedMs = 0; waitedMs < 120_000; waitedMs += 25) {
    const url = existsSync(address) ? readFileSync(address, "utf8").split("\n")[1] : undefined;
    if (url) return url;
    await wait(25);
  }
  throw new Error("the test run's PostgreSQL did not start");
}

async function claims(path: string): Promise<boolean> {
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function inDatabase(ownerUrl: string, name: string): string {
  const url = new URL(ownerUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function asSuperuser(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.username = "vestibule_bootstrap";
  url.password = clusterPasswords(join(inject("testServerFolder"), "data")).bootstrap;
  return url.href;
}

async function withOwner(
  ownerUrl: string,
  use: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
