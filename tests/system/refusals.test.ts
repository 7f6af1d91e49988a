import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { memberOf, type Owner, ownerOf, personKey } from "@vestibule/cli/testing";
import { type Policy, policyHash, refusalCodes, signPaper } from "@vestibule/core";
import { linkAuthMessage } from "@vestibule/core/link";
import { generateSigner, type NodeSigner, nodeCrypto, randomText } from "@vestibule/core/node";
import { makeParty } from "@vestibule/core/testing";
import type { RunningServer } from "@vestibule/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { makePlace, type Place } from "../delivery/place.ts";
import { type AssertionBend, otherGenesis, realGenesis, signBent } from "./bent-policies.ts";
import { type Driver, gesturesAt, layDriver, refusalOf } from "./desk.ts";
import { type LinkProxy, startLinkProxy } from "./link-proxy.ts";
import { until } from "./until.ts";

const crypto = nodeCrypto();
const unlimited = { burst: 1e9, perMs: 1 };
const codes = Array.from({ length: 40 }, (_, index) => `TBA9${String(index).padStart(11, "0")}`);
const folder = mkdtempSync(join(tmpdir(), "vestibule-refusals-"));
const reached = new Set<string>();

let place: Place;
let host: RunningServer;
let box: { close: () => Promise<void> };
let proxy: LinkProxy;
let owner: Owner;
let organizationId: string;
let night: Awaited<ReturnType<typeof makeParty>>;
let door: ReturnType<typeof gesturesAt>;
let at: number;
let used = 0;

