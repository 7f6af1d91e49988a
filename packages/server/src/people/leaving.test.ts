import { generateSigner } from "@vestibule/core/node";
import { makeWorld } from "@vestibule/core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anyKey, type DomainApp, domainApp } from "../testing/domain-app.ts";
import { arrive, arriveOrganization, asPerson, type TestPerson } from "../testing/people.ts";
import { invitationMs } from "./invitations.ts";

let server: DomainApp;
let elm: Awaited<ReturnType<typeof arriveOrganization>>;
beforeAll(async () => {
  server = await domainApp(await makeWorld());
});
afterAll(() => server?.close());
beforeEach(async () => {
  elm = await arriveOrganization(server, "Elm");
});

const of = (organizationId = elm.organizationId) => `/api/organizations/${organizationId}`;
const remove = async (url: string, as: TestPerson) =>
  (await server.app.inject({ method: "DELETE", url, headers: asPerson(as) })).json();
const removePerson = (person: TestPerson, as = elm.owner) =>
  remove(`${of()}/people/${person.userId}`, as);
const self = async (person: TestPerson) =>
  (await server.app.inject({ url: "/api/self", headers: asPerson(person) })).json();
const invite = async (as: TestPerson, role: string) =>
  (
    await server.app.inject({
      method: "POST",
      url: `${of()}/invitations`,
      payload: { role },
      headers: asPerson(as),
    })
  ).json();
const member = (role: "owner" | "viewer") =>
  arrive(server, {
    kind: "member",
    organizationId: elm.organizationId,
    role,
    invitedBy: elm.owner.userId,
  });
const listed = async () =>
  (await server.app.inject({ url: `${of()}/people`, headers: asPerson(elm.owner) })).json();

/** Every table with a row in which a text stands. */
async function tablesWith(text: string): Promise<string[]> {
  const { default: pg } = await import("pg");
  const superuser = new pg.Client({ connectionString: server.test.superuserUrl });
  await superuser.connect();
  const { rows } = await superuser.query<{ table: string }>(
    "select table_schema || '.' || quote_ident(table_name) as table from information_schema.tables where table_schema in ('vestibule', 'auth') and table_type = 'BASE TABLE'",
  );
  const found: string[] = [];
  for (const { table } of rows) {
    const held = await superuser.query(
      `select from ${table} t where t::text like '%' || $1 || '%'`,
      [text],
    );
    if (held.rowCount !== 0) found.push(table);
  }
  await superuser.end();
  return found.toSorted();
}

describe("a person whom an owner removes", () => {
  it("is signed out and deleted at once, name, consent, passkeys and signing keys (L.L. 63/2021 T4)", async () => {
    const { manager } = elm;
    const { jwk } = generateSigner("EdDSA");
    const enrolled = await server.app.inject({
      method: "POST",
      url: "/api/signing-keys",
      payload: { label: "Paper", paper: jwk },
      headers: asPerson(manager, anyKey()),
    });
    expect(enrolled.statusCode).toBe(201);
    const { rows } = await server.pool.query<{ consent_id: string }>(
      'select consent_id from auth."user" where id = $1',
      [manager.userId],
    );
    expect(await tablesWith(manager.userId)).toEqual(
      expect.arrayContaining(["auth.passkey", "vestibule.signing_key"]),
    );
    expect(await removePerson(manager)).toEqual({});
    expect(await self(manager)).toMatchObject({ code: "sign-in-required" });
    // What he was answered under a key of his goes with the keys of its kind, after 7 days.
    expect(await tablesWith(manager.userId)).toEqual(["vestibule.idempotency_key"]);
    expect(await tablesWith(rows[0]?.consent_id ?? "none")).toEqual([]);
    const { people } = await listed();
    expect(people.map(({ role }: { role: string }) => role)).toEqual(["owner", "viewer", "staff"]);
  });

  it("keeps what he is elsewhere", async () => {
    const { owner } = await arriveOrganization(server, "Oak");
    await server.pool.query(
      `insert into auth.member (id, "organizationId", "userId", role, "createdAt") values ('mem_y', $1, $2, 'viewer', now())`,
      [elm.organizationId, owner.userId],
    );
    expect(await removePerson(owner)).toEqual({});
    expect((await self(owner)).memberships).toMatchObject([{ role: "owner" }]);
  });

  it("cannot come back by a link that he made, while others' links stay", async () => {
    const second = await member("owner");
    const own = await invite(second, "owner");
    const others = await invite(elm.owner, "viewer");
    expect(await removePerson(second)).toEqual({});
    const read = async ({ url }: { url: string }) =>
      (
        await server.app.inject({
          method: "POST",
          url: "/api/invitations/read",
          payload: { secret: new URL(url).hash.slice(1) },
        })
      ).statusCode;
    expect([await read(own), await read(others)]).toEqual([410, 200]);
  });

  it("is never the last owner, also when two remove each other at the same moment", async () => {
    expect(await removePerson(elm.owner)).toMatchObject({ code: "conflict" });
    expect((await self(elm.owner)).memberships).toMatchObject([{ role: "owner" }]);
    const second = await member("owner");
    // Both stand before the rows they delete until this lets go, so that they go on together.
    const holder = await server.pool.connect();
    await holder.query("begin");
    await holder.query('select from auth.member where "userId" = any ($1) for update', [
      [elm.owner.userId, second.userId],
    ]);
    const removing = [removePerson(second, elm.owner), removePerson(elm.owner, second)];
    const waiting = async () =>
      (
        await server.pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).rowCount;
    await expect.poll(waiting, { timeout: 60_000 }).toBe(2);
    await holder.query("commit");
    holder.release();
    const answers = await Promise.all(removing);
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    const { rows } = await server.pool.query(
      `select from auth.member where "organizationId" = $1 and role = 'owner'`,
      [elm.organizationId],
    );
    expect(rows).toHaveLength(1);
  });

  it("is removed by owners of this organization alone", async () => {
    const stranger = await arrive(server, { kind: "first-owner", organizationName: "Ash" });
    for (const [as, code] of [
      [elm.manager, "not-allowed"],
      [elm.viewer, "not-allowed"],
      [stranger, "not-found"],
    ] as const)
      expect(await removePerson(elm.staff, as)).toMatchObject({ code });
    // Nor does a person of another organization count as one of this.
    expect(await removePerson(stranger)).toMatchObject({ code: "not-found" });
    expect(await self(stranger)).toMatchObject({ kind: "person" });
    expect(await self(elm.staff)).toMatchObject({ kind: "person" });
  });
});

