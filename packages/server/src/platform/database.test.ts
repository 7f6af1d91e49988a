import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SeededBuilding, seedBuilding } from "../testing/fixtures.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { type Databases, inContext, openDatabases } from "./database.ts";
import { migrate, migrationFiles } from "./migrate.ts";
import { appendOutbox } from "./outbox.ts";
import { roleUrl } from "./roles.ts";

const at = new Date("2026-11-02T12:00:00Z");
let test: TestDatabase;
let databases: Databases;
let superuser: pg.Client;
let elm: SeededBuilding;
let oak: SeededBuilding;

beforeAll(async () => {
  test = await testDatabase();
  databases = await openDatabases(test.ownerUrl);
  superuser = new pg.Client({ connectionString: test.superuserUrl });
  await superuser.connect();
  elm = await seedBuilding(superuser, "Elm", at);
  oak = await seedBuilding(superuser, "Oak", at);
});

afterAll(async () => {
  await superuser?.end();
  await databases?.close();
  await test?.drop();
});

/** Tables that are open on purpose, reviewed: the migrations' own books, which no query role reads. */
const unguarded = ["migration", "migration_checksum", "migration_lock"];
const ofBuilding = [
  "controller",
  "entrance",
  "assignment",
  "parcel",
  "assignment_unit",
  "grant",
  "visit",
  "attempt",
  "receipt",
  "receipt_personal",
  "outbox",
] as const;

