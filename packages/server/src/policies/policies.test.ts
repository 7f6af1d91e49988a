import { signPaper } from "@vestibule/core";
import { makeWorld, type World } from "@vestibule/core/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inviteOwner } from "../people/invitations.ts";
import { signingChallengeMs } from "../signing-keys/signing-key-store.ts";
import {
  anyKey,
  type DomainApp,
  domainApp,
  foundBuilding,
  type SettledBuilding,
  settleBuilding,
} from "../testing/domain-app.ts";
import { asPerson } from "../testing/people.ts";
import { softwarePasskey } from "../testing/software-passkey.ts";
import { testConsoleOrigin } from "../testing/test-app.ts";

let server: DomainApp;
let world: World;
let linden: SettledBuilding;
let holder: pg.Client;
let onlooker: pg.Client;
beforeAll(async () => {
  world = await makeWorld();
  server = await domainApp(world);
  linden = await settleBuilding(server, world);
  holder = new pg.Client({ connectionString: server.test.superuserUrl });
  onlooker = new pg.Client({ connectionString: server.test.superuserUrl });
  await Promise.all([holder.connect(), onlooker.connect()]);
});
afterAll(async () => {
  await Promise.all([holder?.end(), onlooker?.end()]);
  await server?.close();
});

const post = (url: string, payload: object, as = linden.organization.manager) =>
  server.app.inject({ method: "POST", url, payload, headers: asPerson(as, anyKey()) });
const get = async (url: string) =>
  (await server.app.inject({ url, headers: asPerson(linden.organization.manager) })).json();
const building = () => `/api/buildings/${linden.buildingId}`;

/** Lets requests go on together: each stands before its insert into a table until all do. */
async function together<T>(table: string, requests: () => readonly Promise<T>[]): Promise<T[]> {
  await holder.query(`begin; lock table vestibule.${table} in exclusive mode`);
  const running = requests();
  const waiting = async () =>
    (
      await onlooker.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
    ).rowCount;
  await expect.poll(waiting, { timeout: 60_000 }).toBe(running.length);
  await holder.query("commit");
  return Promise.all(running);
}

describe("two at the same moment", () => {
  it("who hand in different next policies get one accepted and one refused", async () => {
    const next = { ...world.genesis, bld: world.policy.bld, prev: world.policy.hash, ver: 2 };
    const texts = [120, 180].map((notice) => world.signPolicy({ ...next, notice_s: notice }));
    const answers = await together("policy", () =>
      texts.map((text) => post(`${building()}/policies`, { text })),
    );
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 409]);
    const lost = answers.find(({ statusCode }) => statusCode === 409);
    expect(lost?.json()).toMatchObject({ code: "policy-fork" });
    const { policies } = await get(`${building()}/policies`);
    expect(policies.map(({ ver, state }: { ver: number; state: string }) => [ver, state])).toEqual([
      [1, "in-force"],
      [2, "pending"],
    ]);
  });

  it("who bring different keysets of one version get one kept", async () => {
    const { keysetBody, root } = world.carrier;
    const texts = await Promise.all(
      [1, 2].map((less) =>
        signPaper("keyset", { ...keysetBody, ver: 2, exp: keysetBody.exp - less }, root),
      ),
    );
    const answers = await together("keyset", () =>
      texts.map((text) =>
        server.app.inject({
          method: "POST",
          url: "/api/keysets",
          payload: { text, role: "carrier" },
        }),
      ),
    );
    const codes = answers.map((answer) => answer.json().code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes).toContain("keyset-rollback");
  });
});

describe("a pending policy", () => {
  it("is in force once its notice has run, and not before", async () => {
    const states = async () =>
      (await get(`${building()}/policies`)).policies.map(({ state }: { state: string }) => state);
    expect(await states()).toEqual(["in-force", "pending"]);
    server.advance(300_000);
    expect(await states()).toEqual(["replaced", "in-force"]);
    server.advance(-300_000);
  });
});

