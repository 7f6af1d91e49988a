import { randomBytes } from "node:crypto";
import { type Owner, ownerOf } from "@vestibule/cli/testing";
import { assembleProof, paperHash, signPaper } from "@vestibule/core";
import { generateSigner, nodeCrypto } from "@vestibule/core/node";
import { inviteOwner, openPool, type RunningServer, roleUrl } from "@vestibule/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { callAsBox, receiptAsBox } from "./call-as-box.ts";
import { makePlace, type Place, unlimitedRates, until } from "./place.ts";

const crypto = nodeCrypto();
const consoleOrigin = "http://vestibule.localhost:9";
const key = () => randomBytes(16).toString("base64url");
let place: Place;
let host: RunningServer;
let second: RunningServer;
let token: string;
let owner: Owner;
let cookie: string;
let box: { close: () => Promise<void> };

beforeAll(async () => {
  place = await makePlace({ rates: unlimitedRates });
  host = await place.startHost();
  second = await place.startHost();
  await moveIn();
  for (const [index, label] of ["2A", "=1+1"].entries())
    await place.superuser.query(
      "insert into vestibule.assignment_unit (building_id, assignment_id, parcel_index, unit_label) values ($1, $2, $3, $4)",
      [place.rows.building, place.rows.assignment, index, label],
    );
  box = await place.startBox(host);
  token = await place.signIn(host);
});
afterAll(() => place?.close());

/** A manager joins, and the building becomes her organization's. */
async function moveIn(): Promise<void> {
  const signer = generateSigner("ES256");
  const passkey = { signer, cred: key(), origin: consoleOrigin };
  owner = ownerOf(`http://127.0.0.1:${host.port}`, passkey);
  const url = roleUrl(place.test.ownerUrl, "vestibule_auth");
  const pool = openPool({ url, schema: "auth", connectionsMax: 1 });
  const nowMs = place.now();
  const link = await inviteOwner(pool, { organizationName: "Linden", consoleOrigin, nowMs });
  await pool.end();
  await owner.join(link.url, "Manager");
  cookie = (await owner.signIn()).cookie;
  const [{ id }] = (await get("/api/organizations")).organizations;
  await place.superuser.query("update vestibule.building set organization_id = $1", [id]);
}

async function ask(path: string, { at = host, method = "GET" } = {}) {
  const response = await fetch(`http://127.0.0.1:${at.port}${path}`, {
    method,
    headers: { cookie, origin: consoleOrigin, "content-type": "application/json" },
    ...(method === "POST" ? { body: "{}" } : {}),
  });
  return { status: response.status, text: await response.text() };
}
const get = async (path: string, at = host) => JSON.parse((await ask(path, { at })).text);
const building = (rest = "") => `/api/buildings/${place.rows.building}${rest}`;

/** A tap and a proof of one code. */
async function deliver(code: string): Promise<string> {
  const { world, rows } = place;
  const at = `/api/entrances/${rows.entrance}`;
  const presence = () => ({ kind: "tap", tap: world.tap() });
  let ticket = "";
  await until(async () => {
    const body = { assignmentId: rows.assignment, presence: presence() };
    ticket = (await place.ask(host, { path: `${at}/tickets`, token, body })).body.ticket ?? "";
    return ticket !== "";
  });
  const claims = await assembleProof({
    ticket: paperHash(crypto, ticket),
    grant: paperHash(crypto, world.papers.grant),
    asg: paperHash(crypto, world.papers.assignment),
    jkt: world.handset.kid,
    ent: "street",
    purpose: "deliver",
    box: { ctl: world.box.signer.kid, seal: world.box.seal.publicText },
    codes: [code],
    jti: randomBytes(16),
  });
  const text = await signPaper("proof", claims, world.handset);
  const body = {
    assignmentId: rows.assignment,
    ticket: paperHash(crypto, ticket),
    proof: { kind: "jws", text },
  };
  const answer = await place.ask(host, { path: `${at}/unlocks`, token, body, key: key() });
  const { id } = answer.body.attempt;
  // A second opening at once may be confirmed only when the door has shut after the first.
  await until(async () => {
    const { rowCount } = await place.superuser.query(
      "select 1 from vestibule.attempt where id = $1 and outcome = 'reached'",
      [id],
    );
    return rowCount === 1;
  });
  return id;
}

