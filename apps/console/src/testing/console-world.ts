import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { decodeBase64url, type Policy } from "@vestibule/core";
import { softwareAssertion } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import { createLogger, type RunningServer, readConfig, startServer } from "@vestibule/server";
import { freePort } from "@vestibule/server/free-port";
import { newId, type TestDatabase, testDatabase } from "@vestibule/server/testing";
import pg from "pg";
import { type BrowserContext, chromium } from "playwright-core";
import { build } from "vite";

const app = resolve(import.meta.dirname, "../..");

/** The policy that the page must live under, as the host serves it. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The real host with the real database, serving the built console on its own origin. */
export interface ConsoleWorld {
  readonly origin: string;
  /** A folder that goes with this world. */
  readonly folder: string;
  /** Where boxes connect to. */
  readonly boxUrl: string;
  readonly server: RunningServer;
  readonly world: World;
  /** Writes rows as the database's superuser: what boxes and carriers would have left behind. */
  readonly sql: pg.Client;
  readonly close: () => Promise<void>;
}

/** Builds the console and starts a host for it. */
export async function startConsoleWorld(): Promise<ConsoleWorld> {
  const data = mkdtempSync(join(tmpdir(), "vestibule-console-"));
  // A folder of its own: others may be serving what was built before.
  const built = join(data, "built");
  await build({
    configFile: join(app, "vite.config.ts"),
    root: app,
    logLevel: "error",
    build: { outDir: built },
  });
  const port = await freePort();
  const origin = `http://console.localhost:${port}`;
  const database: TestDatabase = await testDatabase();
  const world = await makeWorld({
    at: Math.floor(Date.now() / 1_000),
    ents: ["street", "lobby"],
    policy: (policy) => onThisPage(policy, origin),
  });
  const { host } = world;
  const server = await startServer({
    config: readConfig({
      PUBLIC_URL: origin,
      PORT: String(port),
      VESTIBULE_DATA: data,
      VESTIBULE_KEYS: join(data, "keys"),
      DATABASE_URL: database.ownerUrl,
    }),
    demo: true,
    logger: createLogger("silent"),
    hostKeys: {
      root: host.root.kid,
      domain: host.keysetBody.domain,
      keyset: host.keyset,
      grant: host.key,
    },
    staticApps: [
      {
        host: "console.localhost",
        folder: built,
        csp: contentSecurityPolicy,
        api: true,
      },
    ],
  });
  const sql = new pg.Client({ connectionString: database.superuserUrl });
  await sql.connect();
  return {
    origin,
    folder: data,
    boxUrl: `ws://127.0.0.1:${port}/box`,
    server,
    world,
    sql,
    close: async () => {
      await sql.end();
      await server.close();
      await database.drop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The world's policy as of today, its member's key on this page. */
function onThisPage(policy: Policy, origin: string): Policy {
  const now = Math.floor(Date.now() / 1_000);
  return {
    ...policy,
    from: now - 60,
    accept_by: now + 86_400,
    until: now + 300 * 86_400,
    members: policy.members.map((member) => ({
      ...member,
      keys: member.keys.map((key) => ({ ...key, origin })),
    })),
  };
}

/** Starts the machine's Chromium. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
}

/** Plays the demonstration's key: the same routes that `vestibule demo` serves. */
export async function playDemoKey(context: BrowserContext, { world, origin }: ConsoleWorld) {
  const cred = world.genesis.members[0]?.keys[0]?.cred ?? "";
  await context.route("**/demo/info", (route) =>
    route.fulfill({ json: { member: "anna", cred, label: "the demonstration's key" } }),
  );
  await context.route("**/demo/sign", (route) => {
    const body: unknown = route.request().postDataJSON();
    const text =
      typeof body === "object" && body !== null && "challenge" in body ? body.challenge : "";
    const challenge = decodeBase64url(String(text)) ?? new Uint8Array();
    return route.fulfill({
      json: softwareAssertion(world.member, { challenge, rpId: "console.localhost", origin }),
    });
  });
}

/** An attempt as a box's receipts would have left it. */
export interface SeededAttempt {
  readonly ent: string;
  readonly stage: "presented" | "authenticated" | "authorized" | "released" | "confirmed";
  readonly outcome: "open" | "reached" | "failed" | "silent";
  readonly code?: string;
  readonly detail?: object;
  readonly sensing?: readonly [kind: string, result: string];
  readonly minutesAgo: number;
}

/** Writes a visit with attempts, and the events that tell the page of them. */
export async function seedVisit(
  { sql, world }: ConsoleWorld,
  buildingId: string,
  attempts: readonly SeededAttempt[],
): Promise<readonly string[]> {
  const put = (text: string, values: readonly unknown[]) => sql.query(text, [...values]);
  const nowMs = Date.now();
  const carriers = await put("select id from vestibule.carrier where root = $1", [
    world.carrier.root.kid,
  ]);
  const carrierId: string = carriers.rows[0]?.id ?? newId("carrier", nowMs);
  if (carriers.rowCount === 0)
    await put(
      "insert into vestibule.carrier (id,root,domain,name,created_at) values ($1,$2,'ups.example','UPS',now())",
      [carrierId, world.carrier.root.kid],
    );
  const first = nowMs - (attempts[0]?.minutesAgo ?? 0) * 60_000;
  const visitId = newId("visit", first);
  const jkt = world.handset.kid;
  await put(
    "insert into vestibule.visit (building_id,id,carrier_id,jkt,began_at,last_at) values ($1,$2,$3,$4,$5,now())",
    [buildingId, visitId, carrierId, jkt, new Date(first)],
  );
  const ids: string[] = [];
  for (const attempt of attempts) {
    const atMs = nowMs - attempt.minutesAgo * 60_000;
    const id = newId("attempt", atMs);
    ids.push(id);
    await put(
      `insert into vestibule.attempt (building_id,id,entrance_id,controller_id,carrier_id,jkt,visit_id,
         proof_hash,stage,outcome,code,detail,sensing_kind,sensing_result,deadline_at,presented_at,ended_at)
       select $1::text,$2::text,e.id,e.controller_id,$3,$4,$5,translate(encode(sha256($2::text::bytea),'base64'),'+/=','-_'),
         $6,$7,$8,$9,$10,$11,$12,$12,$12
       from vestibule.entrance e where e.building_id = $1::text and e.ent = $13`,
      [
        buildingId,
        id,
        carrierId,
        jkt,
        visitId,
        attempt.stage,
        attempt.outcome,
        attempt.code ?? null,
        attempt.detail === undefined ? null : JSON.stringify(attempt.detail),
        attempt.sensing?.[0] ?? null,
        attempt.sensing?.[1] ?? null,
        new Date(atMs),
        attempt.ent,
      ],
    );
    await announce(sql, buildingId, { kind: "attempt.ended", body: { attempt: id } });
  }
  return ids;
}

/** Appends an event to a building's outbox, as the server does. */
export async function announce(
  sql: pg.Client,
  buildingId: string,
  { kind, body }: { readonly kind: string; readonly body: object },
): Promise<void> {
  await sql.query(
    `with counted as (
       insert into vestibule.sequence as known (building_id, stream, last) values ($1, 'outbox', 1)
       on conflict (building_id, stream) do update set last = known.last + 1 returning last
     )
     insert into vestibule.outbox (building_id, seq, kind, body, at)
     select $1, last, $2, $3, now() from counted`,
    [buildingId, kind, JSON.stringify(body)],
  );
}
