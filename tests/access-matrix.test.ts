import { makeWorld } from "@vestibule/core/testing";
import {
  anyKey,
  arrive,
  asPerson,
  type DomainApp,
  handsetHeaders,
  may,
  newId,
  type RegisteredRoute,
  type Role,
  type SettledBuilding,
  settleBuilding,
  wholeApp,
} from "@vestibule/server/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describedWrongly } from "./openapi-answers.ts";

/** What the address and the body of a route name: an organization's things, one's own, or nobody's. */
type Scope = "everyone" | "own" | "building" | "organization" | "paper" | "handset";

interface Entry {
  readonly scope: Scope;
  /** A body of the right form that names the things of this building. */
  readonly body?: (of: SettledBuilding) => object;
  readonly query?: string;
  /** It ends the session that asks: the other tests need theirs, so it is tested where it is made. */
  readonly endsSession?: true;
}

const hash = "A".repeat(43);
const everyone: Entry = { scope: "everyone" };
const building: Entry = { scope: "building" };
const nothing = () => ({});
const registration = { id: "AA", rawId: "AA", type: "public-key", clientExtensionResults: {} };
const assignmentId = () => newId("assignment", 1);

/** Every route of the server: a new one without an entry here fails the first test below. */
const matrix: Readonly<Record<string, Entry>> = {
  "GET /health": everyone,
  "GET /ready": everyone,
  "GET /metrics": everyone,
  "GET /openapi.json": everyone,
  "GET /reference": everyone,
  "POST /api/invitations/read": { scope: "everyone", body: () => ({ secret: hash }) },
  "POST /api/invitations/registration": {
    scope: "everyone",
    body: () => ({ secret: hash, name: "x", consent: "people-2026-11" }),
  },
  "GET /api/auth/passkey/generate-authenticate-options": everyone,
  "POST /api/auth/passkey/verify-authentication": {
    scope: "everyone",
    body: () => ({
      response: {
        ...registration,
        response: { clientDataJSON: "AA", authenticatorData: "AA", signature: "AA" },
      },
    }),
  },
  "POST /api/auth/passkey/verify-registration": {
    scope: "everyone",
    body: () => ({
      response: { ...registration, response: { clientDataJSON: "AA", attestationObject: "AA" } },
      createSession: true,
    }),
  },
  "POST /api/auth/sign-out": { scope: "everyone", body: nothing, endsSession: true },
  "POST /api/organizations/:organizationId/invitations": {
    scope: "organization",
    body: () => ({ role: "viewer" }),
  },
  "GET /api/organizations/:organizationId/people": { scope: "organization" },
  "DELETE /api/organizations/:organizationId/people/:userId": { scope: "organization" },
  "DELETE /api/organizations/:organizationId/invitations/:invitationId": { scope: "organization" },
  "DELETE /api/self": { scope: "own", endsSession: true },
  "POST /api/self/sign-out-everywhere": { scope: "own", body: nothing, endsSession: true },
  "GET /api/self": { scope: "own" },
  "GET /api/organizations": { scope: "own" },
  "GET /api/host": { scope: "own" },
  "GET /api/buildings": { scope: "own" },
  "GET /api/buildings/export": { scope: "own" },
  "POST /api/buildings": {
    scope: "organization",
    body: ({ organization }) => ({
      name: "New",
      address: "1 New Street",
      tz: "America/New_York",
      organizationId: organization.organizationId,
    }),
  },
  "GET /api/buildings/:buildingId": building,
  // The operator's work is with everybody's buildings.
  "POST /api/buildings/:buildingId/prove": { scope: "everyone", body: nothing },
  "POST /api/buildings/:buildingId/entrances": {
    scope: "building",
    body: () => ({ ent: "side", kind: "street", label: "Side" }),
  },
  "POST /api/buildings/:buildingId/entrances/:entranceId/sticker": {
    scope: "building",
    body: nothing,
  },
  "GET /api/buildings/:buildingId/units": building,
  "POST /api/buildings/:buildingId/units": { scope: "building", body: () => ({ label: anyKey() }) },
  "PATCH /api/buildings/:buildingId/units/:unitId": {
    scope: "building",
    body: () => ({ optedOut: true }),
  },
  "DELETE /api/buildings/:buildingId/units/:unitId": building,
  "GET /api/controllers/offers": { scope: "own" },
  "GET /api/buildings/:buildingId/controllers": building,
  "POST /api/buildings/:buildingId/controllers": { scope: "building", body: () => ({ ctl: hash }) },
  "POST /api/buildings/:buildingId/controllers/:ctl/adopt": {
    scope: "building",
    body: () => ({ mac: hash, nonce: hash }),
  },
  "POST /api/buildings/:buildingId/controllers/:controllerId/release": {
    scope: "building",
    body: nothing,
  },
  "POST /api/signing-keys/options": { scope: "own", body: nothing },
  "POST /api/signing-keys": {
    scope: "own",
    body: () => ({ label: "x", paper: { kty: "OKP", crv: "Ed25519", x: hash } }),
  },
  "GET /api/signing-keys": { scope: "own" },
  "DELETE /api/signing-keys/:id": { scope: "own" },
  "GET /api/buildings/:buildingId/policies": building,
  "POST /api/buildings/:buildingId/policies": {
    scope: "building",
    body: ({ world }) => ({ text: world.policy.text }),
  },
  "GET /api/directory": { scope: "everyone", query: "?address=none" },
  "GET /api/public/buildings/:bld": everyone,
  "GET /api/public/buildings/:bld/policies": everyone,
  "GET /api/carriers": everyone,
  "POST /api/carriers": {
    scope: "own",
    body: () => ({ root: hash, domain: "new.example", name: "New" }),
  },
  "GET /api/vetters": everyone,
  "POST /api/vetters": {
    scope: "own",
    body: () => ({ root: hash, domain: "new.example", name: "New" }),
  },
  "POST /api/keysets": { scope: "paper", body: () => ({ text: "no paper", role: "carrier" }) },
  "GET /api/keysets/:root": everyone,
  "POST /api/badges": {
    scope: "paper",
    body: () => ({ text: "no paper", handset: { kty: "EC", crv: "P-256", x: hash, y: hash } }),
  },
  "POST /api/enrolments": {
    scope: "everyone",
    body: () => ({
      id: anyKey(),
      jwk: { kty: "EC", crv: "P-256", x: hash, y: hash },
      mac: hash,
      sig: "A".repeat(86),
      terms: { app: "a.example", car: hash, clr: hash, drv: "drv-0001", jkt: hash, uv: false },
      consent: "driver-2026-11",
    }),
  },
  "GET /api/enrolments/:id": everyone,
  "GET /api/enrolments/:id/badge": everyone,
  "POST /api/assignments": { scope: "paper", body: () => ({ text: "no paper" }) },
  "POST /api/assignments/batch": {
    scope: "paper",
    body: () => ({ assignments: [{ text: "no paper" }] }),
  },
  "GET /d/:sticker": everyone,
  "GET /d/letters/:name": everyone,
  "GET /api/handset/challenge": everyone,
  "POST /api/handset/sessions": { scope: "paper", body: () => ({ jws: "x" }) },
  "GET /api/handset/today": { scope: "handset" },
  "POST /api/handset/withdrawals": { scope: "own", body: nothing, endsSession: true },
  "POST /api/entrances/:entranceId/tickets": {
    scope: "handset",
    body: () => ({ assignmentId: assignmentId(), presence: { kind: "none" } }),
  },
  "POST /api/entrances/:entranceId/unlocks": {
    scope: "handset",
    body: () => ({ assignmentId: assignmentId(), ticket: hash, proof: { kind: "jws", text: "x" } }),
  },
  "GET /api/attempts/:attemptId": { scope: "handset" },
  "GET /api/handset/attempts": { scope: "handset" },
  "GET /api/buildings/:buildingId/attempts": building,
  "GET /api/buildings/:buildingId/attempts.csv": building,
  "GET /api/buildings/:buildingId/receipts": building,
  "GET /api/buildings/:buildingId/visits": building,
};

