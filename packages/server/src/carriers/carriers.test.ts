import { makeWorld, type World } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inContext } from "../platform/database.ts";
import { anyKey, type DomainApp, domainApp, settleBuilding } from "../testing/domain-app.ts";
import { arrive, asPerson, type TestPerson } from "../testing/people.ts";

let server: DomainApp;
let world: World;
let operator: TestPerson;
beforeAll(async () => {
  world = await makeWorld();
  server = await domainApp(world);
  await settleBuilding(server, world);
  operator = await arrive(server, { kind: "operator" });
});
afterAll(() => server?.close());

const register = (path: string, payload: object, as: TestPerson = operator) =>
  server.app.inject({ method: "POST", url: path, payload, headers: asPerson(as, anyKey()) });
const shown = async (path: string, root: string) =>
  (await server.app.inject({ url: path }))
    .json()
    .parties.find((party: { root: string }) => party.root === root);

describe.each(["carrier", "vetter"] as const)("a %s", (kind) => {
  const path = `/api/${kind}s`;
  const party = () => ({
    root: world[kind].root.kid,
    domain: world[kind].keysetBody.domain,
  });

  it("that came by its keyset is called by its domain, until the operator names it", async () => {
    const { root, domain } = party();
    expect(await shown(path, root)).toMatchObject({ domain, name: domain });
    const named = await register(path, { root, domain, name: " Named well " });
    expect(named.statusCode).toBe(201);
    expect(await shown(path, root)).toMatchObject({ domain, name: "Named well" });
    expect(named.json()).toEqual({ id: (await shown(path, root)).id });
  });

  it("keeps its domain, whoever says another", async () => {
    const { root, domain } = party();
    const moved = await register(path, { root, domain: "evil.example", name: "Evil" });
    expect(moved.json()).toMatchObject({ code: "conflict" });
    expect(await shown(path, root)).toMatchObject({ domain, name: "Named well" });
  });

  it("is named by the operator alone, in the database too", async () => {
    const owner = await arrive(server, { kind: "first-owner", organizationName: "Elm" });
    const answer = await register(path, { ...party(), name: "Mine" }, owner);
    expect(answer.json()).toMatchObject({ code: "not-allowed" });
    for (const role of ["owner", "carrier", "handset", "anonymous"] as const) {
      const changed = await inContext(server.databases.app, { role }, (transaction) =>
        transaction.updateTable(kind).set({ name: "Mine" }).executeTakeFirst(),
      );
      expect([role, changed.numUpdatedRows]).toEqual([role, 0n]);
    }
    const moved = inContext(server.databases.app, { role: "operator" }, (transaction) =>
      transaction.updateTable(kind).set({ domain: "evil.example" }).execute(),
    );
    await expect(moved).rejects.toMatchObject({ code: "42501" });
  });
});
