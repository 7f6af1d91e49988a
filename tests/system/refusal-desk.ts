import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memberOf, type Owner, ownerOf, personKey } from "@vestibule/cli/testing";
import type { Policy } from "@vestibule/core";
import { generateSigner, type NodeSigner, randomText } from "@vestibule/core/node";
import { makeParty, type WorldParty, worldStart } from "@vestibule/core/testing";
import type { RunningServer } from "@vestibule/server";
import { type Answer, makePlace, type Place, unlimitedRates } from "../delivery/place.ts";
import { type Driver, type DriverOptions, gesturesAt, layDriver } from "./desk.ts";
import { type LinkProxy, startLinkProxy } from "./link-proxy.ts";
import { until } from "./until.ts";

/** A code, how a request reaches it, and the request; it gives what was said. */
export type How = readonly [
  code: string,
  how: string,
  make: (desk: RefusalDesk) => Promise<string>,
];

/** The one running system that every refusal is asked of. */
export interface RefusalDesk {
  readonly place: Place;
  readonly host: RunningServer;
  readonly proxy: LinkProxy;
  readonly door: ReturnType<typeof gesturesAt>;
  /** A carrier that the policy admits in one hour of the week. */
  readonly night: WorldParty;
  readonly freshCode: () => string;
  readonly driver: (options?: DriverOptions) => Promise<Driver>;
  readonly post: (path: string, body: object) => Promise<Answer>;
  readonly handKeyset: (text: string, role?: string) => Promise<Answer>;
  /** A house without a policy. */
  readonly newBuilding: () => Promise<string>;
  /** Offers a policy to a house; the refusal, or `accepted`. */
  readonly offered: (buildingId: string, text: string) => Promise<string>;
  readonly stopBox: () => Promise<void>;
  readonly startBox: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const codes = Array.from({ length: 40 }, (_, index) => `TBA9${String(index).padStart(11, "0")}`);

/** Starts server and box, founds the house, and lets an owner join. */
export async function openRefusalDesk(): Promise<RefusalDesk> {
  const night = await makeParty("night.example", "dispatch", worldStart);
  let wire = "";
  const place = await makePlace({
    rates: unlimitedRates,
    world: {
      codes,
      ents: ["street", "lobby"],
      policy: (policy) => withNightCarrier(policy, night),
    },
    wire: async () => wire,
  });
  const host = await place.startHost();
  const proxy = await startLinkProxy(host.port, async () => undefined);
  wire = proxy.url;
  const door = gesturesAt(place, host);
  await nameParties(place, [`carrier:${night.root.kid}`, `vetter:${place.world.vetter.root.kid}`]);
  const post = (path: string, body: object) => place.ask(host, { path, body, key: randomText(16) });
  const handKeyset = (text: string, role = "carrier") => post("/api/keysets", { text, role });
  const handed = await handKeyset(night.keyset);
  if (handed.status >= 300) throw new Error(JSON.stringify(handed.body));
  let box = await place.startBox(host);
  const owners = await ownHouses(host);
  const driver = (options?: DriverOptions) => layDriver(place, host, options);
  const first = await driver();
  await until(async () => (await door.tap(first)).status === 200, "the box gives tickets");
  let used = 0;
  return {
    place,
    host,
    proxy,
    door,
    night,
    driver,
    post,
    handKeyset,
    newBuilding: owners.newBuilding,
    offered: owners.offered,
    freshCode: () => {
      used += 1;
      return codes[used] ?? "";
    },
    stopBox: () => box.close(),
    startBox: async () => {
      box = await place.startBox(host);
    },
    close: async () => {
      await proxy.close();
      await place.close();
      owners.clear();
    },
  };
}

/** The rows of this place were laid by hand: the directory learns here whom its policy names. */
async function nameParties({ superuser, rows }: Place, roots: readonly string[]): Promise<void> {
  const sql = "insert into vestibule.directory (kind, key, building_id) values ('root', $1, $2)";
  for (const root of roots) {
    await superuser.query(sql, [`${root}:${rows.building}`, rows.building]);
  }
}

/** An owner of houses of his own, joined by an invitation. */
async function ownHouses(host: RunningServer) {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-refusals-"));
  const link = await host.inviteOwner("Refusals");
  const origin = new URL(link.url).origin;
  const owner: Owner = ownerOf(`http://127.0.0.1:${host.port}`, {
    ...personKey(folder, "owner"),
    origin,
  });
  await owner.join(link.url, "Owner");
  const listed = await owner.call({ method: "GET", path: "/api/organizations" });
  const organizationId = memberOf(Reflect.get(Object(listed), "organizations")[0], "id");
  const create = (path: string, body: object) =>
    owner.call({ method: "POST", path, body, idempotencyKey: randomText(16) });
  return {
    clear: () => rmSync(folder, { recursive: true, force: true }),
    newBuilding: async () => {
      const address = `${randomText(6)} Street`;
      const body = { name: "A house", address, tz: "America/New_York", organizationId };
      return memberOf(await create("/api/buildings", body), "id");
    },
    offered: async (buildingId: string, text: string) => {
      try {
        await create(`/api/buildings/${buildingId}/policies`, { text });
        return "accepted";
      } catch (error) {
        return /refusal-([a-z-]+)/.exec(String(error))?.[1] ?? String(error);
      }
    },
  };
}

/**
 * One carrier more, for the night; few openings and tries, so that limits can be met; a release far
 * longer than the pull takes, also on a busy machine.
 */
function withNightCarrier(policy: Policy, night: WorldParty): Policy {
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
    limits: { ...policy.limits, per_handset: 4, release_ms: 1_000 },
  };
}

/** A key of nobody's. */
export const stranger = () => generateSigner("EdDSA");
/** Signs with a key of its own under another's name. */
export const posing = (as: NodeSigner, alg: "ES256" | "EdDSA" = "EdDSA"): NodeSigner => ({
  ...generateSigner(alg),
  kid: as.kid,
});
