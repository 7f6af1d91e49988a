import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolmentMessage, signPaper } from "@vestibule/core";
import { generateSigner } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHostKeys, readHostKeys, storeHostKeys } from "./platform/host-keys.ts";
import {
  anyKey,
  type DomainApp,
  domainApp,
  type SettledBuilding,
  settleBuilding,
} from "./testing/domain-app.ts";
import { arrive, asPerson } from "./testing/people.ts";
import { softwarePasskey } from "./testing/software-passkey.ts";
import { testConsoleOrigin } from "./testing/test-app.ts";

let server: DomainApp;
let world: World;
let linden: SettledBuilding;

beforeAll(async () => {
  world = await makeWorld();
  server = await domainApp(world);
  linden = await settleBuilding(server, world);
});
afterAll(() => server?.close());

const as = (role: "owner" | "manager" | "viewer", key = anyKey()) =>
  asPerson(linden.organization[role], key);
const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  server.app.inject({ method: "POST", url, payload, headers });
const get = (url: string, headers: Record<string, string> = {}) =>
  server.app.inject({ url, headers });

describe("a host", () => {
  it("says what a first policy has to name of it, to people of an organization alone", async () => {
    const { root, keysetBody } = world.host;
    const told = (await get("/api/host", as("viewer"))).json();
    expect(told).toMatchObject({ domain: keysetBody.domain, root: root.kid, demo: true });
    expect(Array.isArray(told.apps)).toBe(true);
    expect((await get("/api/host")).json().code).toBe("sign-in-required");
  });
});

describe("a portfolio", () => {
  it("is read by name, page by page, searched and exported", async () => {
    const organizationId = linden.organization.organizationId;
    for (const name of ['Ash, the "old" one', "=Birch()", "Cedar", "9 Linden Street", "birch 7"])
      await post(
        "/api/buildings",
        { name, address: `1 ${name} Road`, tz: "America/New_York", organizationId },
        as("manager"),
      );
    const names: string[] = [];
    for (let after: string | undefined, rounds = 0; rounds < 10; rounds += 1) {
      const page = (
        await get(`/api/buildings?limit=2${after ? `&after=${after}` : ""}`, as("viewer"))
      ).json();
      names.push(...page.buildings.map(({ name }: { name: string }) => name));
      after = page.next;
      if (after === undefined) break;
    }
    expect(names).toEqual([
      "9 Linden Street",
      "12 Linden Street",
      "=Birch()",
      'Ash, the "old" one',
      "birch 7",
      "Cedar",
    ]);
    const found = (await get("/api/buildings?search=road%20CED", as("viewer"))).json();
    expect(found.buildings).toMatchObject([{ name: "Cedar", state: "claimed", demo: false }]);
    expect((await get("/api/buildings?search=%25", as("viewer"))).json().buildings).toEqual([]);
    const csv = (await get("/api/buildings/export", as("viewer"))).body;
    expect(csv).toContain('"Ash, the ""old"" one"');
    expect(csv).toContain(`,"'=Birch()",`);
  });

  it("takes no time zone that no clock has, and no building for another's organization", async () => {
    const body = {
      name: "x",
      address: "x",
      tz: "Mars/Olympus",
      organizationId: linden.organization.organizationId,
    };
    expect((await post("/api/buildings", body, as("manager"))).json().code).toBe("request-invalid");
    const stranger = await arrive(server, { kind: "first-owner", organizationName: "Other" });
    const foreign = { ...body, tz: "UTC", organizationId: stranger.organizationId };
    expect((await post("/api/buildings", foreign, as("manager"))).json().code).toBe("not-found");
  });
});

