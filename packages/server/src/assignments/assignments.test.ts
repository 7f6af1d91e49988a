import { paperHash, signPaper } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  anyKey,
  type DomainApp,
  domainApp,
  foundBuilding,
  type SettledBuilding,
  settleBuilding,
} from "../testing/domain-app.ts";
import { asPerson } from "../testing/people.ts";
import { batchAssignmentsMax } from "./assignment-routes.ts";
import { assignmentsPerMinuteMax, createCarrierBudget } from "./carrier-budget.ts";

const crypto = nodeCrypto();
let server: DomainApp;
let world: World;
let linden: SettledBuilding;
let bodies = 0;

beforeAll(async () => {
  world = await makeWorld();
  server = await domainApp(world);
  linden = await settleBuilding(server, world);
});
afterAll(() => server?.close());

const hand = (payload: object, url = "/api/assignments") =>
  server.app.inject({ method: "POST", url, payload });

/** The world's assignment again, changed and signed by its carrier. */
async function anotherAssignment(change: object = {}, signer = world.carrier.key): Promise<string> {
  const part = world.papers.assignment.split(".")[1] ?? "";
  const body = JSON.parse(Buffer.from(part, "base64url").toString());
  bodies += 1;
  const jti = Buffer.alloc(16, bodies).toString("base64url");
  return signPaper("assignment", { ...body, jti, ...change }, signer);
}

async function rows(table: "assignment" | "parcel" | "grant" | "assignment_unit" | "outbox") {
  const context = { role: "manager", buildings: [linden.buildingId] } as const;
  const { inContext } = await import("../platform/database.ts");
  return inContext(server.databases.app, context, (transaction) =>
    transaction.selectFrom(table).selectAll().execute(),
  );
}

