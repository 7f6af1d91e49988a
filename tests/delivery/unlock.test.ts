import { randomBytes } from "node:crypto";
import { assembleProof, paperHash, signPaper } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import type { RunningServer } from "@vestibule/server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { callAsBox, receiptAsBox } from "./call-as-box.ts";
import {
  type Answer,
  driverOrigin,
  makePlace,
  type Place,
  unlimitedRates,
  until,
} from "./place.ts";

const crypto = nodeCrypto();
let place: Place;
let host: RunningServer;
let second: RunningServer;
let token: string;
let box: { close: () => Promise<void> };

beforeAll(async () => {
  place = await makePlace({ rates: unlimitedRates });
  host = await place.startHost();
  second = await place.startHost();
  box = await place.startBox(host);
  token = await place.signIn(host);
  // The box takes keysets once it has the time; then a tap gets its ticket.
  await until(async () => {
    const taken = await takeTicket();
    if (taken.status === 200) unused.push(taken);
    return taken.status === 200;
  });
});
afterAll(() => place?.close());

// Whoever comes while the door stands open is not seen to open it.
beforeEach(() => until(() => place.strike.look().door === "closed"));

// A handset has two live tickets at most: one that was not used serves the next proof.
const unused: Answer[] = [];
const key = () => randomBytes(16).toString("base64url");

function takeTicket(at: RunningServer = host): Promise<Answer> {
  return place.ask(at, {
    path: `/api/entrances/${place.rows.entrance}/tickets`,
    token,
    body: {
      assignmentId: place.rows.assignment,
      presence: { kind: "tap", tap: place.world.tap() },
    },
  });
}

/** A tap, then a proof of one code over its ticket. */
async function prove(code: string, at: RunningServer = host) {
  const made = unused.pop() ?? (await takeTicket(at));
  expect(made).toMatchObject({ status: 200 });
  const { body } = await proveOver(paperHash(crypto, made.body.ticket), code);
  return { made, body };
}