describe("a policy", () => {
  it("is in force from its genesis on, and known when it comes again", async () => {
    const { policy, state, demo, doors, bld } = (
      await get(`/api/buildings/${linden.buildingId}`, as("viewer"))
    ).json();
    expect([state, demo, bld]).toEqual(["proved", true, world.policy.bld]);
    expect(policy).toMatchObject({
      ver: 1,
      state: "in-force",
      hash: world.policy.hash,
    });
    expect(doors).toMatchObject([
      { ent: "street", ctl: world.box.signer.kid, online: false, adopted: false },
    ]);
    const again = await post(
      `/api/buildings/${linden.buildingId}/policies`,
      { text: world.policy.text },
      as("manager"),
    );
    expect([again.statusCode, again.json().known]).toEqual([200, true]);
  });

  it("that does not follow, or that nobody signed, is refused by core's own code", async () => {
    const url = `/api/buildings/${linden.buildingId}/policies`;
    const next = { ...world.genesis, bld: world.policy.bld, prev: world.policy.hash, ver: 2 };
    const unsigned = JSON.stringify({ policy: JSON.parse(world.policy.text).policy, sigs: [] });
    const code = async (text: string) => (await post(url, { text }, as("manager"))).json().code;
    expect(await code(world.signPolicy({ ...next, ver: 3 }))).toBe("policy-fork");
    expect(await code(world.signPolicy({ ...next, notice_s: 1 }))).toBe("limit-notice");
    expect(await code(unsigned)).not.toBe("internal");
    expect(await code("{}")).toBe("shape");
  });

  it("founds one building only, and only at the host that it names", async () => {
    const made = await post(
      "/api/buildings",
      { name: "Twin", address: "1", tz: "UTC", organizationId: linden.organization.organizationId },
      as("manager"),
    );
    const url = `/api/buildings/${made.json().id}/policies`;
    expect((await post(url, { text: world.policy.text }, as("manager"))).json().code).toBe(
      "conflict",
    );
    const elsewhere = await makeWorld();
    const answer = await post(url, { text: elsewhere.policy.text }, as("manager"));
    expect(answer.json()).toMatchObject({ code: "role", refusal: { field: "host.root" } });
  });
});

describe("the directory", () => {
  it("finds a proved building however its address is written, and by its hash", async () => {
    for (const query of [
      "address=12%20LINDEN%20st.,%20brooklyn",
      `code=${world.policy.bld}`,
      `code=${linden.buildingId}`,
    ])
      expect([query, (await get(`/api/directory?${query}`)).json()]).toMatchObject([
        query,
        [{ bld: world.policy.bld, name: "12 Linden Street" }],
      ]);
    expect(
      (await get(`/api/public/buildings/${world.policy.bld}/policies`)).json().policies,
    ).toHaveLength(1);
  });

  it("answers the same for a claimed building and for none", async () => {
    const claimed = await get("/api/directory?address=1%20Cedar%20Road");
    const none = await get("/api/directory?address=1%20Nowhere%20Road");
    expect([claimed.statusCode, claimed.body]).toEqual([none.statusCode, none.body]);
    expect((await get("/api/directory?address=112%20Linden%20Street,%20Brooklyn")).json()).toEqual(
      [],
    );
  });
});

describe("a keyset", () => {
  it("comes again as known, never older than the newest, and only of a root that somebody named", async () => {
    const { carrier } = world;
    const sign = (change: object) =>
      signPaper("keyset", { ...carrier.keysetBody, ...change }, carrier.root);
    const hand = async (text: string, role = "carrier") =>
      (await post("/api/keysets", { text, role })).json();
    expect(await hand(carrier.keyset)).toMatchObject({ known: true, ver: 1 });
    expect(await hand(await sign({ exp: carrier.keysetBody.exp - 1 }))).toMatchObject({
      code: "keyset-rollback",
    });
    expect(await hand(await sign({ ver: 2, domain: "evil.example" }))).toMatchObject({
      code: "role",
    });
    expect(await hand(carrier.keyset, "vetter")).toMatchObject({ code: "not-found" });
    expect(await hand(await sign({ ver: 2 }))).toMatchObject({ known: false, ver: 2 });
    expect(await hand(carrier.keyset)).toMatchObject({ code: "keyset-rollback" });
    const stranger = generateSigner("EdDSA");
    const foreign = { ...carrier.keysetBody, iss: stranger.kid, sub: stranger.jwk };
    expect(await hand(await signPaper("keyset", foreign, stranger))).toMatchObject({
      code: "not-found",
    });
    expect((await get(`/api/keysets/${carrier.root.kid}`)).json()).toMatchObject({
      role: "carrier",
    });
  });
});

