import type { Response } from "light-my-request";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrive, arriveOrganization, asPerson, type TestPerson } from "../testing/people.ts";
import { type SoftwarePasskey, softwarePasskey } from "../testing/software-passkey.ts";
import { type TestApp, testApp, testConsoleOrigin, testDriverOrigin } from "../testing/test-app.ts";
import { createAuthentication, sessionSeconds } from "./authentication.ts";
import { handsetSessionMs, startHandsetSession } from "./handset-sessions.ts";
import { consentVersion, inviteOwner } from "./invitations.ts";

let server: TestApp;
beforeAll(async () => {
  server = await testApp();
});
afterAll(() => server?.close());

const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  server.app.inject({
    method: "POST",
    url,
    payload,
    headers: { origin: testConsoleOrigin, "user-agent": "Somebody's phone", ...headers },
  });
const setCookies = (response: Response) => [response.headers["set-cookie"] ?? []].flat();
const cookieOf = (response: Response) =>
  setCookies(response)
    .map((cookie) => cookie.split(";")[0] ?? "")
    .join("; ");
const self = async (cookie: string) =>
  (await server.app.inject({ url: "/api/self", headers: { cookie } })).json();

async function ownersSecret(): Promise<string> {
  const place = { consoleOrigin: testConsoleOrigin, nowMs: server.now() };
  const { url } = await inviteOwner(server.pool, { organizationName: "Elm", ...place });
  return new URL(url).hash.slice(1);
}
const begin = (secret: string) =>
  post("/api/invitations/registration", { secret, name: "Ada", consent: consentVersion });
const finish = (begun: Response, passkey: SoftwarePasskey, cookie = cookieOf(begun)) =>
  post(
    "/api/auth/passkey/verify-registration",
    { response: passkey.create(begun.json()), createSession: true },
    { cookie },
  );
async function joinBy(passkey: SoftwarePasskey): Promise<Response> {
  const joined = await finish(await begin(await ownersSecret()), passkey);
  expect(joined.statusCode).toBe(200);
  return joined;
}
const beginSignIn = () =>
  server.app.inject({ url: "/api/auth/passkey/generate-authenticate-options" });
const finishSignIn = (begun: Response, passkey: SoftwarePasskey) =>
  post(
    "/api/auth/passkey/verify-authentication",
    { response: passkey.get(begun.json()) },
    { cookie: cookieOf(begun) },
  );

describe("the session's cookie", () => {
  it("is kept from scripts and from other pages' requests, and ends", async () => {
    const joined = await joinBy(softwarePasskey(testConsoleOrigin));
    const [session = ""] = setCookies(joined).filter((cookie) => cookie.includes("session_token"));
    for (const attribute of ["HttpOnly", "SameSite=Lax", "Path=/", `Max-Age=${sessionSeconds}`])
      expect(session).toContain(attribute);
    expect(session).not.toMatch(/domain=/i);
  });

  it("goes over TLS alone where the console does", async () => {
    const { api } = createAuthentication({
      pool: server.pool,
      secret: "a secret for tests, 32 characters or more",
      consoleOrigin: "https://console.example",
      now: server.now,
    });
    const { headers } = await api.generatePasskeyAuthenticationOptions({ returnHeaders: true });
    for (const cookie of headers.getSetCookie()) {
      expect(cookie).toMatch(/^__Secure-/);
      expect(cookie).toContain("; Secure");
    }
  });

  it("is the only place of its token: no answer's body holds it, and nothing of the browser is kept", async () => {
    const passkey = softwarePasskey(testConsoleOrigin);
    const joined = await joinBy(passkey);
    const signedIn = await finishSignIn(await beginSignIn(), passkey);
    expect([joined.body, signedIn.body]).toEqual(["{}", "{}"]);
    const { rows } = await server.pool.query('select "ipAddress", "userAgent" from auth."session"');
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(Object.values(row).join("")).toBe("");
    const told = server.pool.query(`update auth."session" set "userAgent" = 'x'`);
    await expect(told).rejects.toMatchObject({ code: "23514" });
  });

  it("opens nothing once it is too old", async () => {
    const cookie = cookieOf(await joinBy(softwarePasskey(testConsoleOrigin)));
    const { id } = await self(cookie);
    await server.pool.query('update auth."session" set "expiresAt" = now() where "userId" = $1', [
      id,
    ]);
    expect(await self(cookie)).toMatchObject({ code: "sign-in-required" });
  });

  it("cannot be made up or changed", async () => {
    const cookie = cookieOf(await joinBy(softwarePasskey(testConsoleOrigin)));
    expect(await self(cookie)).toMatchObject({ kind: "person" });
    for (const forged of [
      cookie.slice(0, -6),
      cookie.replace(/=(.)/, (_, first) => (first === "A" ? "=B" : "=A")),
      cookie.replace(/\..*/, ""),
    ])
      expect(await self(forged)).toMatchObject({ code: "sign-in-required" });
  });
});

