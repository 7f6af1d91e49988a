import { getMigrations } from "better-auth/db/migration";
import type { Response } from "light-my-request";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPool } from "../platform/pool.ts";
import { softwarePasskey } from "../testing/software-passkey.ts";
import { type TestApp, testApp, testConsoleOrigin } from "../testing/test-app.ts";
import { authenticationOptions } from "./authentication.ts";
import { startHandsetSession } from "./handset-sessions.ts";
import {
  consentVersion,
  invitationMs,
  invite,
  inviteOwner,
  registrationMs,
} from "./invitations.ts";

let server: TestApp;
beforeAll(async () => {
  server = await testApp();
});
afterAll(() => server?.close());

const console = { origin: testConsoleOrigin };
const post = (url: string, payload: object, headers: Record<string, string> = console) =>
  server.app.inject({ method: "POST", url, payload, headers });
const cookieOf = (response: Response) =>
  [response.headers["set-cookie"] ?? []]
    .flat()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");
const secretOf = (url: string) => new URL(url).hash.slice(1);

async function ownersLink(organizationName = "Elm Street Condo") {
  return inviteOwner(server.pool, {
    organizationName,
    consoleOrigin: testConsoleOrigin,
    nowMs: server.now(),
  });
}

const begin = (secret: string, name = "Ada") =>
  post("/api/invitations/registration", { secret, name, consent: consentVersion });

async function finish(begun: Response, passkey = softwarePasskey(testConsoleOrigin)) {
  return post(
    "/api/auth/passkey/verify-registration",
    { response: passkey.create(begun.json()), createSession: true },
    { ...console, cookie: cookieOf(begun) },
  );
}

async function arrive(url: string, passkey = softwarePasskey(testConsoleOrigin)) {
  const joined = await finish(await begin(secretOf(url)), passkey);
  expect(joined.statusCode).toBe(200);
  return cookieOf(joined);
}

const self = (cookie: string) => server.app.inject({ url: "/api/self", headers: { cookie } });