const organizationRoles = ["owner", "manager", "viewer", "staff"] as const;
type Asking = (typeof organizationRoles)[number] | "anonymous" | "operator" | "handset";
const asking: readonly Asking[] = ["anonymous", ...organizationRoles, "operator", "handset"];

let server: DomainApp;
let elm: SettledBuilding;
let oak: SettledBuilding;
let headersOf: Readonly<Record<Asking, Record<string, string>>>;
let handset: Record<string, string>;

beforeAll(async () => {
  const world = await makeWorld();
  server = await wholeApp(world);
  elm = await settleBuilding(server, world);
  // The same host, another building of other people: told apart by its name and its address.
  const place = { name: "Oak House", address: "99 Oak Street, Queens" };
  const other = await makeWorld({
    policy: (policy) => ({ ...policy, place, host: world.genesis.host }),
  });
  oak = await settleBuilding(server, other);
  const operator = await arrive(server, { kind: "operator" });
  const carriers = (await server.app.inject({ url: "/api/carriers" })).json().parties;
  const { root } = world.carrier;
  // The same badge again answers whose phone it is.
  const badge = { text: world.papers.badge, handset: world.papers.handset };
  const kept = await server.app.inject({ method: "POST", url: "/api/badges", payload: badge });
  handset = await handsetHeaders(server, {
    handsetId: kept.json().handsetId,
    jkt: world.handset.kid,
    carrierId: carriers.find((carrier: { root: string }) => carrier.root === root.kid).id,
  });
  const { owner, manager, viewer, staff } = elm.organization;
  headersOf = {
    anonymous: {},
    owner: asPerson(owner),
    manager: asPerson(manager),
    viewer: asPerson(viewer),
    staff: asPerson(staff),
    operator: asPerson(operator),
    handset,
  };
});
afterAll(() => server?.close());