describe("a registration", () => {
  it("makes the invited person, whoever is signed in on this page", async () => {
    const first = cookieOf(await joinBy(softwarePasskey(testConsoleOrigin)));
    const begun = await begin(await ownersSecret());
    const both = `${first}; ${cookieOf(begun)}`;
    const joined = await finish(begun, softwarePasskey(testConsoleOrigin), both);
    expect(joined.statusCode).toBe(200);
    expect((await self(cookieOf(joined))).id).not.toBe((await self(first)).id);
  });

  it("takes no credential that signs somebody else in, and leaves the link open", async () => {
    const passkey = softwarePasskey(testConsoleOrigin);
    await joinBy(passkey);
    const secret = await ownersSecret();
    const again = await finish(await begin(secret), passkey);
    expect(again.json()).toMatchObject({ code: "request-invalid" });
    expect((await post("/api/invitations/read", { secret })).statusCode).toBe(200);
    const twin = server.pool.query(
      `insert into auth.passkey select 'pky_twin', name, "publicKey", "userId", "credentialID", counter, "deviceType", "backedUp" from auth.passkey limit 1`,
    );
    await expect(twin).rejects.toMatchObject({ code: "23505" });
  });

  it("that does not hold is the caller's fault, never ours", async () => {
    const lax = softwarePasskey(testConsoleOrigin, { verifies: false });
    const evil = softwarePasskey("http://evil.localhost:8080");
    for (const passkey of [lax, evil]) {
      const answer = await finish(await begin(await ownersSecret()), passkey);
      expect([answer.statusCode, answer.json().code]).toEqual([400, "request-invalid"]);
    }
  });

  it("answers one challenge once", async () => {
    const begun = await begin(await ownersSecret());
    const passkey = softwarePasskey(testConsoleOrigin);
    expect((await finish(begun, passkey)).statusCode).toBe(200);
    expect((await finish(begun, softwarePasskey(testConsoleOrigin))).statusCode).toBe(400);
  });
});

describe("a sign-in", () => {
  it("asks for the person to be verified, and takes no less", async () => {
    const passkey = softwarePasskey(testConsoleOrigin);
    await joinBy(passkey);
    const begun = await beginSignIn();
    expect(begun.json()).toMatchObject({ userVerification: "required" });
    const touched = await finishSignIn(begun, passkey.touchedOnly());
    expect([touched.statusCode, touched.json().code]).toEqual([401, "sign-in-required"]);
    expect(cookieOf(touched)).not.toContain("session_token=e");
    expect((await finishSignIn(await beginSignIn(), passkey)).statusCode).toBe(200);
  });

  it("answers one challenge once, of this page, by a known credential", async () => {
    const passkey = softwarePasskey(testConsoleOrigin);
    await joinBy(passkey);
    const begun = await beginSignIn();
    expect((await finishSignIn(begun, passkey)).statusCode).toBe(200);
    expect((await finishSignIn(begun, passkey)).statusCode).toBe(400);
    const stranger = await finishSignIn(await beginSignIn(), softwarePasskey(testConsoleOrigin));
    expect(stranger.statusCode).toBe(401);
    const otherPage = passkey.at("http://evil.localhost:8080");
    const phished = await finishSignIn(await beginSignIn(), otherPage);
    expect(phished.statusCode).toBeGreaterThanOrEqual(400);
    expect(phished.statusCode).toBeLessThan(500);
  });

  it("gives a session of its own, whatever cookie came along", async () => {
    const passkey = softwarePasskey(testConsoleOrigin);
    const first = cookieOf(await joinBy(passkey));
    const begun = await beginSignIn();
    const second = await post(
      "/api/auth/passkey/verify-authentication",
      { response: passkey.get(begun.json()) },
      { cookie: `${first}; ${cookieOf(begun)}` },
    );
    expect(second.statusCode).toBe(200);
    expect(cookieOf(second)).not.toBe(first);
  });
});