describe("row-level security", () => {
  it("is forced on every table but the reviewed ones, which no query role may touch", async () => {
    const { rows } = await superuser.query<{ relname: string; forced: boolean; reached: boolean }>(`
      select relname, relrowsecurity and relforcerowsecurity as forced,
        has_table_privilege('vestibule_app', pg_class.oid, 'select, insert, update, delete')
        or has_table_privilege('vestibule_batch', pg_class.oid, 'select, insert, update, delete') as reached
      from pg_class where relnamespace = 'vestibule'::regnamespace and relkind in ('r', 'p')`);
    expect(
      rows
        .filter(({ forced }) => !forced)
        .map(({ relname }) => relname)
        .toSorted(),
    ).toEqual(unguarded);
    expect(rows.filter(({ forced, reached }) => !forced && reached)).toEqual([]);
    expect(rows.length).toBeGreaterThan(20);
  });

  it("keeps the schema auth from every role but its own", async () => {
    const { rows } = await superuser.query(`
      select relname from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r'
        and (has_table_privilege('vestibule_app', oid, 'select, insert, update, delete')
          or has_table_privilege('vestibule_batch', oid, 'select, insert, update, delete'))`);
    expect(rows).toEqual([]);
  });

  it.each(ofBuilding)(
    "shows one building's rows of %s to a query that forgot its where",
    async (table) => {
      const context = { role: "manager", buildings: [elm.buildingId] } as const;
      const seen = await inContext(databases.app, context, (transaction) =>
        transaction.selectFrom(table).select("building_id").execute(),
      );
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter(({ building_id }) => building_id !== elm.buildingId)).toEqual([]);
    },
  );

  it.each(ofBuilding)("shows nothing of %s without a context", async (table) => {
    expect(await databases.app.selectFrom(table).select("building_id").execute()).toEqual([]);
  });

  it("keeps no context on the connection when the transaction is over", async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      await inContext(
        databases.app,
        { role: "manager", buildings: [elm.buildingId] },
        async () => undefined,
      );
      expect(await databases.app.selectFrom("attempt").selectAll().execute()).toEqual([]);
    }
  });

  it("leaves no setting on the connection, after a commit or after a fault", async () => {
    const context = {
      role: "manager",
      principal: "person usr_x",
      buildings: [elm.buildingId],
      organizations: [elm.organizationId],
      carriers: [elm.carrierId],
      handset: elm.jkt,
    } as const;
    const kept = async () => {
      const names = ["role", "principal", ...["buildings", "organizations", "carriers", "handset"]];
      const read = names.map(
        (name) => sql`coalesce(current_setting(${`vestibule.${name}`}, true), '')`,
      );
      const { rows } = await sql<{
        kept: string;
      }>`select concat(${sql.join(read)}) as kept`.execute(databases.app);
      return rows[0]?.kept;
    };
    for (let turn = 0; turn < 5; turn += 1) {
      await inContext(databases.app, context, async () => undefined);
      expect(await kept()).toBe("");
      const faulty = inContext(databases.app, context, (transaction) =>
        sql`select 1 / 0`.execute(transaction),
      );
      await expect(faulty).rejects.toMatchObject({ code: "22012" });
      expect(await kept()).toBe("");
    }
  });

  it("is bypassed by no view and no function that runs as its owner", async () => {
    const { rows: views } = await superuser.query(
      "select from pg_class where relnamespace in ('vestibule'::regnamespace, 'auth'::regnamespace) and relkind in ('v', 'm')",
    );
    const { rows: functions } = await superuser.query(
      "select proname from pg_proc where pronamespace in ('vestibule'::regnamespace, 'auth'::regnamespace) and prosecdef",
    );
    expect([views, functions]).toEqual([[], []]);
  });

  it("changes no row of another building, whatever the statement says", async () => {
    const changed = await inContext(
      databases.app,
      { role: "manager", buildings: [elm.buildingId] },
      (transaction) =>
        transaction.updateTable("attempt").set({ outcome: "failed" }).executeTakeFirst(),
    );
    expect(changed.numUpdatedRows).toBe(1n);
    const { rows } = await superuser.query("select outcome from vestibule.attempt where id = $1", [
      oak.attemptId,
    ]);
    expect(rows).toEqual([{ outcome: "reached" }]);
  });

  it("refuses a row that is put into another building", async () => {
    const insert = inContext(
      databases.app,
      { role: "manager", buildings: [elm.buildingId] },
      (transaction) =>
        sql`insert into unit (building_id, id, label) values (${oak.buildingId}, 'unt_01h455vb4pex5vsknk084sn02q', '1A')`.execute(
          transaction,
        ),
    );
    await expect(insert).rejects.toMatchObject({ code: "42501" });
  });

  it("lets a carrier and a handset read their own rows in any building, and change none", async () => {
    const byCarrier = await inContext(
      databases.app,
      { role: "carrier", carriers: [elm.carrierId] },
      (transaction) => transaction.selectFrom("attempt").select("id").execute(),
    );
    expect(byCarrier).toEqual([{ id: elm.attemptId }]);
    const byHandset = await inContext(
      databases.app,
      { role: "handset", handset: oak.jkt },
      async (transaction) => {
        const changed = await transaction
          .updateTable("attempt")
          .set({ outcome: "open" })
          .executeTakeFirst();
        expect(changed.numUpdatedRows).toBe(0n);
        return transaction.selectFrom("attempt").select("id").execute();
      },
    );
    expect(byHandset).toEqual([{ id: oak.attemptId }]);
  });

  it("lets a stranger read what his request is about and write nothing", async () => {
    const context = { role: "anonymous", buildings: [elm.buildingId] } as const;
    const seen = await inContext(databases.app, context, (transaction) =>
      transaction.selectFrom("building").select("name").execute(),
    );
    expect(seen).toEqual([{ name: "Elm" }]);
    const write = inContext(databases.app, context, (transaction) =>
      transaction
        .insertInto("unit")
        .values({ building_id: elm.buildingId, id: "unt_01h455vb4pex5vsknk084sn02q", label: "1A" })
        .execute(),
    );
    await expect(write).rejects.toMatchObject({ code: "42501" });
  });

  it("lets the batch writer change the columns of an answer and no other, and delete nothing", async () => {
    await databases.batch
      .updateTable("attempt")
      .set({ late: true })
      .where("id", "=", oak.attemptId)
      .execute();
    await expect(
      databases.batch.updateTable("attempt").set({ jkt: elm.jkt }).execute(),
    ).rejects.toMatchObject({ code: "42501" });
    await expect(databases.batch.deleteFrom("receipt").execute()).rejects.toMatchObject({
      code: "42501",
    });
  });

  it("has policies that compare a column with the setting, never another table", async () => {
    const { rows } = await superuser.query<{ qual: string }>(
      "select coalesce(qual, '') || coalesce(with_check, '') as qual from pg_policies where schemaname = 'vestibule'",
    );
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter(({ qual }) => /select/i.test(qual))).toEqual([]);
  });

  it("finds a building's newest attempts through the index under the policy", async () => {
    const plan = await inContext(
      databases.app,
      { role: "manager", buildings: [elm.buildingId] },
      async (transaction) => {
        await sql`set local enable_seqscan = off`.execute(transaction);
        return sql<{
          "QUERY PLAN": string;
        }>`explain select id from attempt where building_id = ${elm.buildingId} order by presented_at desc limit 20`.execute(
          transaction,
        );
      },
    );
    expect(plan.rows.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(
      /Index Scan using attempt_building_id/,
    );
  });

  it("refuses a member of the context that would be two", async () => {
    const smuggled = inContext(
      databases.app,
      { role: "manager", buildings: [`${elm.buildingId},${oak.buildingId}`] },
      async () => undefined,
    );
    await expect(smuggled).rejects.toThrow("ids and thumbprints only");
  });
});

