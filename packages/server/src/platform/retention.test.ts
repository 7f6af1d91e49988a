import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedBuilding, thumbprint } from "../testing/fixtures.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { type JobRunner, startJobs } from "./jobs.ts";
import { entryRetentionMsMax, retentionEveryMs } from "./retention-limits.ts";

const collected = new Date("2026-03-01T12:00:00Z");
let test: TestDatabase;
let superuser: pg.Client;
let jobs: JobRunner;
let nowMs = collected.getTime();
const faults: unknown[] = [];

beforeAll(async () => {
  test = await testDatabase();
  superuser = new pg.Client({ connectionString: test.superuserUrl });
  await superuser.connect();
  await seedBuilding(superuser, "Elm", collected);
  jobs = await startJobs({
    ownerUrl: test.ownerUrl,
    now: () => nowMs,
    onError: (fault) => faults.push(fault),
  });
});
afterAll(async () => {
  await jobs?.stop();
  await superuser?.end();
  await test?.drop();
});

const personal = [
  "receipt_personal",
  "receipt",
  "attempt",
  "visit",
  "assignment",
  "parcel",
  "assignment_unit",
  "grant",
  "badge",
  "handset",
  "driver",
  "consent",
  "outbox",
];

async function counts(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of personal)
    found[table] = (await superuser.query(`select from vestibule."${table}"`)).rowCount ?? 0;
  return found;
}

const all = (count: number) => Object.fromEntries(personal.map((table) => [table, count]));

describe("retention", () => {
  it("keeps entry data while it may be kept", async () => {
    nowMs = collected.getTime() + entryRetentionMsMax - 2 * 24 * 3_600_000;
    await jobs.retainNow();
    expect(await counts()).toEqual(all(1));
  });

  it("keeps a driver whose handset came by since, and forgets the old entries all the same", async () => {
    nowMs = collected.getTime() + entryRetentionMsMax - retentionEveryMs;
    await superuser.query("update vestibule.handset set last_used_at = $1", [new Date(nowMs)]);
    await jobs.retainNow();
    expect(await counts()).toEqual({ ...all(0), handset: 1, driver: 1, consent: 1 });
  });

  it("leaves no byte of the person within 90 days of the last use (L.L. 63/2021 T3, T4)", async () => {
    nowMs += entryRetentionMsMax - retentionEveryMs;
    await jobs.retainNow();
    expect(await counts()).toEqual(all(0));
    const { rows } = await superuser.query<{ table: string }>(
      "select table_schema || '.' || quote_ident(table_name) as table from information_schema.tables where table_schema in ('vestibule', 'auth') and table_type = 'BASE TABLE'",
    );
    for (const { table } of rows) {
      const held = await superuser.query(
        `select from ${table} t where t::text like '%' || $1 || '%'`,
        [thumbprint("Elm handset")],
      );
      expect([table, held.rowCount]).toEqual([table, 0]);
    }
  });

  it("removes nothing more the second time, keeps the building, and met no fault", async () => {
    expect(Object.values(await jobs.retainNow()).every((removed) => removed === 0)).toBe(true);
    expect((await superuser.query("select from vestibule.building")).rowCount).toBe(1);
    expect(faults).toEqual([]);
  });

  it("has its turn in the worker's calendar every hour", async () => {
    const { rows } = await superuser.query(
      "select identifier from graphile_worker._private_known_crontabs",
    );
    expect(rows).toEqual([{ identifier: "retention" }]);
  });

  it("reads nothing of a person's sign-in but when it ends", async () => {
    const { rows } = await superuser.query(
      "select table_name, column_name from information_schema.column_privileges where grantee = 'vestibule_jobs' and table_schema = 'auth' and privilege_type = 'SELECT' and lower(column_name) not like 'expires%'",
    );
    expect(rows).toEqual([]);
  });
});
