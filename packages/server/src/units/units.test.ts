import { makeWorld } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inContext } from "../platform/database.ts";
import {
  anyKey,
  type DomainApp,
  domainApp,
  type SettledBuilding,
  settleBuilding,
} from "../testing/domain-app.ts";
import { asPerson } from "../testing/people.ts";

let server: DomainApp;
let linden: SettledBuilding;
beforeAll(async () => {
  const world = await makeWorld();
  server = await domainApp(world);
  linden = await settleBuilding(server, world);
});
afterAll(() => server?.close());

const url = (unit = "") => `/api/buildings/${linden.buildingId}/units${unit && `/${unit}`}`;
const ask = async (method: "GET" | "POST" | "PATCH" | "DELETE", unit?: string, payload?: object) =>
  (
    await server.app.inject({
      method,
      url: url(unit),
      headers: asPerson(linden.organization.manager, anyKey()),
      ...(payload === undefined ? {} : { payload }),
    })
  ).json();

function audited() {
  const context = { role: "manager", buildings: [linden.buildingId] } as const;
  return inContext(server.databases.app, context, (transaction) =>
    transaction
      .selectFrom("audit_event")
      .select(["kind", "subject", "principal"])
      .where("kind", "like", "unit.%")
      .orderBy("kind")
      .execute(),
  );
}

describe("a unit", () => {
  it("comes, opts out and in, and goes, each with its audit event", async () => {
    const { id } = await ask("POST", "", { label: " 4B " });
    expect((await ask("GET")).units).toEqual([{ id, label: "4B", optedOut: false }]);
    expect(await ask("PATCH", id, { optedOut: true })).toEqual({});
    expect((await ask("GET")).units).toEqual([{ id, label: "4B", optedOut: true }]);
    expect(await ask("PATCH", id, { optedOut: false })).toEqual({});
    expect(await ask("PATCH", id, { optedOut: true })).toEqual({});
    expect(await ask("DELETE", id)).toEqual({});
    expect(await ask("DELETE", id)).toMatchObject({ code: "not-found" });
    expect(await ask("PATCH", id, { optedOut: true })).toMatchObject({ code: "not-found" });
    const principal = `person ${linden.organization.manager.userId}`;
    expect(await audited()).toEqual(
      ["added", "opted-in", "opted-out", "opted-out", "removed"].map((kind) => ({
        kind: `unit.${kind}`,
        subject: id,
        principal,
      })),
    );
  });

  it("is one, however its label is written", async () => {
    const { id } = await ask("POST", "", { label: "Apt. 7-C" });
    expect(id).toMatch(/^unt_/);
    for (const label of ["7c", "#7C", "unit 7 c", "Apt. 7-C"])
      expect([label, (await ask("POST", "", { label })).code]).toEqual([label, "conflict"]);
    expect((await ask("POST", "", { label: "17c" })).id).toMatch(/^unt_/);
  });
});