describe("a person who leaves", () => {
  it("is deleted at once, whatever his role", async () => {
    const operator = await arrive(server, { kind: "operator" });
    for (const person of [elm.staff, elm.viewer, operator]) {
      expect(await remove("/api/self", person)).toEqual({});
      expect(await tablesWith(person.userId)).toEqual([]);
    }
  });

  it("finds another owner first, where he is the last", async () => {
    expect(await remove("/api/self", elm.owner)).toMatchObject({ code: "conflict" });
    expect((await self(elm.owner)).memberships).toMatchObject([{ role: "owner" }]);
    await member("owner");
    expect(await remove("/api/self", elm.owner)).toEqual({});
  });
});

describe("a link", () => {
  it("can be withdrawn by an owner of its organization while nobody used it", async () => {
    const stranger = await arrive(server, { kind: "first-owner", organizationName: "Ash" });
    const { id, url } = await invite(elm.owner, "viewer");
    const link = `${of()}/invitations/${id}`;
    expect(await remove(link, elm.manager)).toMatchObject({ code: "not-allowed" });
    expect(await remove(link, stranger)).toMatchObject({ code: "not-found" });
    const foreign = `${of(stranger.organizationId)}/invitations/${id}`;
    expect(await remove(foreign, stranger)).toMatchObject({ code: "not-found" });
    expect((await listed()).invitations).toMatchObject([{ id }]);
    expect(await remove(link, elm.owner)).toEqual({});
    expect(await remove(link, elm.owner)).toMatchObject({ code: "not-found" });
    expect((await listed()).invitations).toEqual([]);
    const opened = await server.app.inject({
      method: "POST",
      url: "/api/invitations/read",
      payload: { secret: new URL(url).hash.slice(1) },
    });
    expect(opened.json()).toMatchObject({ code: "invitation-not-valid" });
  });

  it("that was used is no longer there to be withdrawn", async () => {
    const { rows } = await server.pool.query<{ id: string }>(
      "select id from auth.invitation_link where organization_id = $1 and used_at is not null limit 1",
      [elm.organizationId],
    );
    const link = `${of()}/invitations/${rows[0]?.id}`;
    expect(await remove(link, elm.owner)).toMatchObject({ code: "not-found" });
  });

  it("is listed until it ends", async () => {
    const { id } = await invite(elm.owner, "viewer");
    expect((await listed()).invitations).toMatchObject([{ id }]);
    server.advance(invitationMs);
    expect((await listed()).invitations).toEqual([]);
    server.advance(-invitationMs);
  });
});
