import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SeededBuilding, seedBuilding, thumbprint } from "../testing/fixtures.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import { type Context, type Databases, inContext, openDatabases } from "./database.ts";
import { newId } from "./ids.ts";

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

/** Runs one statement in a context: how many rows it changed, or the code it was refused with. */
async function run(context: Context, statement: ReturnType<typeof sql>): Promise<number | string> {
  try {
    const { numAffectedRows } = await inContext(databases.app, context, (transaction) =>
      statement.execute(transaction),
    );
    return Number(numAffectedRows ?? 0n);
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
const refused = "42501";
const ofElm = () => ({ role: "manager", buildings: [elm.buildingId] }) as const;

describe("row-level security", () => {
  it("lets a stranger remove and change nothing, not even of the building he asks about", async () => {
    const stranger = { role: "anonymous", buildings: [elm.buildingId] } as const;
    for (const table of ["entrance", "unit", "directory"]) {
      expect(await run(stranger, sql`delete from ${sql.table(table)}`)).toBe(0);
      expect(await run(ofElm(), sql`select from ${sql.table(table)}`)).not.toBe(refused);
    }
    expect(await run(stranger, sql`update attempt set outcome = 'failed'`)).toBe(0);
    expect(await run(stranger, sql`update building set name = 'x'`)).toBe(0);
  });

  it("lets nobody lead a name of the directory to another's building, or take one away", async () => {
    const put = (buildingId: string) =>
      sql`insert into directory values ('page', ${newId("entrance", 1)}, ${buildingId})`;
    expect(await run(ofElm(), put(oak.buildingId))).toBe(refused);
    expect(await run(ofElm(), put(elm.buildingId))).toBe(1);
    await superuser.query("insert into vestibule.directory values ('page', 'oak', $1)", [
      oak.buildingId,
    ]);
    expect(await run(ofElm(), sql`delete from directory where key = 'oak'`)).toBe(0);
  });

  it("hands no building into another organization, and takes none", async () => {
    const owner = { role: "owner", organizations: [elm.organizationId] } as const;
    const hand = sql`update building set organization_id = ${oak.organizationId}`;
    expect(await run(owner, hand)).toBe(refused);
    const take = sql`update building set organization_id = ${elm.organizationId} where id = ${oak.buildingId}`;
    expect(await run(owner, take)).toBe(0);
  });

  it("keeps answers of repeated requests and signing keys to their principal", async () => {
    const as = (principal: string): Context => ({ role: "owner", principal });
    const key = sql`insert into idempotency_key (principal, key, request_hash, created_at) values ('person a', 'k', ${thumbprint("x")}, now())`;
    expect(await run(as("person b"), key)).toBe(refused);
    expect(await run(as("person a"), key)).toBe(1);
    expect(await run(as("person b"), sql`update idempotency_key set status = 200`)).toBe(0);
    const read = (principal: string) =>
      inContext(databases.app, as(principal), (transaction) =>
        transaction.selectFrom("idempotency_key").select("key").execute(),
      );
    expect([await read("person a"), await read("person b")]).toEqual([[{ key: "k" }], []]);
    const signing = sql`insert into signing_key values ('person a', ${newId("signingKey", 1)}, 'l', ${thumbprint("c")}, '{}', 'r', 'o', false, now())`;
    expect(await run(as("person b"), signing)).toBe(refused);
    expect(await run(as("person a"), signing)).toBe(1);
    expect(await run(as("person b"), sql`delete from signing_key`)).toBe(0);
  });

  it("shows an enrolment to whoever knows its name alone", async () => {
    const [id, other] = ["A".repeat(22), "B".repeat(22)];
    const as = (name: string): Context => ({ role: "anonymous", principal: `enrolment ${name}` });
    const put = sql`insert into enrolment values (${id}, ${elm.jkt}, '{}', now(), now())`;
    expect(await run(as(other), put)).toBe(refused);
    expect(await run(as(id), put)).toBe(1);
    const read = (name: string) =>
      inContext(databases.app, as(name), (transaction) =>
        transaction.selectFrom("enrolment").select("id").execute(),
      );
    expect([await read(id), await read(other)]).toEqual([[{ id }], []]);
  });

  it("takes a box's word on a policy from a box alone, and a driver's forgetting from his phone alone", async () => {
    const hash = thumbprint("policy");
    await superuser.query(
      `insert into vestibule.policy (building_id, id, ver, hash, bytes, sigs, state, offered_at) values ($1, $2, 1, $3, '{}', '[]', 'pending', now())`,
      [elm.buildingId, newId("policy", 1), hash],
    );
    const word = sql`insert into policy_box (building_id, policy_hash, ctl, code, said_at) values (${elm.buildingId}, ${hash}, ${thumbprint("box")}, 'sig', now())`;
    expect(await run(ofElm(), word)).toBe(refused);
    expect(await run({ ...ofElm(), role: "box" }, word)).toBe(1);
    expect(await run(ofElm(), sql`update policy_box set code = 'role'`)).toBe(0);
    const forget = sql`delete from receipt_personal`;
    const carriers = [elm.carrierId];
    for (const role of ["manager", "carrier", "operator", "box"] as const)
      expect(await run({ role, carriers, buildings: [elm.buildingId] }, forget)).toBe(0);
    expect(await run({ role: "handset", carriers: [oak.carrierId] }, forget)).toBe(1);
    expect(await run({ role: "handset", carriers }, forget)).toBe(1);
    for (const table of ["badge", "handset", "driver"])
      expect(await run({ role: "carrier", carriers }, sql`delete from ${sql.table(table)}`)).toBe(
        0,
      );
  });
});