describe("the schema", () => {
  it("has exactly the tables and columns that the code's types name", async () => {
    const { readFileSync } = await import("node:fs");
    const source = readFileSync(new URL("./tables.ts", import.meta.url), "utf8");
    const typed = [...source.matchAll(/export interface (\w+)Table \{([^}]*)\}/g)].flatMap(
      ([, name = "", body = ""]) =>
        [...body.matchAll(/readonly (\w+): ([^;]*);/g)].map(
          ([, column = "", type = ""]) =>
            `${name.toLowerCase()}.${column}${/\| null/.test(type) ? "?" : ""}`,
        ),
    );
    const { rows } = await superuser.query<{ name: string }>(`
      select replace(table_name, '_', '') || '.' || column_name ||
        case when is_nullable = 'YES' and data_type not like 'json%' then '?' else '' end as name
      from information_schema.columns where table_schema = 'vestibule' and table_name not like 'migration%'`);
    expect(typed.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
  });

  it("starts every hot table's key with the building", async () => {
    const { rows } = await superuser.query<{ table: string; first: string }>(`
      select conrelid::regclass::text as table, attname as first from pg_constraint
      join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where contype = 'p' and connamespace = 'vestibule'::regnamespace`);
    const first = new Map(
      rows.map((row) => [
        row.table.replace(/^vestibule\.|"/g, "").replace(/^vestibule\./, ""),
        row.first,
      ]),
    );
    for (const table of ofBuilding)
      expect([table, first.get(table)]).toEqual([table, "building_id"]);
  });

  it("keeps no driver without an express consent (L.L. 63/2021 T1)", async () => {
    const insert = superuser.query(
      "insert into vestibule.driver (id, carrier_id, consent_id, drv, created_at, last_used_at) values ('drv_01h455vb4pex5vsknk084sn02q', $1, 'con_01h455vb4pex5vsknk084sn02q', 'x', now(), now())",
      [elm.carrierId],
    );
    await expect(insert).rejects.toMatchObject({ code: "23503" });
  });

  it("is brought up to date once, however often and by how many it is asked", async () => {
    await Promise.all([migrate(test.ownerUrl), migrate(test.ownerUrl)]);
  });

  it("refuses a step that was edited after it had been applied", async () => {
    const edited = migrationFiles().map((file, place) =>
      place === 1 ? { ...file, checksum: "0".repeat(64) } : file,
    );
    await expect(migrate(test.ownerUrl, edited)).rejects.toThrow(/0002_places.sql was edited/);
  });

  it("refuses a database that is newer than the program", async () => {
    await expect(migrate(test.ownerUrl, migrationFiles().slice(0, -1))).rejects.toThrow(
      /newer than this version/,
    );
  });

  it("changes nothing when a step fails", async () => {
    const broken = [
      ...migrationFiles(),
      {
        name: "9999_broken.sql",
        text: "create table vestibule.half (); select 1/0",
        checksum: "b",
      },
    ];
    await expect(migrate(test.ownerUrl, broken)).rejects.toThrow(
      /9999_broken.*nothing was changed/,
    );
    expect((await superuser.query("select to_regclass('vestibule.half') as half")).rows).toEqual([
      { half: null },
    ]);
  });
});

describe("starting", () => {
  it("is refused when a query role owns a table", async () => {
    await superuser.query(
      "create table vestibule.theirs (); alter table vestibule.theirs owner to vestibule_app",
    );
    try {
      await expect(openDatabases(test.ownerUrl)).rejects.toThrow(/owns a table/);
    } finally {
      await superuser.query("drop table vestibule.theirs");
    }
  });

  it("is refused to an owner who is a superuser", async () => {
    await expect(migrate(test.superuserUrl)).rejects.toThrow(/superuser/);
  });

  it("gives each role a password of its own, made from the owner's", () => {
    const passwords = ["vestibule_app", "vestibule_batch", "vestibule_auth"].map(
      (role) =>
        new URL(
          roleUrl(
            "postgres://o:secret@h/d",
            role === "vestibule_app"
              ? "vestibule_app"
              : role === "vestibule_batch"
                ? "vestibule_batch"
                : "vestibule_auth",
          ),
        ).password,
    );
    expect(new Set(passwords).size).toBe(3);
    expect(() => roleUrl("postgres://o@h/d", "vestibule_app")).toThrow(/no password/);
  });
});

describe("the outbox", () => {
  it("numbers each building's events without a gap, in the order of commits", async () => {
    await superuser.query("delete from vestibule.outbox");
    const writers = Array.from({ length: 16 }, (_, writer) =>
      databases.batch.transaction().execute((transaction) =>
        appendOutbox(
          transaction,
          [elm, oak, elm].map(({ buildingId }) => ({ buildingId, kind: "test", body: { writer } })),
          at,
        ),
      ),
    );
    await Promise.all(writers);
    for (const [building, count] of [
      [elm, 32],
      [oak, 16],
    ] as const) {
      const rows = await inContext(
        databases.app,
        { role: "manager", buildings: [building.buildingId] },
        (transaction) => transaction.selectFrom("outbox").select("seq").orderBy("seq").execute(),
      );
      expect(rows.map(({ seq }) => seq)).toEqual(
        Array.from({ length: count }, (_, place) => place + 1),
      );
    }
  });
});
