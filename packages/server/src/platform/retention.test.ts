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

  it("ends answers, audit events, links and sessions each at its own time, and none before", async () => {
    const hour = 3_600_000;
    const day = 24 * hour;
    const rules = [
      ["vestibule.idempotency_key", 7 * day],
      ["vestibule.audit_event", 400 * day],
      ["auth.invitation_link", 37 * day],
      ["auth.session", 9 * day],
    ] as const;
    const start = new Date(nowMs);
    const later = (ms: number) => new Date(nowMs + ms);
    const [hash, building] = [thumbprint("x"), "select id from vestibule.building"];
    await superuser.query(
      "insert into vestibule.idempotency_key (principal, key, request_hash, created_at) values ('p', 'k', $1, $2)",
      [hash, start],
    );
    await superuser.query(
      `insert into vestibule.audit_event (building_id, id, principal, kind, at) values ((${building}), 'aud_01h455vb4pex5vsknk084sn02q', 'p', 'k', $1)`,
      [start],
    );
    await superuser.query(
      "insert into auth.invitation_link (id, secret_hash, role, organization_name, created_at, expires_at) values ('inv_01h455vb4pex5vsknk084sn02q', $1, 'owner', 'x', $2, $3)",
      [hash, start, later(7 * day)],
    );
    await superuser.query(
      "insert into auth.consent values ('con_01h455vb4pex5vsknk084sn02q', 'x', 'app', now())",
    );
    await superuser.query(
      `insert into auth."user" (id, name, email, "emailVerified", consent_id) values ('usr', 'x', 'x', false, 'con_01h455vb4pex5vsknk084sn02q')`,
    );
    await superuser.query(
      `insert into auth."session" (id, "expiresAt", token, "updatedAt", "userId") values ('ses', $1, 't', now(), 'usr')`,
      [later(9 * day)],
    );
    const left = async () => {
      const found: string[] = [];
      for (const [table] of rules)
        if ((await superuser.query(`select from ${table}`)).rowCount !== 0) found.push(table);
      return found;
    };
    const beginMs = nowMs;
    for (const [table, keptMs] of rules.toSorted(([, one], [, other]) => one - other)) {
      nowMs = beginMs + keptMs - hour;
      await jobs.retainNow();
      expect(await left()).toContain(table);
      nowMs = beginMs + keptMs;
      await jobs.retainNow();
      expect(await left()).not.toContain(table);
    }
    await superuser.query('delete from auth."user"');
    nowMs = beginMs;
  });

  it("tells of a table that it could not clear, and clears the others all the same", async () => {
    await superuser.query("revoke delete on vestibule.visit from vestibule_jobs");
    await superuser.query(
      "insert into vestibule.idempotency_key (principal, key, request_hash, created_at) values ('p', 'k', $1, $2)",
      [thumbprint("x"), collected],
    );
    await expect(jobs.retainNow()).rejects.toThrow(/could not remove/);
    expect((await superuser.query("select from vestibule.idempotency_key")).rowCount).toBe(0);
    await superuser.query("grant delete on vestibule.visit to vestibule_jobs");
    await jobs.retainNow();
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