describe("arriving", () => {
  it("turns a first owner's link into an organization with an owner who signs in by passkey", async () => {
    const link = await ownersLink();
    const opened = await post("/api/invitations/read", { secret: secretOf(link.url) });
    expect(opened.json()).toMatchObject({
      organizationName: "Elm Street Condo",
      role: "owner",
      consent: consentVersion,
    });
    const passkey = softwarePasskey(testConsoleOrigin);
    const cookie = await arrive(link.url, passkey);
    const who = (await self(cookie)).json();
    expect(who).toMatchObject({
      kind: "person",
      name: "Ada",
      operator: false,
      memberships: [{ role: "owner" }],
    });

    const options = await server.app.inject({
      url: "/api/auth/passkey/generate-authenticate-options",
    });
    const signedIn = await post(
      "/api/auth/passkey/verify-authentication",
      { response: passkey.get(options.json()) },
      { ...console, cookie: cookieOf(options) },
    );
    expect(signedIn.statusCode).toBe(200);
    expect((await self(cookieOf(signedIn))).json().id).toBe(who.id);

    expect((await post("/api/auth/sign-out", {}, { ...console, cookie })).statusCode).toBe(200);
    expect((await self(cookie)).statusCode).toBe(401);
    const used = await post("/api/invitations/read", { secret: secretOf(link.url) });
    expect(used.json()).toMatchObject({ code: "invitation-not-valid" });
  });

  it("happens whole or not at all: a fault on the way leaves the link open and nothing behind", async () => {
    const link = await ownersLink("Halfway");
    const begun = await begin(secretOf(link.url));
    const { rows } = await server.pool.query<{ user_id: string }>(
      "select user_id from auth.invitation_link where id = $1",
      [link.id],
    );
    const count = async () => (await server.pool.query("select from auth.consent")).rowCount ?? 0;
    // Somebody else has this id already: the last steps of joining fail.
    await server.pool.query(
      "insert into auth.consent values ('con_01h455vb4pex5vsknk084sn02q', 'x', 'app', now())",
    );
    await server.pool.query(
      `insert into auth."user" (id, name, email, "emailVerified", consent_id) values ($1, 'x', 'x', false, 'con_01h455vb4pex5vsknk084sn02q')`,
      [rows[0]?.user_id],
    );
    const before = await count();
    expect((await finish(begun)).statusCode).toBeGreaterThanOrEqual(400);
    expect(await count()).toBe(before);
    const open = await post("/api/invitations/read", { secret: secretOf(link.url) });
    expect(open.statusCode).toBe(200);
  });

  it("lets one in of two who hold one link, at whatever moment", async () => {
    const secret = secretOf((await ownersLink()).url);
    const first = await begin(secret);
    const second = await begin(secret, "Bob");
    expect((await finish(first)).statusCode).toBe(410);
    const raced = await Promise.all([finish(second), finish(second)]);
    expect(raced.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect((await begin(secret)).json()).toMatchObject({ code: "invitation-not-valid" });
  });

  it("leaves nobody behind when the passkey does not verify the person", async () => {
    const secret = secretOf((await ownersLink("Touch only")).url);
    const touched = await finish(
      await begin(secret),
      softwarePasskey(testConsoleOrigin, { verifies: false }),
    );
    expect(touched.statusCode).toBeGreaterThanOrEqual(400);
    expect((await post("/api/invitations/read", { secret })).statusCode).toBe(200);
  });

  it("refuses a passkey of another page's origin", async () => {
    const secret = secretOf((await ownersLink()).url);
    expect(
      (await finish(await begin(secret), softwarePasskey("http://evil.localhost:8080"))).statusCode,
    ).toBeGreaterThanOrEqual(400);
  });

  it("ends a link at its time, and a registration at its own", async () => {
    const link = await ownersLink();
    const begun = await begin(secretOf(link.url));
    server.advance(registrationMs);
    expect((await finish(begun)).statusCode).toBeGreaterThanOrEqual(400);
    server.advance(invitationMs);
    expect((await post("/api/invitations/read", { secret: secretOf(link.url) })).statusCode).toBe(
      410,
    );
    expect((await begin(secretOf(link.url))).statusCode).toBe(410);
  });

  it("keeps neither the link's secret nor its handle, and no e-mail address", async () => {
    const link = await ownersLink();
    await arrive(link.url);
    const { rows } = await server.pool.query(
      `select row_to_json(l)::text as line from auth.invitation_link l union all select row_to_json(u)::text from auth."user" u`,
    );
    const stored = rows.map(({ line }) => String(line)).join("\n");
    expect(stored).not.toContain(secretOf(link.url));
    expect(stored).toMatch(/@people\.invalid/);
  });

  it("cannot be had without consent, at the database (L.L. 63/2021 T1)", async () => {
    const insert = server.pool.query(
      `insert into auth."user" (id, name, email, "emailVerified") values ('usr_1', 'x', 'x', false)`,
    );
    await expect(insert).rejects.toMatchObject({ code: "23502" });
  });

  it.each([
    "sign-up/email",
    "sign-in/email",
    "organization/create",
    "organization/invite-member",
    "organization/update-member-role",
    "passkey/generate-register-options",
    "update-user",
    "delete-user",
    "get-session",
    "list-sessions",
  ])("has no other way in: /api/auth/%s is not there", async (path) => {
    for (const method of ["GET", "POST"] as const) {
      expect(
        (
          await server.app.inject({
            method,
            url: `/api/auth/${path}`,
            headers: console,
            ...(method === "POST" ? { payload: {} } : {}),
          })
        ).statusCode,
      ).toBe(404);
    }
  });
});

describe("roles", () => {
  it("lets an owner invite into the own organization, and a viewer or another's owner not", async () => {
    const owner = await arrive((await ownersLink("North")).url);
    const stranger = await arrive((await ownersLink("South")).url);
    const { organizationId } = (await self(owner)).json().memberships[0];
    const inviting = (cookie: string, headers = console) =>
      post(
        `/api/organizations/${organizationId}/invitations`,
        { role: "viewer" },
        { ...headers, cookie },
      );
    const link = await inviting(owner);
    expect(link.statusCode).toBe(201);
    expect((await inviting(stranger)).statusCode).toBe(404);
    const viewer = await arrive(link.json().url);
    expect((await self(viewer)).json().memberships).toEqual([{ organizationId, role: "viewer" }]);
    expect((await inviting(viewer)).json()).toMatchObject({ status: 403, code: "not-allowed" });
  });

  it("takes no change from a page of another origin, cookie or not", async () => {
    const owner = await arrive((await ownersLink("West")).url);
    const { organizationId } = (await self(owner)).json().memberships[0];
    for (const headers of [{ origin: "http://evil.example" }, {}]) {
      const forged = await post(
        `/api/organizations/${organizationId}/invitations`,
        { role: "owner" },
        { ...headers, cookie: owner },
      );
      expect(forged.json()).toMatchObject({ code: "origin-not-allowed" });
    }
  });

  it("makes an operator who belongs to no organization", async () => {
    const link = await invite(
      server.pool,
      { kind: "operator" },
      { consoleOrigin: testConsoleOrigin, nowMs: server.now() },
    );
    expect((await self(await arrive(link.url))).json()).toMatchObject({
      operator: true,
      memberships: [],
    });
  });
});

describe("handsets", () => {
  const signIn = () => ({
    handsetId: "hst_01h455vb4pex5vsknk084sn02q",
    carrierId: "car_01h455vb4pex5vsknk084sn02q",
    jkt: "A".repeat(43),
    origin: "http://driver.localhost:8080",
    jti: String(Math.floor(server.now())),
    statementExpiresAt: new Date(server.now() + 60_000),
    nowMs: server.now(),
  });

  it("exchange one statement for one token, which serves its origin for a shift", async () => {
    const statement = signIn();
    const token = await startHandsetSession(server.pool, statement);
    expect(await startHandsetSession(server.pool, statement)).toBeUndefined();
    const ask = (origin: string) =>
      server.app.inject({
        url: "/api/self",
        headers: { authorization: `Bearer ${token}`, origin },
      });
    expect((await ask(statement.origin)).json()).toEqual({
      kind: "handset",
      id: statement.handsetId,
    });
    expect((await ask("http://evil.example")).statusCode).toBe(401);
    server.advance(12 * 3_600_000);
    expect((await ask(statement.origin)).statusCode).toBe(401);
  });
});

describe("better-auth's tables", () => {
  it("are all in our migrations: its own have nothing to add", async () => {
    const pool = openPool({ url: server.test.ownerUrl, schema: "auth", connectionsMax: 1 });
    const options = authenticationOptions({
      pool,
      secret: "x".repeat(40),
      consoleOrigin: testConsoleOrigin,
      now: Date.now,
    });
    const plan = await getMigrations(options);
    await pool.end();
    expect(plan.toBeCreated).toEqual([]);
    expect(plan.toBeAdded).toEqual([]);
    const missing = openPool({ url: server.test.ownerUrl, schema: "vestibule", connectionsMax: 1 });
    const other = await getMigrations({ ...options, database: missing });
    await missing.end();
    expect(other.toBeCreated.length).toBeGreaterThan(0);
  });
});