describe("an assignment", () => {
  it("gets one grant per box, which the host signed, and its parcels are kept as digests alone", async () => {
    const answer = await hand({ text: world.papers.assignment, units: ["4B", null, "2"] });
    expect(answer.json()).toMatchObject({
      kept: 3,
      known: false,
      grants: [{ ctl: world.box.signer.kid, ents: ["street"] }],
    });
    const [grant] = await rows("grant");
    expect(grant).toMatchObject({
      hash: paperHash(crypto, String(grant && "jws" in grant ? grant.jws : "")),
      jkt: world.handset.kid,
    });
    const stored = JSON.stringify([
      await rows("assignment"),
      await rows("parcel"),
      await rows("grant"),
    ]);
    for (const code of world.codes) expect(stored).not.toContain(code);
    expect(await rows("assignment_unit")).toMatchObject([
      { parcel_index: 0, unit_label: "4B" },
      { parcel_index: 2, unit_label: "2" },
    ]);
    const events = await rows("outbox");
    expect(
      events.filter((event) => "kind" in event && event.kind === "assignment.granted"),
    ).toHaveLength(1);
  });

  it("handed in twice, or by two at once, is one assignment with one answer", async () => {
    const text = await anotherAssignment();
    const before = (await rows("assignment")).length;
    const answers = await Promise.all([hand({ text }), hand({ text }), hand({ text })]);
    const [first, ...others] = answers.map((answer) => answer.json());
    for (const other of others) expect({ ...other, known: 0 }).toEqual({ ...first, known: 0 });
    expect(answers.filter((answer) => answer.json().known === false)).toHaveLength(1);
    expect(await rows("assignment")).toHaveLength(before + 1);
  });

  it("waits for another hand on the building, and is never a fault of ours", async () => {
    const text = await anotherAssignment();
    const superuser = new pg.Client({ connectionString: server.test.superuserUrl });
    await superuser.connect();
    // Whoever comes first stands before its parcels until this lets go; the others come meanwhile.
    await superuser.query("begin; lock table vestibule.parcel in exclusive mode");
    const handing = [hand({ text }), hand({ text }), hand({ text })];
    // Asked outside that transaction, which sees the activity of its first look only.
    const onlooker = new pg.Client({ connectionString: server.test.superuserUrl });
    await onlooker.connect();
    const waiting = async () =>
      (
        await onlooker.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).rowCount;
    await expect.poll(waiting, { timeout: 60_000 }).toBe(3);
    await superuser.query("commit");
    await superuser.end();
    await onlooker.end();
    const answers = await Promise.all(handing);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(answers.map((answer) => answer.json().known).toSorted()).toEqual([false, true, true]);
  });

  it("keeps its driver, his phone and his badge from being forgotten", async () => {
    const superuser = new pg.Client({ connectionString: server.test.superuserUrl });
    await superuser.connect();
    const tables = ["driver", "handset", "badge"];
    for (const table of tables)
      await superuser.query(`update vestibule.${table} set last_used_at = '2020-01-01'`);
    expect((await hand({ text: await anotherAssignment() })).statusCode).toBe(200);
    for (const table of tables) {
      const { rowCount } = await superuser.query(
        `select from vestibule.${table} where last_used_at > '2026-01-01'`,
      );
      expect([table, rowCount]).toEqual([table, 1]);
    }
    await superuser.end();
  });

  it("under another signature is verified again, though its words are known", async () => {
    const text = await anotherAssignment();
    expect((await hand({ text })).json()).toMatchObject({ known: false });
    const [head, body, signature = ""] = text.split(".");
    const forged = `${head}.${body}.${signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`;
    expect((await hand({ text: forged })).json()).toMatchObject({ code: "sig" });
  });

  it("makes a grant that the box's decide() takes as far as the code", async () => {
    const text = await anotherAssignment();
    await hand({ text });
    const grants = await rows("grant");
    const grant = grants.find((row) => "jws" in row && paperNames(String(row.jws), text));
    const papers = {
      ...world.papers,
      assignment: text,
      grant: String(grant && "jws" in grant ? grant.jws : ""),
    };
    const ticket = world.takeTicket(papers);
    expect(ticket.body.grant).toBe(paperHash(crypto, papers.grant));
  });

  it("leaves out the parcels of residents who opted out, however the label is written", async () => {
    const headers = () => asPerson(linden.organization.manager, anyKey());
    const url = `/api/buildings/${linden.buildingId}/units`;
    const made = await server.app.inject({
      method: "POST",
      url,
      payload: { label: "Apt. 7-C" },
      headers: headers(),
    });
    const unit = `${url}/${made.json().id}`;
    await server.app.inject({
      method: "PATCH",
      url: unit,
      payload: { optedOut: true },
      headers: headers(),
    });
    const some = await hand({ text: await anotherAssignment(), units: ["7c", "7B", "#7C"] });
    expect(some.json()).toMatchObject({ kept: 1 });
    const all = await hand({ text: await anotherAssignment(), units: ["7c", "7c", "7c"] });
    expect(all.json()).toMatchObject({ kept: 0, grants: [] });
    await server.app.inject({
      method: "PATCH",
      url: unit,
      payload: { optedOut: false },
      headers: headers(),
    });
    const back = await hand({ text: await anotherAssignment(), units: ["7c", "7B", "7C"] });
    expect(back.json()).toMatchObject({ kept: 3 });
  });

  it("is refused by the rule's own code, and leaves nothing", async () => {
    const before = (await rows("assignment")).length;
    const code = async (text: string) => (await hand({ text })).json().code;
    expect(await code(await anotherAssignment({}, world.vetter.key))).toBe("kid-unknown");
    expect(await code(await anotherAssignment({ badge: paperHash(crypto, "a.b.c") }))).toBe(
      "badge-missing",
    );
    expect(await code(await anotherAssignment({ purpose: "round" }))).toBe("purpose");
    expect(await code(await anotherAssignment({ iss: world.vetter.root.kid }))).toBe(
      "carrier-not-admitted",
    );
    expect(await code("no paper")).toBe("shape");
    expect(await code(await anotherAssignment({ bld: world.host.root.kid }))).toBe("not-found");
    expect((await hand({ text: await anotherAssignment(), units: ["1"] })).json().code).toBe(
      "request-invalid",
    );
    expect(await rows("assignment")).toHaveLength(before);
  });

  it("for a building that is only claimed is as if the building were not there", async () => {
    const other = await makeWorld();
    const claimed = await foundBuilding(server, {
      ...other,
      genesis: { ...other.genesis, host: world.genesis.host },
    });
    expect(claimed.buildingId).toMatch(/^bld_/);
    const bld = (
      await server.app.inject({
        url: `/api/buildings/${claimed.buildingId}`,
        headers: asPerson(claimed.organization.viewer),
      })
    ).json().bld;
    expect((await hand({ text: await anotherAssignment({ bld }) })).json().code).toBe("not-found");
  });

  it("in a batch gets its own answer, and a bad one hinders none", async () => {
    const texts = [await anotherAssignment(), "no paper", await anotherAssignment()];
    const answer = await hand(
      { assignments: texts.map((text) => ({ text })) },
      "/api/assignments/batch",
    );
    expect(answer.json().results).toMatchObject([{ kept: 3 }, { code: "shape" }, { kept: 3 }]);
  });

  it("uses up its carrier's minute once, however often somebody hands the same paper in", async () => {
    const text = await anotherAssignment();
    const batch = { assignments: Array.from({ length: batchAssignmentsMax }, () => ({ text })) };
    for (let sent = 0; sent <= assignmentsPerMinuteMax; sent += batchAssignmentsMax)
      expect((await hand(batch, "/api/assignments/batch")).statusCode).toBe(200);
    expect((await hand({ text: await anotherAssignment() })).statusCode).toBe(200);
  });
});

function paperNames(grant: string, assignment: string): boolean {
  const body = Buffer.from(grant.split(".")[1] ?? "", "base64url").toString();
  return body.includes(paperHash(crypto, assignment));
}

describe("a carrier's budget", () => {
  it("is a number per minute and root, and begins anew with the minute", () => {
    const budget = createCarrierBudget(3);
    const atMs = 60_000 * 1_000;
    budget.spend("a", 2, atMs);
    expect(budget.waitS("a", atMs)).toBe(0);
    budget.spend("a", 1, atMs + 15_500);
    expect(budget.waitS("a", atMs + 15_500)).toBe(45);
    expect(budget.waitS("b", atMs + 15_500)).toBe(0);
    expect(budget.waitS("a", atMs + 60_000)).toBe(0);
  });
});