describe("a manager", () => {
  it("sees whose driver came with how many parcels for whom, until retention takes it", async () => {
    const first = await deliver(place.world.codes[0] ?? "");
    const other = await deliver(place.world.codes[1] ?? "");
    const attempts = async () => (await get(building("/attempts"))).attempts;
    expect(await attempts()).toMatchObject([
      { id: other, driver: "drv-0001", parcels: 1, units: ["=1+1"] },
      { id: first, driver: "drv-0001", parcels: 1, units: ["2A"] },
    ]);
    expect((await get(building("/visits"))).visits).toMatchObject([
      { attempts: 2, opened: 2, driver: "drv-0001", parcels: 2, units: ["2A", "=1+1"].toSorted() },
    ]);
    // A spreadsheet takes nothing in the file for a formula.
    const csv = (await ask(building("/attempts.csv"))).text;
    expect(csv.split("\r\n")[0]).toContain('"driver","parcels","units"');
    expect(csv).toContain(`"drv-0001","1","'=1+1"`);
    expect(csv).not.toMatch(/"[=+@-]/);
    await place.superuser.query("delete from vestibule.receipt_personal");
    for (const attempt of [...(await attempts()), ...(await get(building("/visits"))).visits])
      for (const name of ["driver", "parcels", "units"]) expect(attempt[name]).toBeUndefined();
  });

  it("reads from any process what the box said of its door and of the policy", async () => {
    const { kid: ctl } = place.world.box.signer;
    const door = { ent: "street", online: true, strike: "ok", held: false };
    const said = { ctl, ent: "street", accepted: expect.any(String) };
    for (const at of [host, second]) {
      await until(async () => (await get(building(), at)).doors[0].online);
      expect((await get(building(), at)).doors).toMatchObject([door]);
      expect((await get(building("/policies"), at)).policies).toMatchObject([{ boxes: [said] }]);
    }
    expect((await get("/api/buildings")).buildings).toMatchObject([
      { health: { doors: 1, online: 1 } },
    ]);
  });
});

describe("a live page that comes back", () => {
  const lastSequence = async () => {
    const { rows } = await place.superuser.query("select last::int from vestibule.sequence");
    return rows[0].last;
  };

  it("gets what it missed, in order, each once", async () => {
    const last = await lastSequence();
    const events = await resume(last - 3);
    expect(events.map(({ sequence }) => sequence)).toEqual([last - 2, last - 1, last, undefined]);
    expect(events.at(-1)).toMatchObject({ kind: "following" });
  });

  it("is told to read everything again where its number is from elsewhere or events are gone", async () => {
    const last = await lastSequence();
    expect((await resume(last + 100)).at(-1)).toMatchObject({ kind: "refetch" });
    await place.superuser.query("delete from vestibule.outbox where seq = $1", [last - 1]);
    expect((await resume(last - 3)).at(-1)).toMatchObject({ kind: "refetch" });
  });
});

describe("a live page of somebody who was removed meanwhile", () => {
  it("is told to come back, and then that the building is not its any more", async () => {
    const { rows } = await place.superuser.query("select * from auth.member");
    const page = follow();
    await until(async () => page.events.at(-1)?.kind === "following");
    await place.superuser.query("delete from auth.member");
    expect(await page.closed).toEqual([1012, "come back"]);
    const again = follow();
    await until(async () => again.events.at(-1)?.kind === "refused");
    again.socket.close();
    await place.superuser.query(
      "insert into auth.member select * from json_populate_recordset(null::auth.member, $1)",
      [JSON.stringify(rows)],
    );
  });
});

describe("a box", () => {
  const quarantined = async () => {
    const { rows } = await place.superuser.query(
      "select quarantined_at is not null as is from vestibule.controller",
    );
    return rows[0].is;
  };
  const release = () =>
    ask(building(`/controllers/${place.rows.controller}/release`), { method: "POST" });

  it("whose receipts leave one out is sent away to send them again", async () => {
    await box.close();
    const { seq } = await chain();
    const fake = await callAsBox(place, host);
    fake.socket.send(
      await receiptAsBox(place, { seq: seq + 2, prev: randomBytes(32).toString("base64url") }),
    );
    expect(await fake.closed).toEqual([1012, "chain-gap"]);
    expect(await chain()).toMatchObject({ seq });
    expect(await quarantined()).toBe(false);
  });

  it("with a living twin is set apart, and let back in once the twin is gone", async () => {
    expect((await release()).status).toBe(409);
    const first = await callAsBox(place, host);
    const twin = await callAsBox(place, second);
    await until(quarantined);
    // Both still live: nobody can tell which is the building's.
    expect((await release()).status).toBe(409);
    twin.socket.close();
    await twin.closed;
    await until(async () => (await release()).status === 200);
    expect(await first.closed).toEqual([1012, "come back"]);
    expect(await quarantined()).toBe(false);
    const { rows } = await place.superuser.query(
      "select kind from vestibule.audit_event where kind like 'controller.%' order by at, id",
    );
    expect(rows.map(({ kind }) => kind)).toEqual(["controller.quarantined", "controller.released"]);
    const again = await callAsBox(place, host);
    expect(await quarantined()).toBe(false);
    again.socket.close();
    await again.closed;
  });

  it("that tells two histories is set apart", async () => {
    const { seq, hash } = await chain();
    const fake = await callAsBox(place, host);
    fake.socket.send(await receiptAsBox(place, { seq, prev: hash }));
    await until(quarantined);
    expect(await chain()).toEqual({ seq, hash });
    fake.socket.close();
    await fake.closed;
  });

  it("that takes a policy later than the host does moves the moment that pages show", async () => {
    const { policy, box: keys } = place.world;
    const inForceFrom = Math.floor(place.now() / 1_000) + 60;
    const fake = await callAsBox(place, host);
    fake.socket.send(JSON.stringify({ t: "policy-result", policy: policy.hash, inForceFrom }));
    const shown = new Date(inForceFrom * 1_000).toISOString();
    await until(async () => (await get(building("/policies"))).policies[0].inForceFrom === shown);
    fake.socket.send(JSON.stringify({ t: "policy-result", policy: policy.hash, code: "stale" }));
    await until(async () => (await told("controller.refused")) > 0);
    expect((await get(building("/policies"))).policies[0].boxes).toEqual([
      { ctl: keys.signer.kid, ent: "street", accepted: shown },
    ]);
    fake.socket.close();
  });
});

async function told(kind: string): Promise<number> {
  const { rowCount } = await place.superuser.query(
    "select 1 from vestibule.outbox where kind = $1",
    [kind],
  );
  return rowCount ?? 0;
}

/** A live page on the building; `closed` resolves to code and reason. */
function follow(query = "") {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/live${query}`, {
    origin: consoleOrigin,
    headers: { cookie },
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events member by member
  const events: any[] = [];
  socket.on("message", (data) => events.push(JSON.parse(String(data))));
  const topics = [`building:${place.rows.building}`];
  socket.on("open", () => socket.send(JSON.stringify({ topics })));
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.once("close", (code, reason) => resolve([code, String(reason)]));
  });
  return { socket, events, closed };
}

/** Follows the building after a number until the host says how it stands. */
async function resume(after: number) {
  const { socket, events } = follow(`?after=${after}`);
  await until(async () => ["following", "refetch"].includes(events.at(-1)?.kind));
  socket.close();
  return events;
}

async function chain(): Promise<{ seq: number; hash: string }> {
  const { rows } = await place.superuser.query(
    "select chain_seq::int as seq, chain_hash as hash from vestibule.controller",
  );
  return rows[0];
}