describe("signing out everywhere", () => {
  it("ends each session of the person and nobody else's", async () => {
    const passkey = softwarePasskey(testConsoleOrigin);
    const first = cookieOf(await joinBy(passkey));
    const second = cookieOf(await finishSignIn(await beginSignIn(), passkey));
    const other = cookieOf(await joinBy(softwarePasskey(testConsoleOrigin)));
    const out = await post("/api/self/sign-out-everywhere", {}, { cookie: first });
    expect(out.statusCode).toBe(200);
    for (const cookie of [first, second])
      expect(await self(cookie)).toMatchObject({ code: "sign-in-required" });
    expect(await self(other)).toMatchObject({ kind: "person" });
  });

  it("ends each token of a handset's key", async () => {
    const signIn = async (jti: string, jkt = "B".repeat(43)) =>
      startHandsetSession(server.pool, {
        handsetId: "hst_01h455vb4pex5vsknk084sn02q",
        carrierId: "car_01h455vb4pex5vsknk084sn02q",
        jkt,
        origin: testDriverOrigin,
        jti,
        statementExpiresAt: new Date(server.now() + handsetSessionMs),
        nowMs: server.now(),
      });
    const tokens = [
      await signIn("one"),
      await signIn("two"),
      await signIn("three", "C".repeat(43)),
    ];
    const as = (token = "") => ({ authorization: `Bearer ${token}`, origin: testDriverOrigin });
    expect((await post("/api/self/sign-out-everywhere", {}, as(tokens[0]))).statusCode).toBe(200);
    const codes = [];
    for (const token of tokens)
      codes.push((await server.app.inject({ url: "/api/self", headers: as(token) })).statusCode);
    expect(codes).toEqual([401, 401, 200]);
  });
});

describe("a role", () => {
  let people: Awaited<ReturnType<typeof arriveOrganization>>;
  const inviting = async (person: TestPerson) =>
    (
      await post(
        `/api/organizations/${people.organizationId}/invitations`,
        { role: "viewer" },
        asPerson(person),
      )
    ).statusCode;
  const setRole = (person: TestPerson, role: string) =>
    server.pool.query(`update auth.member set role = $2 where "userId" = $1`, [
      person.userId,
      role,
    ]);

  it("counts from the next request on, for who is signed in already", async () => {
    people = await arriveOrganization(server, "Elm");
    expect(await inviting(people.manager)).toBe(403);
    await setRole(people.manager, "owner");
    expect(await inviting(people.manager)).toBe(201);
    await setRole(people.manager, "staff");
    expect(await inviting(people.manager)).toBe(403);
    await server.pool.query(`delete from auth.member where "userId" = $1`, [people.manager.userId]);
    expect(await inviting(people.manager)).toBe(403);
  });

  it("is one in each organization", async () => {
    people = await arriveOrganization(server, "Elm");
    const again = server.pool.query(
      `insert into auth.member (id, "organizationId", "userId", role, "createdAt") values ('mem_twice', $1, $2, 'owner', now())`,
      [people.organizationId, people.viewer.userId],
    );
    await expect(again).rejects.toMatchObject({ code: "23505" });
  });

  it("in one organization is none in another, also for an owner", async () => {
    people = await arriveOrganization(server, "Elm");
    const other = await arrive(server, { kind: "first-owner", organizationName: "Oak" });
    await server.pool.query(
      `insert into auth.member (id, "organizationId", "userId", role, "createdAt") values ('mem_x', $1, $2, 'viewer', now())`,
      [people.organizationId, other.userId],
    );
    expect(await inviting(other)).toBe(404);
  });
});