describe("an enrolment", () => {
  const answerOf = (handset: World["handset"], id: string) => {
    const terms = {
      app: "driver.example",
      car: world.carrier.root.kid,
      clr: world.vetter.root.kid,
      drv: "drv-0001",
      jkt: handset.kid,
      uv: false,
    };
    const sig = Buffer.from(handset.sign(enrolmentMessage(terms))).toString("base64url");
    const { jwk } = handset;
    return { id, jwk, mac: "A".repeat(43), sig, terms, consent: "driver-2026-11" };
  };

  it("is carried once, as it was sent, for a day, and answers with the badge", async () => {
    const id = "B".repeat(22);
    const answer = answerOf(world.handset, id);
    expect((await post("/api/enrolments", answer)).statusCode).toBe(201);
    expect((await post("/api/enrolments", answer)).statusCode).toBe(200);
    expect((await post("/api/enrolments", { ...answer, consent: "other" })).json().code).toBe(
      "conflict",
    );
    expect((await get(`/api/enrolments/${id}`)).json()).toEqual(answer);
    expect((await get(`/api/enrolments/${id}/badge`)).json()).toEqual({
      badge: world.papers.badge,
    });
    server.advance(86_400_000);
    expect((await get(`/api/enrolments/${id}`)).statusCode).toBe(404);
    expect((await get(`/api/enrolments/${id}/badge`)).statusCode).toBe(404);
    server.advance(-86_400_000);
  });

  it("shows nobody's badge to whoever names his key without holding it", async () => {
    const thief = answerOf(generateSigner("ES256"), "C".repeat(22));
    const { handset } = world;
    const claimed = { ...thief.terms, jkt: handset.kid };
    const attempts = [
      { ...thief, terms: claimed },
      { ...thief, terms: claimed, jwk: handset.jwk },
      { ...answerOf(handset, thief.id), sig: "A".repeat(86) },
    ];
    for (const [place, answer] of attempts.entries()) {
      const id = `${"D".repeat(21)}${place}`;
      expect((await post("/api/enrolments", { ...answer, id })).statusCode).toBe(201);
      expect((await get(`/api/enrolments/${id}/badge`)).json()).toMatchObject({
        code: "not-found",
      });
    }
  });
});

describe("a signing key", () => {
  const begin = async () => (await post("/api/signing-keys/options", {}, as("owner"))).json();
  const enrol = (registration: object) =>
    post("/api/signing-keys", { label: "Blue key", registration }, as("owner"));

  it("is a passkey that verified its person, answering a fresh challenge, once", async () => {
    const options = await begin();
    expect(options.authenticatorSelection.userVerification).toBe("required");
    const registration = softwarePasskey(testConsoleOrigin).create(options);
    expect((await enrol(registration)).statusCode).toBe(201);
    expect((await enrol(registration)).json().code).toBe("request-invalid");
    const [key] = (await get("/api/signing-keys", as("owner"))).json().keys;
    expect(key).toMatchObject({
      label: "Blue key",
      origin: testConsoleOrigin,
      rpId: "console.localhost",
      be: false,
      jwk: { kty: "EC", crv: "P-256" },
    });
    expect((await get("/api/signing-keys", as("manager"))).json().keys).toEqual([]);
  });

  it("is refused without the person verified, from another origin, or to an old challenge", async () => {
    const lax = softwarePasskey(testConsoleOrigin, { verifies: false });
    expect((await enrol(lax.create(await begin()))).json().code).toBe("request-invalid");
    const evil = softwarePasskey("http://evil.localhost:8080");
    expect((await enrol(evil.create(await begin()))).json().code).toBe("request-invalid");
    const old = softwarePasskey(testConsoleOrigin).create(await begin());
    await begin();
    expect((await enrol(old)).json().code).toBe("request-invalid");
  });

  it("may be a paper key, known by its thumbprint", async () => {
    const options = (await post("/api/signing-keys/options", {}, as("manager"))).json();
    expect(options.authenticatorSelection.residentKey).toBe("discouraged");
    const { jwk, kid } = generateSigner("EdDSA");
    const made = await post("/api/signing-keys", { label: "Paper", paper: jwk }, as("manager"));
    expect(made.statusCode).toBe(201);
    expect((await get("/api/signing-keys", as("manager"))).json().keys).toMatchObject([
      { cred: kid, origin: "paper" },
    ]);
  });
});