describe("a policy in force", () => {
  it("is one, at the database", async () => {
    const twin = holder.query(
      `insert into vestibule.policy (building_id, id, ver, hash, bytes, sigs, state, offered_at)
       select building_id, 'pol_01h455vb4pex5vsknk084sn02q', 9, $1, '{}', '[]', 'in-force', now()
       from vestibule.policy where state = 'in-force' limit 1`,
      ["Z".repeat(43)],
    );
    await expect(twin).rejects.toMatchObject({ code: "23505" });
  });
});

describe("a sticker that is renamed", () => {
  it("has a new page, and its old one leads nowhere", async () => {
    const page = async (url: string) => (await server.app.inject({ url })).statusCode;
    expect(await page(`/d/${linden.sticker}`)).toBe(200);
    const renamed = await post(`${building()}/entrances/${linden.entranceId}/sticker`, {});
    const path = new URL(renamed.json().page).pathname;
    expect(path).not.toBe(`/d/${linden.sticker}`);
    expect([await page(path), await page(`/d/${linden.sticker}`)]).toEqual([200, 404]);
    const { rows } = await onlooker.query(
      "select from vestibule.directory where kind = 'page' and key = $1",
      [linden.sticker],
    );
    expect(rows).toEqual([]);
  });
});

describe("a box", () => {
  it("that answered to one building's card is never another's", async () => {
    const other = await makeWorld({
      policy: (policy) => ({
        ...policy,
        host: world.genesis.host,
        place: { name: "Oak", address: "9 Oak Street" },
      }),
    });
    const oak = await foundBuilding(server, other);
    const ctl = world.box.signer.kid;
    const card = { mac: "A".repeat(43), nonce: "A".repeat(43) };
    server.boxes.answer = {
      kind: "adopted",
      bld: world.policy.bld,
      policy: world.policy.hash,
      mac: "B".repeat(43),
    };
    expect((await post(`${building()}/controllers/${ctl}/adopt`, card)).statusCode).toBe(200);
    const foreign = `/api/buildings/${oak.buildingId}/controllers/${ctl}/adopt`;
    const taken = await post(foreign, card, oak.organization.manager);
    expect(taken.json()).toMatchObject({ code: "conflict" });
  });
});

describe("a signing key", () => {
  const begin = async () => (await post("/api/signing-keys/options", {})).json();
  const enrol = async (registration: object) =>
    (await post("/api/signing-keys", { label: "Key", registration })).json();

  it("answers a challenge of these minutes", async () => {
    const late = softwarePasskey(testConsoleOrigin).create(await begin());
    server.advance(signingChallengeMs + 1_000);
    expect(await enrol(late)).toMatchObject({ code: "request-invalid" });
    server.advance(-signingChallengeMs - 1_000);
    expect((await enrol(softwarePasskey(testConsoleOrigin).create(await begin()))).id).toMatch(
      /^sgk_/,
    );
  });

  it("is never the passkey that signs somebody in", async () => {
    const passkey = softwarePasskey(testConsoleOrigin);
    const place = { consoleOrigin: testConsoleOrigin, nowMs: server.now() };
    const { url } = await inviteOwner(server.pool, { organizationName: "Elm", ...place });
    const step = (path: string, payload: object, headers = {}) =>
      server.app.inject({
        method: "POST",
        url: path,
        payload,
        headers: { origin: testConsoleOrigin, ...headers },
        remoteAddress: "10.250.0.1",
      });
    const secret = new URL(url).hash.slice(1);
    const begun = await step("/api/invitations/registration", {
      secret,
      name: "Ada",
      consent: "people-2026-11",
    });
    const cookie = String(begun.headers["set-cookie"]).split(";")[0] ?? "";
    const payload = { response: passkey.create(begun.json()), createSession: true };
    const joined = await step("/api/auth/passkey/verify-registration", payload, { cookie });
    expect(joined.statusCode).toBe(200);
    expect(await enrol(passkey.create(await begin()))).toMatchObject({ code: "request-invalid" });
  });
});
