import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Controller, openBoxStore, startController, writeSecret } from "@vestibule/controller";
import { type MemoryStrike, memoryStrike } from "@vestibule/controller/testing";
import { canonicalize, decodeBase64url, encodeBase64url, paperHash } from "@vestibule/core";
import { type NodeSigner, nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World, type WorldOptions, worldStart } from "@vestibule/core/testing";
import { signSession } from "@vestibule/sdk";
import { type RunningServer, readConfig, startServer, type UnlockRates } from "@vestibule/server";
import { type TestDatabase, testDatabase } from "@vestibule/server/testing";
import pg from "pg";

/** Where the driver's app would live. */
export const driverOrigin = "http://driver.localhost:9";
/** The host's name as boxes sign it. */
export const publicUrl = "http://vestibule.localhost:9";
const unlimited = { burst: 1e9, perMs: 1 };
/** For tests that tap and unlock faster than people do. */
export const unlimitedRates: UnlockRates = {
  handset: unlimited,
  entrance: unlimited,
  carrier: unlimited,
};
const crypto = nodeCrypto();

/** One demonstration building with its rows, its box and any number of server processes' worth of servers. */
export interface Place {
  readonly world: World;
  readonly test: TestDatabase;
  readonly rows: Rows;
  readonly now: () => number;
  readonly strike: MemoryStrike;
  readonly superuser: pg.Client;
  readonly startHost: () => Promise<RunningServer>;
  readonly startBox: (host: RunningServer) => Promise<Controller>;
  /** Signs a handset in: the world's own unless another is named. */
  readonly signIn: (host: RunningServer, handset?: NodeSigner) => Promise<string>;
  readonly ask: (host: RunningServer, request: Ask) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** A request of the handset. */
export interface Ask {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly key?: string;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers member by member
  readonly body: any;
}

/** Ids of the rows. */
export interface Rows {
  readonly organization: string;
  readonly building: string;
  readonly entrance: string;
  readonly controller: string;
  readonly assignment: string;
  readonly carrier: string;
}

const name = (prefix: string) => `${prefix}_${"0".repeat(25)}1`;
const rows: Rows = {
  organization: name("org"),
  building: name("bld"),
  entrance: name("ent"),
  controller: name("ctl"),
  assignment: name("asg"),
  carrier: name("car"),
};

/** Lays a world out in a database; its clock starts where the world's papers are valid. */
export async function makePlace(
  options: {
    readonly rates?: UnlockRates;
    readonly world?: WorldOptions;
    /** The wire between host and box; none unless a test puts one there. */
    readonly wire?: (host: RunningServer) => Promise<string>;
  } = {},
): Promise<Place> {
  const world = await makeWorld(options.world);
  const test = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), "vestibule-delivery-"));
  const ahead = worldStart * 1_000 - Date.now();
  const now = () => Date.now() + ahead;
  const superuser = new pg.Client({ connectionString: test.superuserUrl });
  await superuser.connect();
  await layRows(superuser, world, now());
  const strike = memoryStrike({ sensing: "contact", autoOpen: { afterMs: 30, openForMs: 300 } });
  const running: { close: () => Promise<void> }[] = [];
  const startHost = async () => {
    const config = readConfig({
      PUBLIC_URL: publicUrl,
      DRIVER_ORIGIN: driverOrigin,
      PORT: "0",
      DATABASE_URL: test.ownerUrl,
      VESTIBULE_DATA: join(folder, "host"),
      LOG_LEVEL: process.env["LOG_LEVEL"] ?? "silent",
    });
    const hostKeys = {
      root: world.host.root.kid,
      domain: "host.example",
      keyset: world.host.keyset,
      grant: world.host.key,
    };
    const rates = options.rates === undefined ? {} : { rates: options.rates };
    const liveCheckMs = 200;
    const host = await startServer({ config, now, hostKeys, jobs: false, liveCheckMs, ...rates });
    running.push(host);
    return host;
  };
  let adopted = false;
  const startBox = async (host: RunningServer) => {
    const box = join(folder, "box");
    if (!adopted) layBox(box, world);
    const controller = await startController({
      folder: box,
      url: (await options.wire?.(host)) ?? `ws://127.0.0.1:${host.port}/box`,
      server: publicUrl,
      strikes: new Map(world.tags.map(({ ent }) => [ent, strike.strike])),
      onFatal: (error) => {
        throw error;
      },
    });
    let open = true;
    const once = {
      ...controller,
      close: async () => {
        if (open) await controller.close();
        open = false;
      },
    };
    running.push(once);
    adopted = true;
    await until(async () => {
      const { rows: online } = await superuser.query(
        "select 1 from vestibule.box_session where building_id is not null",
      );
      return online.length === 1;
    });
    return once;
  };
  const ask = (host: RunningServer, request: Ask) => send(host, request);
  return {
    world,
    test,
    rows,
    now,
    strike,
    superuser,
    startHost,
    startBox,
    ask,
    signIn: (host, handset = world.handset) => signIn(host, handset),
    close: async () => {
      for (const one of running.toReversed()) await one.close();
      await superuser.end();
      await test.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Long enough for the slowest machine: a wait says what must come, never how soon. In ms. */
const patienceMs = 60_000;

/** Waits for something to come true. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const by = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > by) throw new Error(`it never came true: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function signIn(host: RunningServer, handset: NodeSigner): Promise<string> {
  const challenge = await send(host, { path: "/api/handset/challenge" });
  const nonce = challenge.body.nonce;
  const jws = await signSession(handset, { audience: publicUrl, nonce });
  const session = await send(host, { path: "/api/handset/sessions", body: { jws } });
  return session.body.token;
}

async function send(host: RunningServer, { method, path, token, body, key }: Ask): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${host.port}${path}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      origin: driverOrigin,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

function layBox(folder: string, world: World): void {
  const { x, d } = world.box.signer.exportPrivate();
  const { publicText, privateText } = world.box.seal;
  writeSecret(
    join(folder, "box-keys.json"),
    JSON.stringify({
      sign: { kty: "OKP", crv: "Ed25519", x, d },
      seal: { public: publicText, private: privateText },
      spent: encodeBase64url(new Uint8Array(32).fill(7)),
    }),
  );
  const tags = world.tags.map(({ ent, uidHash, metaReadKey, fileReadKey }) => ({
    ent,
    uidHash,
    metaReadKey: encodeBase64url(metaReadKey),
    fileReadKey: encodeBase64url(fileReadKey),
  }));
  writeSecret(join(folder, "tags.json"), JSON.stringify(tags));
  // Adopted before this test begins: the policy is pinned.
  const store = openBoxStore(crypto, join(folder, "box.sqlite"));
  store.transaction((write) => {
    write({ kind: "policy", policy: world.policy });
    write({ kind: "claimed", bld: world.policy.bld });
  });
  store.close();
}

async function layRows(superuser: pg.Client, world: World, nowMs: number): Promise<void> {
  const at = new Date(nowMs);
  const later = new Date(nowMs + 8 * 3_600_000);
  const put = (text: string, values: readonly unknown[]) =>
    superuser.query(`insert into vestibule.${text}`, [...values]);
  const { building: b, carrier: c } = rows;
  const sigs = JSON.stringify(JSON.parse(world.policy.text).sigs);
  await put(
    "building (id,organization_id,bld,name,address,time_zone,state,proved_at,created_at) values ($1,$2,$3,'12 Linden Street','12 Linden Street, Brooklyn','America/New_York','proved',$4,$4)",
    [b, rows.organization, world.policy.bld, at],
  );
  await put(
    "controller (building_id,id,ctl,seal_key,created_at,adopted_at) values ($1,$2,$3,$4,$5,$5)",
    [b, rows.controller, world.box.signer.kid, world.box.seal.publicText, at],
  );
  await put("directory (kind,key,building_id) values ('ctl',$1,$2)", [world.box.signer.kid, b]);
  await put(
    "entrance (building_id,id,ent,kind,label,controller_id,created_at) values ($1,$2,'street','street','Street door',$3,$4)",
    [b, rows.entrance, rows.controller, at],
  );
  await put(
    "policy (building_id,id,ver,hash,bytes,sigs,state,offered_at,in_force_from,in_force_until) values ($1,$2,1,$3,$4,$5,'in-force',$6,$7,$8)",
    [
      b,
      name("pol"),
      world.policy.hash,
      canonicalize(JSON.parse(world.policy.text).policy),
      sigs,
      at,
      new Date(world.policy.inForceFrom * 1_000),
      new Date(nowMs + 3e10),
    ],
  );
  for (const [role, party] of [
    ["host", world.host],
    ["carrier", world.carrier],
    ["vetter", world.vetter],
  ] as const)
    await put(
      "keyset (root,ver,role,jws,hash,expires_at,received_at) values ($1,1,$2,$3,$4,$5,$6)",
      [party.root.kid, role, party.keyset, paperHash(crypto, party.keyset), later, at],
    );
  await put("carrier (id,root,domain,name,created_at) values ($1,$2,'ups.example','UPS',$3)", [
    c,
    world.carrier.root.kid,
    at,
  ]);
  await put("consent (id,carrier_id,text_version,channel,given_at) values ($1,$2,'v1','app',$3)", [
    name("con"),
    c,
    at,
  ]);
  await put(
    "driver (id,carrier_id,consent_id,drv,created_at,last_used_at) values ($1,$2,$3,'drv-0001',$4,$4)",
    [name("drv"), c, name("con"), at],
  );
  await put(
    "handset (id,carrier_id,driver_id,jkt,jwk,app,created_at,last_used_at) values ($1,$2,$3,$4,$5,'driver.example',$6,$6)",
    [name("hst"), c, name("drv"), world.handset.kid, JSON.stringify(world.handset.jwk), at],
  );
  const { badge = "", assignment, grant } = world.papers;
  await put(
    "badge (id,carrier_id,handset_id,jkt,vetter_root,hash,jws,cleared_until,expires_at,last_used_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$8,$9)",
    [
      name("bdg"),
      c,
      name("hst"),
      world.handset.kid,
      world.vetter.root.kid,
      paperHash(crypto, badge),
      badge,
      later,
      at,
    ],
  );
  await put(
    "assignment (building_id,id,carrier_id,hash,badge_hash,jkt,purpose,jws,window_from,window_until,state,received_at) values ($1,$2,$3,$4,$5,$6,'deliver',$7,$8,$9,'granted',$8)",
    [
      b,
      rows.assignment,
      c,
      paperHash(crypto, assignment),
      paperHash(crypto, badge),
      world.handset.kid,
      assignment,
      at,
      later,
    ],
  );
  await put(
    `"grant" (building_id,id,assignment_id,carrier_id,jkt,ctl,hash,jws,salt,window_from,window_until,made_at) values ($1,$2,$3,$4,$5,$6,$7,$8,'s',$9,$10,$9)`,
    [
      b,
      name("grt"),
      rows.assignment,
      c,
      world.handset.kid,
      world.box.signer.kid,
      paperHash(crypto, grant),
      grant,
      at,
      later,
    ],
  );
  for (let index = 0; index < world.codes.length; index += 1)
    await put(
      "parcel (building_id,assignment_id,parcel_index,carrier_id,digest) values ($1,$2,$3,$4,$5)",
      [
        b,
        rows.assignment,
        index,
        c,
        encodeBase64url(
          crypto.sha256(
            decodeBase64url(encodeBase64url(new Uint8Array([index]))) ?? new Uint8Array(),
          ),
        ),
      ],
    );
}