const nameOf = ({ method, url }: RegisteredRoute) => `${method} ${url}`;
const known = (route: RegisteredRoute): Entry => {
  const entry = matrix[nameOf(route)];
  if (entry === undefined) throw new Error(`${nameOf(route)} has no entry in the access matrix`);
  return entry;
};

/** Asks a route for the things of one building as somebody; each time from an address of its own. */
let asked = 0;
async function ask(route: RegisteredRoute, as: Asking, of: SettledBuilding) {
  const { body, query = "" } = known(route);
  const ids: Readonly<Record<string, string>> = {
    buildingId: of.buildingId,
    organizationId: of.organization.organizationId,
    entranceId: of.entranceId,
    unitId: newId("unit", 1),
    userId: newId("user", 1),
    invitationId: newId("invitation", 1),
    controllerId: newId("controller", 1),
    id: route.url.includes("signing-keys") ? newId("signingKey", 1) : "A".repeat(22),
    bld: of.world.policy.bld,
    ctl: of.world.box.signer.kid,
    root: hash,
    sticker: of.sticker,
    attemptId: newId("attempt", 1),
  };
  asked += 1;
  return server.app.inject({
    method:
      route.method === "POST"
        ? "POST"
        : route.method === "PATCH"
          ? "PATCH"
          : route.method === "DELETE"
            ? "DELETE"
            : "GET",
    url: route.url.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? "") + query,
    headers: { ...headersOf[as], "idempotency-key": anyKey() },
    remoteAddress: `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`,
    ...(body === undefined ? {} : { payload: body(of) }),
  });
}

const refusedAtTheDoor = ["sign-in-required", "not-allowed"];
const mayAs = (as: Asking, { action }: RegisteredRoute) => may(as satisfies Role, action);

describe("the access matrix", () => {
  it("has an entry for every route, and none for a route that is gone", () => {
    expect(Object.keys(matrix).toSorted()).toEqual(server.routes.map(nameOf).toSorted());
  });

  it.each(asking)(
    "shuts each route to %s whose action that role lacks, and opens the others",
    async (as) => {
      const wrong: unknown[] = [];
      for (const route of server.routes) {
        if (known(route).endsSession) continue;
        const code: unknown = jsonOf((await ask(route, as, elm)).body)["code"];
        const shut = refusedAtTheDoor.includes(String(code));
        if (shut === mayAs(as, route)) wrong.push([nameOf(route), code]);
      }
      expect(wrong).toEqual([]);
    },
  );

  it.each(organizationRoles)(
    "shows %s nothing of another organization: it is as if it were not there",
    async (as) => {
      const wrong: unknown[] = [];
      for (const route of server.routes) {
        const { scope } = known(route);
        if ((scope !== "building" && scope !== "organization") || !mayAs(as, route)) continue;
        const foreign = await ask(route, as, oak);
        if (foreign.statusCode !== 404 || jsonOf(foreign.body)["code"] !== "not-found")
          wrong.push([nameOf(route), foreign.statusCode, foreign.body.slice(0, 200)]);
      }
      expect(wrong).toEqual([]);
    },
  );

  it.each(asking)(
    "gives %s on every route an answer that the OpenAPI document describes",
    async (as) => {
      const wrong: unknown[] = [];
      const document = (await server.app.inject({ url: "/openapi.json" })).json();
      for (const route of server.routes) {
        if (known(route).endsSession) continue;
        const answer = await ask(route, as, elm);
        const fault = describedWrongly(document, route, answer);
        if (fault !== undefined) wrong.push([nameOf(route), answer.statusCode, fault]);
      }
      expect(wrong).toEqual([]);
    },
  );

  it("changed nothing in the building whose ids were tried", async () => {
    const detail = await server.app.inject({
      url: `/api/buildings/${oak.buildingId}`,
      headers: asPerson(oak.organization.owner),
    });
    expect(detail.json()).toMatchObject({ name: "Oak House", entrances: [{ id: oak.entranceId }] });
    expect(detail.json().entrances).toHaveLength(1);
  });

  it.each([...organizationRoles, "handset"] as const)(
    "answers %s on every route without a word of another building",
    async (as) => {
      const words = [
        oak.buildingId,
        oak.organization.organizationId,
        oak.world.policy.bld,
        oak.sticker,
        oak.entranceId,
        "Oak House",
        "99 Oak Street",
      ];
      const told: unknown[] = [];
      for (const route of server.routes) {
        if (!mayAs(as, route) || known(route).endsSession) continue;
        const { body } = await ask(route, as, elm);
        for (const word of words) if (body.includes(word)) told.push([nameOf(route), word]);
      }
      expect(told).toEqual([]);
    },
  );
});

function jsonOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return Object.fromEntries(Object.entries(Object(parsed)));
  } catch {
    return {};
  }
}