describe("an organization", () => {
  it("lists its people and unused links to those who may see them; to others it is not there", async () => {
    const { organizationId, viewer, staff } = linden.organization;
    const url = `/api/organizations/${organizationId}`;
    const link = (await post(`${url}/invitations`, { role: "staff" }, as("owner"))).json();
    const { people, invitations } = (await get(`${url}/people`, asPerson(viewer))).json();
    expect(people.map(({ role }: { role: string }) => role)).toEqual([
      "owner",
      "manager",
      "viewer",
      "staff",
    ]);
    expect(people[2]).toMatchObject({ id: viewer.userId, name: "Ada" });
    expect(invitations).toEqual([{ id: link.id, role: "staff", expiresAt: link.expiresAt }]);
    expect((await get(`${url}/people`, asPerson(staff))).json().code).toBe("not-allowed");
    const stranger = await arrive(server, { kind: "first-owner", organizationName: "Foreign" });
    expect((await get(`${url}/people`, asPerson(stranger))).json().code).toBe("not-found");
  });
});

describe("doors", () => {
  it("stand as the policy lists them, then as they were registered in one millisecond", async () => {
    const url = `/api/buildings/${linden.buildingId}`;
    const names = ["zulu", "alpha", "mike", "bravo", "yankee", "kilo"];
    for (const ent of names)
      await post(`${url}/entrances`, { ent, kind: "lobby", label: ent }, as("manager"));
    const { entrances } = (await get(url, as("viewer"))).json();
    expect(entrances.map(({ ent }: { ent: string }) => ent)).toEqual(["street", ...names]);
  });
});

describe("a box", () => {
  it("is adopted by the card's holder, and belongs to the building only after its own done", async () => {
    const { kid: ctl } = world.box.signer;
    const adopt = () =>
      post(
        `/api/buildings/${linden.buildingId}/controllers/${ctl}/adopt`,
        { mac: "A".repeat(43), nonce: "A".repeat(43) },
        as("manager"),
      );
    const shown = async () =>
      (await get(`/api/buildings/${linden.buildingId}/controllers`, as("viewer"))).json()
        .controllers[0];
    expect((await adopt()).json()).toMatchObject({ status: 504, code: "door-silent" });
    server.boxes.answer = { kind: "refused", code: "sig" };
    expect((await adopt()).json()).toEqual({ code: "sig" });
    expect((await shown()).adopted).toBe(false);
    server.boxes.answer = {
      kind: "adopted",
      bld: world.policy.bld,
      policy: world.policy.hash,
      mac: "B".repeat(43),
    };
    expect((await adopt()).json()).toMatchObject({ mac: "B".repeat(43) });
    server.boxes.online.add(ctl);
    expect(await shown()).toMatchObject({ adopted: true, online: true });
  });
});

describe("the host's keys", () => {
  it("are read from their folder, and the root's private half stops the start but in the demo", async () => {
    const folder = mkdtempSync(join(tmpdir(), "vestibule-keys-"));
    try {
      const nowMs = Date.now();
      const keys = await createHostKeys({ domain: "host.example", nowMs });
      storeHostKeys(folder, keys, { withRoot: false });
      expect(await readHostKeys(folder, { demo: false, nowMs })).toMatchObject({
        root: keys.root.kid,
        domain: "host.example",
      });
      const later = nowMs + 35 * 86_400_000;
      await expect(readHostKeys(folder, { demo: false, nowMs: later })).rejects.toThrow(/expired/);
      storeHostKeys(folder, keys, { withRoot: true });
      await expect(readHostKeys(folder, { demo: false, nowMs })).rejects.toThrow(/private half/);
      expect((await readHostKeys(folder, { demo: true, nowMs: later })).keyset).not.toBe(
        keys.keyset,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