beforeAll(async () => {
  at = 1_795_014_000;
  night = await makeParty("night.example", "dispatch", at);
  place = await makePlace({
    rates: { handset: unlimited, entrance: unlimited, carrier: unlimited },
    world: { codes, ents: ["street", "lobby"], policy: withNightCarrier },
    wire: async () => proxy.url,
  });
  host = await place.startHost();
  proxy = await startLinkProxy(host.port, async () => undefined);
  door = gesturesAt(place, host);
  // The rows of this place were laid by hand: the directory learns here whom its policy names.
  for (const root of [`carrier:${night.root.kid}`, `vetter:${place.world.vetter.root.kid}`]) {
    const values = [`${root}:${place.rows.building}`, place.rows.building];
    const sql = "insert into vestibule.directory (kind, key, building_id) values ('root', $1, $2)";
    await place.superuser.query(sql, values);
  }
  expect((await handKeyset(night.keyset)).status).toBeLessThan(300);
  box = await place.startBox(host);
  const link = await host.inviteOwner("Refusals");
  const origin = new URL(link.url).origin;
  owner = ownerOf(`http://127.0.0.1:${host.port}`, { ...personKey(folder, "owner"), origin });
  await owner.join(link.url, "Owner");
  const listed = await owner.call({ method: "GET", path: "/api/organizations" });
  organizationId = memberOf(Reflect.get(Object(listed), "organizations")[0], "id");
  const ready = await layDriver(place, host);
  await until(async () => (await door.tap(ready)).status === 200, "the box gives tickets");
}, 60_000);
afterAll(async () => {
  await proxy?.close();
  await place?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One carrier more, for the night; few openings and tries, so that limits can be met. */
function withNightCarrier(policy: Policy): Policy {
  const [day] = policy.carriers;
  if (day === undefined) throw new Error("the world admits a carrier");
  const nightly = {
    ...day,
    domain: "night.example",
    root: night.root.kid,
    schedule: [{ days: ["mon" as const], from: 0, to: 60 }],
  };
  return {
    ...policy,
    carriers: [{ ...day, cap: 10 }, nightly],
    limits: { ...policy.limits, per_handset: 4, release_ms: 200 },
  };
}

function freshCode(): string {
  used += 1;
  return codes[used] ?? "";
}

const post = (path: string, body: object) => place.ask(host, { path, body, key: randomText(16) });
const handKeyset = (text: string, role = "carrier") => post("/api/keysets", { text, role });
const refusedKeyset = async (text: string, role?: string) =>
  refusalOf(await handKeyset(text, role));
const stranger = () => generateSigner("EdDSA");
/** Signs with a key of its own under another's name. */
const posing = (as: NodeSigner, alg: "ES256" | "EdDSA" = "EdDSA"): NodeSigner => ({
  ...generateSigner(alg),
  kid: as.kid,
});

async function newBuilding(): Promise<string> {
  const body = { name: "A house", address: `${randomText(6)} Street`, tz: "America/New_York" };
  return memberOf(
    await owner.call({
      method: "POST",
      path: "/api/buildings",
      body: { ...body, organizationId },
      idempotencyKey: randomText(16),
    }),
    "id",
  );
}

/** Offers a policy to a building; the refusal, or `accepted`. */
async function offered(buildingId: string, text: string): Promise<string> {
  try {
    const path = `/api/buildings/${buildingId}/policies`;
    await owner.call({ method: "POST", path, body: { text }, idempotencyKey: randomText(16) });
    return "accepted";
  } catch (error) {
    return /refusal-([a-z-]+)/.exec(String(error))?.[1] ?? String(error);
  }
}

/** A first policy, changed before it is signed, offered to a house without one. */
const bentPolicy = (bend: (policy: Policy) => Policy) => async () => {
  const policy = bend(otherGenesis(place.world, randomText(6)));
  return offered(await newBuilding(), place.world.signPolicy(policy));
};
const bentReal = (bend: (policy: Policy) => Policy) => async () =>
  offered(await newBuilding(), place.world.signPolicy(bend(realGenesis(place.world))));
const bentAssertion = (bend: AssertionBend) => async () =>
  offered(
    await newBuilding(),
    signBent(place.world, otherGenesis(place.world, randomText(6)), bend),
  );
const limited = (limits: Partial<Policy["limits"]>) =>
  bentPolicy((policy) => ({ ...policy, limits: { ...policy.limits, ...limits } }));

/** Papers in the host's rows that a tap brings before the decision. */
const tapped = (options: () => Parameters<typeof layDriver>[2]) => async (): Promise<string> =>
  refusalOf(await door.tap(await layDriver(place, host, options())));
const open = async (driver: Driver, code: string) => refusalOf(await door.unlock(driver, code));

/** A house with a policy, for what concerns its next one. */
async function founded(): Promise<{ buildingId: string; genesis: Policy; bld: string }> {
  const genesis = otherGenesis(place.world, randomText(6));
  const buildingId = await newBuilding();
  expect(await offered(buildingId, place.world.signPolicy(genesis))).toBe("accepted");
  return { buildingId, genesis, bld: policyHash(crypto, genesis) };
}

async function nextOf(change: (next: Policy) => Policy): Promise<string> {
  const { buildingId, genesis, bld } = await founded();
  const next = { ...genesis, ver: 2, bld, prev: bld };
  return offered(buildingId, place.world.signPolicy(change(next)));
}

type How = readonly [code: string, how: string, make: () => Promise<string>];

const papersAtTheTap: readonly How[] = [
  ["shape", "a badge with a member more", tapped(() => ({ badge: (b) => ({ ...b, more: 1 }) }))],
  ["size", "an assignment over its bound", tooLarge],
  [
    "alg",
    "another algorithm under the vetter's key",
    tapped(() => ({ badgeKey: posing(place.world.vetter.key, "ES256") })),
  ],
  [
    "typ",
    "a badge where the assignment belongs",
    tapped(() => ({ texts: (p) => ({ ...p, assignment: p.badge ?? "" }) })),
  ],
  ["kid-unknown", "a badge by a key of no keyset", tapped(() => ({ badgeKey: stranger() }))],
  [
    "sig",
    "a badge by another's key under that name",
    tapped(() => ({ badgeKey: posing(place.world.vetter.key) })),
  ],
  [
    "iss-mismatch",
    "a grant in another's name",
    tapped(() => ({ grant: (g) => ({ ...g, iss: place.world.carrier.root.kid }) })),
  ],
  [
    "role",
    "an assignment by the carrier's stop key",
    tapped(() => ({ assignmentKey: place.world.carrier.stop })),
  ],
  [
    "bld-mismatch",
    "an assignment to another building",
    tapped(() => ({ assignment: (a) => ({ ...a, bld: randomText(32) }) })),
  ],
  [
    "not-yet",
    "a grant that begins later",
    tapped(() => ({ grant: (g) => ({ ...g, nbf: at + 3_000 }) })),
  ],
  ["expired", "a grant that ended", tapped(() => ({ grant: (g) => ({ ...g, exp: at - 60 }) }))],
  [
    "too-long-lived",
    "a shift of seventeen hours",
    tapped(() => ({ assignment: (a) => ({ ...a, exp: a.nbf + 17 * 3_600 }) })),
  ],
  [
    "hours",
    "a carrier of the night by day",
    tapped(() => ({
      badge: (b) => ({ ...b, car: night.root.kid }),
      assignment: (a) => ({ ...a, iss: night.root.kid }),
      assignmentKey: night.key,
    })),
  ],
  ["purpose", "a daily round that the policy does not name", tapped(() => ({ purpose: "round" }))],
  [
    "app-not-allowed",
    "a badge for another app",
    tapped(() => ({ badge: (b) => ({ ...b, app: "other.example" }) })),
  ],
  [
    "carrier-not-admitted",
    "a carrier that no policy names",
    tapped(() => ({ assignment: (a) => ({ ...a, iss: stranger().kid }) })),
  ],
  ["badge-missing", "no badge in the host's rows", tapped(() => ({ noBadge: true }))],
  [
    "badge-carrier",
    "a badge for another carrier",
    tapped(() => ({ badge: (b) => ({ ...b, car: stranger().kid }) })),
  ],
  [
    "clearance-expired",
    "a clearance that ended",
    tapped(() => ({ badge: (b) => ({ ...b, cleared_until: at - 60 }) })),
  ],
  [
    "badge-mismatch",
    "an assignment for another badge",
    tapped(() => ({ assignment: (a) => ({ ...a, badge: randomText(32) }) })),
  ],
  [
    "handset-mismatch",
    "an assignment for another phone",
    tapped(() => ({ assignment: (a) => ({ ...a, cnf: { jkt: stranger().kid } }) })),
  ],
  [
    "not-sealed-here",
    "a pepper for another box",
    tapped(() => ({
      assignment: (a) => ({ ...a, pep: a.pep.map((part) => ({ ...part, ctl: stranger().kid })) }),
    })),
  ],
  [
    "window",
    "a shift of tomorrow",
    tapped(() => ({ assignment: (a) => ({ ...a, nbf: at + 3_600, exp: at + 7_200 }) })),
  ],
  [
    "grant-assignment",
    "a grant for another assignment",
    tapped(() => ({ grant: (g) => ({ ...g, asg: randomText(32) }) })),
  ],
  [
    "grant-entrance",
    "a grant for the lobby alone",
    tapped(() => ({ grant: (g) => ({ ...g, ents: ["lobby"] }) })),
  ],
  [
    "grant-wider",
    "a grant that outlasts its assignment",
    tapped(() => ({ grant: (g) => ({ ...g, exp: g.exp + 60 }) })),
  ],
  ["contractor-limit", "a contractor's key for other buildings", asContractor],
];

async function tooLarge(): Promise<string> {
  const text = `${"a".repeat(70_000)}.${"b".repeat(8)}.${"c".repeat(86)}`;
  return refusalOf(await post("/api/keysets", { text, role: "carrier" }));
}

async function asContractor(): Promise<string> {
  const { carrier } = place.world;
  const hired = stranger();
  const contractor = { name: "Hired", blds: [randomText(32)], until: at + 86_400, cap: 10 };
  const key = { jwk: hired.jwk, use: "dispatch", nbf: at - 60, exp: at + 86_400, contractor };
  const body = { ...carrier.keysetBody, ver: 2, keys: [...carrier.keysetBody.keys, key] };
  expect((await handKeyset(await signPaper("keyset", body, carrier.root))).status).toBeLessThan(
    300,
  );
  return tapped(() => ({ assignmentKey: hired }))();
}

const tapsAndProofs: readonly How[] = [
  [
    "tap-mac",
    "a tap that no sticker made",
    async () => {
      const tap = { e: randomBytes(16).toString("hex").toUpperCase(), c: "0".repeat(16) };
      return refusalOf(await door.tapWith(await layDriver(place, host), tap));
    },
  ],
  [
    "tap-seen",
    "the same tap twice",
    async () => {
      const tap = place.world.tap();
      const driver = await layDriver(place, host);
      await door.tapWith(driver, tap);
      return refusalOf(await door.tapWith(driver, tap));
    },
  ],
  [
    "tap-other-entrance",
    "the lobby's sticker at the street door",
    async () =>
      refusalOf(await door.tapWith(await layDriver(place, host), place.world.tap("lobby"))),
  ],
  [
    "ticket-limit",
    "a third tap while two tickets live",
    async () => {
      const driver = await layDriver(place, host);
      await door.tap(driver);
      await door.tap(driver);
      return refusalOf(await door.tap(driver));
    },
  ],
  [
    "ticket-expired",
    "a proof over a ticket that the box never made",
    async () => {
      const driver = await layDriver(place, host);
      return refusalOf(
        await door.send(driver, await door.proofOf(driver, randomText(32), { code: freshCode() })),
      );
    },
  ],
  [
    "proof-binding",
    "a proof for the lobby over the street door's ticket",
    async () =>
      refusalOf(
        await door.unlock(await layDriver(place, host), freshCode(), (body) => ({
          ...body,
          ent: "lobby",
        })),
      ),
  ],
  [
    "uv-missing",
    "a proof without the finger that the badge asks for",
    async () =>
      open(await layDriver(place, host, { badge: (b) => ({ ...b, uv: true }) }), freshCode()),
  ],
  ["ticket-used", "another proof over a ticket that opened", async () => (await twice()).other],
  ["proof-replayed", "the very same proof again", async () => (await twice()).same],
  [
    "code-unknown",
    "a label that is not in the list",
    async () => open(await layDriver(place, host), "TBA000000000000"),
  ],
  [
    "code-spent",
    "another driver with a label that opened",
    async () => {
      const code = freshCode();
      expect(await open(await layDriver(place, host), code)).toBe("confirmed");
      return open(await layDriver(place, host), code);
    },
  ],
  [
    "retry-exhausted",
    "a third retry of one label",
    async () => {
      const driver = await layDriver(place, host);
      const code = freshCode();
      for (let count = 0; count < 3; count += 1)
        expect(await open(driver, code)).toMatch(/confirmed|released/);
      return open(driver, code);
    },
  ],
  [
    "limit-handset",
    "a fifth try of one phone within the hour",
    async () => {
      const driver = await layDriver(place, host);
      for (let count = 0; count < 4; count += 1)
        expect(await open(driver, "TBA000000000001")).toBe("code-unknown");
      return open(driver, "TBA000000000001");
    },
  ],
  [
    "strike-fault",
    "a latch that is jammed",
    async () => {
      place.strike.simulate({ kind: "fault", fault: "jammed", on: true });
      const refused = await open(await layDriver(place, host), freshCode());
      place.strike.simulate({ kind: "fault", fault: "jammed", on: false });
      return refused;
    },
  ],
  [
    "limit-cap",
    "more openings of a carrier than the policy admits in an hour",
    async () => {
      for (let count = 0; count < 12; count += 1) {
        const said = await open(await layDriver(place, host), freshCode());
        if (said !== "confirmed" && said !== "released") return said;
      }
      return "no limit";
    },
  ],
];

/** Opens once, then sends a second proof over the same ticket, and the first proof again. */
async function twice(): Promise<{ readonly other: string; readonly same: string }> {
  const driver = await layDriver(place, host);
  const { body } = await door.tap(driver);
  const { paperHash } = await import("@vestibule/core");
  const ticket = paperHash(crypto, body.ticket);
  const first = await door.proofOf(driver, ticket, { code: freshCode() });
  expect(refusalOf(await door.send(driver, first))).toMatch(/confirmed|released/);
  const second = await door.proofOf(driver, ticket, { code: freshCode() });
  const other = refusalOf(await door.send(driver, second));
  return { other, same: refusalOf(await door.send(driver, first)) };
}

const policies: readonly How[] = [
  [
    "policy-fork",
    "a next policy that follows none",
    () => nextOf((next) => ({ ...next, prev: randomText(32) })),
  ],
  [
    "policy-rollback",
    "an older version",
    async () => {
      const { buildingId, genesis, bld } = await founded();
      const second = { ...genesis, ver: 2, bld, prev: bld };
      expect(await offered(buildingId, place.world.signPolicy(second))).toBe("accepted");
      const other = { ...second, notice_s: 120 };
      const third = { ...second, ver: 3, prev: policyHash(crypto, second) };
      expect(await offered(buildingId, place.world.signPolicy(third))).toBe("accepted");
      return offered(buildingId, place.world.signPolicy(other));
    },
  ],
  ["policy-expired", "an assignment after the last policy's end", afterItsEnd],
  [
    "policy-stale-offer",
    "one that was to be accepted by yesterday",
    bentPolicy((p) => ({ ...p, from: at - 90_000, accept_by: at - 80_000 })),
  ],
  ["notice-running", "an assignment before the first policy counts", beforeItCounts],
  [
    "member-dup",
    "one member twice",
    bentPolicy((p) => ({ ...p, members: [...p.members, ...p.members] })),
  ],
  [
    "quorum-members",
    "more members asked than there are",
    bentPolicy((p) => ({ ...p, quorum: { ...p.quorum, members: 2 } })),
  ],
  [
    "quorum-origins",
    "more origins asked than there are",
    bentPolicy((p) => ({ ...p, quorum: { ...p.quorum, origins: 2 } })),
  ],
  ["log-proof", "no log, and no demonstration", bentReal(({ log: _log, ...p }) => p)],
  [
    "witnesses",
    "no witnesses, and no demonstration",
    bentReal(({ witnesses: _witnesses, ...p }) => p),
  ],
  [
    "party-overlap",
    "an app under the host's domain",
    bentReal((p) => ({ ...p, apps: { ...p.apps, domains: ["app.host.example"] } })),
  ],
  [
    "entrance-unknown",
    "a path through a door that is not there",
    bentPolicy((p) => ({ ...p, paths: [["attic"]] })),
  ],
  [
    "limit-lifetime",
    "a policy for five hundred days",
    bentPolicy((p) => ({ ...p, until: p.from + 500 * 86_400 })),
  ],
  ["limit-notice", "a notice of a second", bentPolicy((p) => ({ ...p, notice_s: 1 }))],
  ["limit-release", "a release of eleven seconds", limited({ release_ms: 11_000 })],
  ["limit-days", "a label for eight days", limited({ days: 8 })],
  ["limit-retry", "three retries", limited({ retry: { n: 3, s: 60 } })],
  ["limit-wrong-codes", "eleven wrong labels", limited({ wrong_codes: 11 })],
  [
    "limit-stale",
    "a day without the host",
    bentPolicy((p) => ({ ...p, offline: { ...p.offline, max_stale_s: 86_400 } })),
  ],
  [
    "limit-releases",
    "one of one signer of software",
    bentPolicy((p) => ({ ...p, software: { k: 1, signers: [randomText(32)] } })),
  ],
  ["webauthn-shape", "client data that is none", bentAssertion({ junk: true })],
  [
    "webauthn-type",
    "a registration for an assertion",
    bentAssertion({ client: (c) => ({ ...c, type: "webauthn.create" }) }),
  ],
  [
    "webauthn-challenge",
    "another policy's challenge",
    bentAssertion({ client: (c) => ({ ...c, challenge: randomText(32) }) }),
  ],
  [
    "webauthn-origin",
    "another page",
    bentAssertion({ client: (c) => ({ ...c, origin: "http://evil.localhost:8600" }) }),
  ],
  [
    "webauthn-cross-origin",
    "a frame in another page",
    bentAssertion({ client: (c) => ({ ...c, crossOrigin: true }) }),
  ],
  [
    "webauthn-rp",
    "another site's passkey",
    bentAssertion({ authenticator: (a) => Buffer.concat([randomBytes(32), a.subarray(32)]) }),
  ],
  ["webauthn-up", "nobody present", bentAssertion({ authenticator: flags(0x04) })],
  ["webauthn-uv", "nobody verified", bentAssertion({ authenticator: flags(0x01) })],
  [
    "webauthn-credential",
    "a credential that the policy does not name",
    bentAssertion({ cred: "c".repeat(43) }),
  ],
  ["webauthn-signature", "another's signature", bentAssertion({ stranger: true })],
];

function flags(value: number): (data: Buffer) => Buffer {
  return (data) => Buffer.concat([data.subarray(0, 32), Buffer.of(value), data.subarray(33)]);
}

function beforeItCounts(): Promise<string> {
  return assignedUnder((policy) => ({ ...policy, from: at + 86_400 }));
}

async function afterItsEnd(): Promise<string> {
  const until_ = Math.floor(place.now() / 1_000) + 2;
  return assignedUnder((policy) => ({ ...policy, accept_by: until_, until: until_ }), 2_500);
}

/** An assignment to a house whose first policy is changed so, handed in `afterMs` later. */
async function assignedUnder(change: (policy: Policy) => Policy, afterMs = 0): Promise<string> {
  const genesis = change(otherGenesis(place.world, randomText(6)));
  const buildingId = await newBuilding();
  expect(await offered(buildingId, place.world.signPolicy(genesis))).toBe("accepted");
  const sql = "update vestibule.building set state = 'proved', proved_at = now() where id = $1";
  await place.superuser.query(sql, [buildingId]);
  const bld = policyHash(crypto, genesis);
  const { badge = "", assignment } = await place.world.reissue({
    assignment: (a) => ({ ...a, bld }),
  });
  const handset = place.world.handset.jwk;
  await post("/api/badges", { text: badge, handset });
  await pause(afterMs);
  return refusalOf(await post("/api/assignments", { text: assignment }));
}

const keysets: readonly How[] = [
  [
    "keyset-rollback",
    "another keyset of the first version",
    async () => {
      const { carrier } = place.world;
      const body = { ...carrier.keysetBody, exp: carrier.keysetBody.exp - 1 };
      return refusedKeyset(await signPaper("keyset", body, carrier.root));
    },
  ],
  [
    "keyset-expired",
    "a keyset whose time is over",
    async () => {
      const { vetter } = place.world;
      const body = { ...vetter.keysetBody, ver: 2, exp: at - 60 };
      return refusedKeyset(await signPaper("keyset", body, vetter.root), "vetter");
    },
  ],
];

const boxesOwnState: readonly How[] = [
  [
    "stale",
    "a box that came back and does not know the time",
    async () => {
      await box.close();
      proxy.withhold('"t":"time"');
      box = await place.startBox(host);
      const driver = await layDriver(place, host);
      let said = "";
      await until(async () => {
        said = refusalOf(await door.tap(driver));
        return said !== "door-offline";
      }, "the box answers");
      proxy.withhold(undefined);
      return said;
    },
  ],
  [
    "state-rolled-back",
    "a box whose disk is older than what the host keeps of it",
    async () => {
      await box.close();
      await place.superuser.query(
        "update vestibule.controller set chain_seq = chain_seq + 100 where chain_hash is not null",
      );
      box = await place.startBox(host);
      const driver = await layDriver(place, host);
      let said = "";
      await until(async () => {
        said = refusalOf(await door.tap(driver));
        return !["door-offline", "stale"].includes(said);
      }, "the box answers");
      await box.close();
      await place.superuser.query(
        "update vestibule.controller set chain_seq = chain_seq - 100 where chain_hash is not null",
      );
      return said;
    },
  ],
  [
    "receipt-sig",
    "a receipt by another key",
    () => withReceipt({ key: posing(place.world.box.signer) }),
  ],
  ["chain-gap", "a receipt that leaves out another", () => withReceipt({ ahead: 2 })],
  ["chain-fork", "a receipt beside the chain", () => withReceipt({ prev: randomText(32) })],
];

/** A box's key holder sends a receipt; what the host says as it shuts the link or the box out. */
async function withReceipt(bend: {
  readonly key?: NodeSigner;
  readonly ahead?: number;
  readonly prev?: string;
}): Promise<string> {
  const { world } = place;
  const { rows } = await place.superuser.query(
    "select chain_seq::int as seq, chain_hash from vestibule.controller where chain_hash is not null",
  );
  const nothing = Buffer.alloc(32).toString("base64url");
  const body = {
    v: 1,
    iss: world.box.signer.kid,
    bld: world.policy.bld,
    ent: "street",
    seq: rows[0].seq + (bend.ahead ?? 1),
    prev: bend.prev ?? rows[0].chain_hash,
    boot: randomText(16),
    att: `att_${"0".repeat(26)}`,
    stage: "presented",
    code: "stale",
    time: { local: at },
    pol: world.policy.hash,
    keysets: nothing,
    stops: nothing,
    link: "websocket",
    sensing: { kind: "contact", result: "unknown" },
    flags: [],
    versions: { box: "0.1.0" },
  };
  const text = await signPaper("receipt", body, bend.key ?? world.box.signer);
  const socket = await signedIn();
  const closed = new Promise<string>((resolve) =>
    socket.once("close", (_code, reason) => resolve(String(reason))),
  );
  socket.send(JSON.stringify({ t: "receipt", text, last: true }));
  const outbox = async () => {
    const sql = "select body from vestibule.outbox where kind = 'controller.quarantined'";
    return (await place.superuser.query(sql)).rows[0]?.body.because;
  };
  return Promise.race([closed, until(outbox, "quarantine")]).finally(() => socket.close());
}

async function signedIn(): Promise<WebSocket> {
  const { signer } = place.world.box;
  const boot = randomBytes(16);
  const server = "http://vestibule.localhost:9";
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/box`);
  const welcome = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.t === "welcome") welcome.resolve();
    if (message.t !== "hello") return;
    const nonce = Buffer.from(message.nonce, "base64url");
    const sig = Buffer.from(signer.sign(linkAuthMessage({ nonce, boot, server })));
    const auth = { jwk: signer.jwk, boot: boot.toString("base64url"), server, version: "0.1.0" };
    socket.send(JSON.stringify({ t: "auth", ...auth, sig: sig.toString("base64url") }));
  });
  await welcome.promise;
  return socket;
}

describe.each([
  ["papers at the tap", papersAtTheTap],
  ["keysets", keysets],
  ["policies", policies],
  ["taps and proofs", tapsAndProofs],
  ["the box's own state and its receipts", boxesOwnState],
] as const)("%s", (_name, table) => {
  it.each(table)("%s: %s", async (code, _how, make) => {
    const said = await make();
    reached.add(said);
    expect(said).toBe(code);
  });
});

/** Codes that no request can reach before the issues that bring what they speak of. */
const notYet: Readonly<Record<string, string>> = {
  stopped: "stops come with the log's issue",
  "stop-reach": "stops come with the log's issue",
  "stop-seq": "stops come with the log's issue",
  "policy-objected": "an objection is a member's stop",
  "key-too-new": "a key's age counts from its inclusion in the log; demonstrations waive it",
  button: "recovery comes with its issue",
  waiting: "recovery comes with its issue",
  vetoed: "recovery comes with its issue",
};

it("every refusal code is reached above, or cannot be before the log, stops and recovery", () => {
  expect([...reached, ...Object.keys(notYet)].toSorted()).toEqual([...refusalCodes].toSorted());
});