async function proveOver(ticket: string, code = "TBA010000000000") {
  const { world } = place;
  const claims = await assembleProof({
    ticket,
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
  return { body: { assignmentId: place.rows.assignment, ticket, proof: { kind: "jws", text } } };
}

function unlock(body: unknown, { at = host, idempotency = key() } = {}): Promise<Answer> {
  const path = `/api/entrances/${place.rows.entrance}/unlocks`;
  return place.ask(at, { path, token, body, key: idempotency });
}

async function attemptRow(id: string) {
  const { rows } = await place.superuser.query("select * from vestibule.attempt where id = $1", [
    id,
  ]);
  return rows[0];
}

describe("a parcel at the door", () => {
  it("opens it, and the answer says exactly what the box's receipt says", async () => {
    const before = place.strike.state();
    const answer = await unlock((await prove(place.world.codes[0] ?? "")).body);
    expect(answer).toMatchObject({
      status: 200,
      body: { attempt: { stage: "confirmed", outcome: "reached", late: false } },
    });
    const { attempt } = answer.body;
    const receipt = JSON.parse(Buffer.from(attempt.receipt.split(".")[1], "base64url").toString());
    expect(receipt).toMatchObject({
      att: attempt.id,
      stage: attempt.stage,
      sensing: attempt.sensing,
    });
    expect(before).not.toBe(place.strike.state());
    const row = await attemptRow(attempt.id);
    expect(row).toMatchObject({ stage: "confirmed", outcome: "reached" });
    const stored = await place.superuser.query(
      "select stage, seq from vestibule.receipt where attempt_id = $1 order by seq",
      [attempt.id],
    );
    expect(stored.rows.map(({ stage }) => stage)).toEqual(["authorized", "confirmed"]);
    // The halves that name somebody lie apart.
    const personal = await place.superuser.query("select members from vestibule.receipt_personal");
    expect(personal.rows[0].members).toMatchObject({ drv: "drv-0001", parcels: [0] });
    expect(JSON.stringify(stored.rows) + attempt.receipt).not.toContain("drv-0001");
  });

  it("opens once for one Idempotency-Key, however often it is asked, also elsewhere", async () => {
    const { body } = await prove("1Z999AA10123456784");
    const idempotency = key();
    const [first, again] = await Promise.all([
      unlock(body, { idempotency }),
      unlock(body, { idempotency, at: second }),
    ]);
    expect(first.body.attempt.id).toBe(again.body.attempt.id);
    const other = await prove("1Z999AA10123456784");
    unused.push(other.made);
    const reused = await unlock(other.body, { idempotency });
    expect(reused.body).toMatchObject({ code: "idempotency-key-reused" });
    const replayed = await unlock(body);
    expect(replayed.body).toMatchObject({ status: 409, code: "proof-replayed" });
  });

  it("opens through a server that does not hold the box's socket", async () => {
    const answer = await unlock((await prove(place.world.codes[1] ?? "", second)).body, {
      at: second,
    });
    expect(answer.body).toMatchObject({ attempt: { stage: "confirmed", outcome: "reached" } });
  });

  it("is refused with the box's code and a sentence when the code is spent", async () => {
    const answer = await unlock((await prove(place.world.codes[1] ?? "")).body);
    const again = await unlock((await prove(place.world.codes[1] ?? "")).body);
    const third = await unlock((await prove(place.world.codes[1] ?? "")).body);
    const last = [answer, again, third].map(({ body }) => body.attempt.code);
    expect(last).toContain("retry-exhausted");
    expect(third.body.attempt).toMatchObject({
      outcome: "failed",
      stage: "authenticated",
      sentence: expect.any(String),
    });
  });

  it("is nothing to another handset's assignment, another building's entrance or a stranger", async () => {
    const { made, body } = await prove(place.world.codes[2] ?? "");
    unused.push(made);
    const other = await unlock({ ...body, assignmentId: `asg_${"0".repeat(25)}2` });
    expect(other.body).toMatchObject({ status: 404, code: "not-found" });
    const path = `/api/entrances/ent_${"0".repeat(25)}2/unlocks`;
    expect((await place.ask(host, { path, token, body, key: key() })).status).toBe(404);
    const mine = `/api/entrances/${place.rows.entrance}/unlocks`;
    expect((await place.ask(host, { path: mine, body, key: key() })).status).toBe(401);
  });
});

describe("a live page", () => {
  it("hears the same from either process, without learning whose phone it was", async () => {
    const heard = await Promise.all([host, second].map((at) => listen(at)));
    const answer = await unlock((await prove(place.world.codes[2] ?? "")).body);
    const { id } = answer.body.attempt;
    const ended = () =>
      heard.map(({ events }) => events.filter(({ data }) => data?.attempt === id));
    await until(async () =>
      ended().every((events) => events.some(({ kind }) => kind === "attempt.ended")),
    );
    const [left, right] = ended();
    expect(left).toEqual(right);
    expect(left?.map(({ data }) => data.stage)).toEqual(
      expect.arrayContaining(["presented", "authorized", "released"]),
    );
    expect(JSON.stringify(left)).not.toContain(place.world.handset.kid);
    for (const { socket } of heard) socket.close();
  });
});

describe("a box that is away", () => {
  it("gets the driver a clear word signed by the host, and no attempt is lost", async () => {
    const { body } = await prove("9400111206206406260787");
    await box.close();
    await until(
      async () =>
        (await place.superuser.query("select 1 from vestibule.box_session")).rowCount === 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const answer = await unlock(body);
    expect(answer).toMatchObject({
      status: 503,
      body: { code: "door-offline", noAccess: expect.any(String) },
    });
    const claims = JSON.parse(
      Buffer.from(answer.body.noAccess.split(".")[1], "base64url").toString(),
    );
    expect(claims).toMatchObject({ ent: "street", jkt: place.world.handset.kid });
    expect(await attemptRow(answer.body.attempt)).toMatchObject({
      stage: "presented",
      outcome: "silent",
    });
    expect((await takeTicket(second)).body).toMatchObject({ code: "door-offline" });
  });
});

describe("a box that answers too late", () => {
  it("was asked only after its attempt was on disk, and its late word is kept as late", async () => {
    const { body } = await proveOver(randomBytes(32).toString("base64url"));
    const asked = Promise.withResolvers<{
      readonly att: string;
      readonly deadlineMs: number;
      readonly atMs: number;
      readonly recorded: boolean;
    }>();
    const { socket } = await callAsBox(place, host, async (message) => {
      if (message.t !== "unlock") return;
      const atMs = place.now();
      const recorded = (await attemptRow(message.att)) !== undefined;
      asked.resolve({ att: message.att, deadlineMs: message.deadlineMs, atMs, recorded });
    });
    const sentAt = place.now();
    const answer = await unlock(body);
    const answeredAt = place.now();
    const { att, deadlineMs, atMs, recorded } = await asked.promise;
    expect(recorded).toBe(true);
    // Three seconds from when the host began, which was after the request and before the box heard.
    expect(deadlineMs).toBeGreaterThanOrEqual(sentAt + 3_000);
    expect(deadlineMs).toBeLessThanOrEqual(atMs + 3_000);
    // Waited out to the last, and not for the box, which says nothing.
    expect(answeredAt).toBeGreaterThan(deadlineMs - 50);
    expect(answer.body.attempt).toMatchObject({
      id: att,
      stage: "presented",
      outcome: "unconfirmed",
    });
    expect(answer.body.attempt.receipt).toBeUndefined();
    socket.send(await lateReceipt(att));
    await until(async () => (await attemptRow(att)).late);
    const seen = await place.ask(second, { path: `/api/attempts/${att}`, token });
    expect(seen.body.attempt).toMatchObject({
      stage: "presented",
      outcome: "failed",
      code: "ticket-expired",
      late: true,
    });
    socket.close();
  });
});

describe("a driver", () => {
  it("sees the day with its doors and papers", async () => {
    const { body } = await place.ask(host, { path: "/api/handset/today", token });
    expect(body).toMatchObject({
      driver: { drv: "drv-0001" },
      badge: place.world.papers.badge,
      buildings: [
        {
          bld: place.world.policy.bld,
          tz: "America/New_York",
          demo: true,
          entrances: [{ ent: "street", boxOnline: false, silentSince: expect.any(String) }],
          assignments: [{ id: place.rows.assignment, parcels: 3, purpose: "deliver" }],
        },
      ],
    });
    expect(body.buildings[0].keysets).toHaveLength(3);
  });

  it("who withdraws consent leaves no row that names him, and no key that still counts", async () => {
    const path = "/api/handset/withdrawals";
    expect(await place.ask(host, { path, token, body: {} })).toMatchObject({ status: 200 });
    expect((await place.ask(host, { path: "/api/handset/today", token })).status).toBe(401);
    for (const table of ["driver", "handset", "badge", "receipt_personal"])
      expect((await place.superuser.query(`select 1 from vestibule.${table}`)).rowCount).toBe(0);
    const { rows } = await place.superuser.query("select state from vestibule.assignment");
    expect(rows).toEqual([{ state: "stopped" }]);
    const consent = await place.superuser.query("select withdrawn_at from vestibule.consent");
    expect(consent.rows[0].withdrawn_at).not.toBeNull();
  });
});

async function lateReceipt(att: string): Promise<string> {
  const { rows } = await place.superuser.query(
    "select chain_seq::int as seq, chain_hash from vestibule.controller",
  );
  const [{ seq, chain_hash: prev }] = rows;
  return receiptAsBox(place, { seq: seq + 1, prev, att, flags: ["late"] });
}

async function listen(at: RunningServer) {
  const socket = new WebSocket(`ws://127.0.0.1:${at.port}/live`, { origin: driverOrigin });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events member by member
  const events: any[] = [];
  socket.on("message", (data) => events.push(JSON.parse(String(data))));
  socket.on("open", () => socket.send(JSON.stringify({ topics: ["handset"], token })));
  await until(async () => events.some(({ kind }) => kind === "following"));
  return { socket, events };
}
