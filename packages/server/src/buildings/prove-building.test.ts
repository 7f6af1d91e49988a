import { makeWorld, type World } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inContext } from "../platform/database.ts";
import {
  anyKey,
  type DomainApp,
  domainApp,
  foundBuilding,
  type SettledBuilding,
} from "../testing/domain-app.ts";
import { arrive, asPerson, type TestPerson } from "../testing/people.ts";

let server: DomainApp;
let world: World;
let operator: TestPerson;
let linden: SettledBuilding;
beforeAll(async () => {
  world = await makeWorld();
  server = await domainApp(world);
  operator = await arrive(server, { kind: "operator" });
  linden = await foundBuilding(server, world);
});
afterAll(() => server?.close());

const prove = async (buildingId: string, as = operator) =>
  (
    await server.app.inject({
      method: "POST",
      url: `/api/buildings/${buildingId}/prove`,
      payload: {},
      headers: asPerson(as),
    })
  ).json();
const get = async (url: string, as?: TestPerson) =>
  (await server.app.inject({ url, ...(as === undefined ? {} : { headers: asPerson(as) }) })).json();
/** A building of the same host by other members, at an address. */
async function another(place: { readonly name: string; readonly address: string }) {
  const other = await makeWorld({
    policy: (policy) => ({ ...policy, place, host: world.genesis.host }),
  });
  return foundBuilding(server, other);
}
async function stateOf({ buildingId, organization }: SettledBuilding) {
  return (await get(`/api/buildings/${buildingId}`, organization.viewer)).state;
}

describe("a claimed building", () => {
  it("is found by no name, though its members signed a policy", async () => {
    for (const code of [linden.buildingId, world.policy.bld])
      expect([code, await get(`/api/directory?code=${code}`)]).toEqual([code, []]);
    expect(await get("/api/directory?address=12%20Linden%20Street,%20Brooklyn")).toEqual([]);
    expect(await get(`/api/public/buildings/${world.policy.bld}`)).toMatchObject({
      code: "not-found",
    });
  });

  it("without a policy, or whose members signed another address, is not proved", async () => {
    const claim = async (address: string) =>
      (
        await server.app.inject({
          method: "POST",
          url: "/api/buildings",
          payload: {
            name: "x",
            address,
            tz: "UTC",
            organizationId: linden.organization.organizationId,
          },
          headers: asPerson(linden.organization.manager, anyKey()),
        })
      ).json().id;
    expect(await prove(await claim("1 Nowhere Road"))).toMatchObject({ code: "conflict" });
    const elm = await another({ name: "Elm", address: "1 Elm Street" });
    const context = { role: "manager", organizations: [elm.organization.organizationId] } as const;
    await inContext(server.databases.app, context, (transaction) =>
      transaction.updateTable("building").set({ address: "12 Linden Street, Brooklyn" }).execute(),
    );
    expect(await prove(elm.buildingId)).toMatchObject({ code: "conflict" });
    expect(await stateOf(elm)).toBe("claimed");
  });

  it("is proved by the operator alone, once, with its audit event", async () => {
    expect(await prove(linden.buildingId, linden.organization.owner)).toMatchObject({
      code: "not-allowed",
    });
    expect(await stateOf(linden)).toBe("claimed");
    expect(await prove(linden.buildingId)).toEqual({});
    expect(await prove(linden.buildingId)).toMatchObject({ code: "conflict" });
    expect(await stateOf(linden)).toBe("proved");
    const context = { role: "manager", buildings: [linden.buildingId] } as const;
    const audited = await inContext(server.databases.app, context, (transaction) =>
      transaction
        .selectFrom("audit_event")
        .select("principal")
        .where("kind", "=", "building.proved")
        .execute(),
    );
    expect(audited).toEqual([{ principal: `person ${operator.userId}` }]);
    expect(await get(`/api/directory?code=${linden.buildingId}`)).toMatchObject([
      { bld: world.policy.bld },
    ]);
  });

  it("at an address that is another's already is not proved, however it is written", async () => {
    const twin = await another({ name: "Twin", address: "12 LINDEN ST., Brooklyn" });
    expect(await prove(twin.buildingId)).toMatchObject({ code: "conflict" });
    expect(await stateOf(twin)).toBe("claimed");
    expect(await get("/api/directory?address=12%20Linden%20Street,%20Brooklyn")).toMatchObject([
      { bld: world.policy.bld },
    ]);
  });
});

describe("a portfolio", () => {
  it("of two organizations can be read one by one", async () => {
    const elm = await another({ name: "Elm", address: "9 Elm Street" });
    const { owner } = linden.organization;
    await server.pool.query(
      `insert into auth.member (id, "organizationId", "userId", role, "createdAt") values ('mem_z', $1, $2, 'viewer', now())`,
      [elm.organization.organizationId, owner.userId],
    );
    const idsOf = async (query: string) =>
      (await get(`/api/buildings${query}`, owner)).buildings.map(({ id }: { id: string }) => id);
    expect(await idsOf("")).toContain(linden.buildingId);
    expect(await idsOf("")).toContain(elm.buildingId);
    const { organizationId } = elm.organization;
    expect(await idsOf(`?organizationId=${organizationId}`)).toEqual([elm.buildingId]);
    const csv = await server.app.inject({
      url: `/api/buildings/export?organizationId=${organizationId}`,
      headers: asPerson(owner),
    });
    expect(csv.body).toContain(elm.buildingId);
    expect(csv.body).not.toContain(linden.buildingId);
  });
});
