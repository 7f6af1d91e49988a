import { randomBytes } from "node:crypto";
import { nodeCrypto } from "@vestibule/core/node";
import { type World, worldStart } from "@vestibule/core/testing";
import type { Logger } from "pino";
import { proveBuilding } from "../buildings/prove-building.ts";
import { type DomainPorts, domainFeatures } from "../features.ts";
import { createKeysetReader } from "../keysets/keyset-store.ts";
import { installHostKeyset } from "../keysets/take-keyset.ts";
import type { Adoption, Boxes, BoxOffer } from "../platform/boxes.ts";
import { inContext } from "../platform/database.ts";
import type { HostKeys } from "../platform/host-keys.ts";
import type { Feature } from "../platform/http/app.ts";
import { createPolicyReader } from "../policies/read-policies.ts";
import { arriveOrganization, asPerson } from "./people.ts";
import { type TestApp, testApp } from "./test-app.ts";
import type { TestDatabase } from "./test-database.ts";

/** Boxes that say what a test puts into them. */
export interface TestBoxes extends Boxes {
  readonly online: Set<string>;
  readonly offered: BoxOffer[];
  readonly taps: { readonly ctl: string; readonly e: string; readonly c: string }[];
  /** How many sockets each box is said to have; one where nothing is. */
  readonly twins: Map<string, number>;
  readonly recalled: string[];
  answer: Adoption;
}

/** A whole server with the domain's routes, whose clock stands where core's test world begins. */
export interface DomainApp extends TestApp {
  readonly ports: DomainPorts;
  readonly boxes: TestBoxes;
}

/** Boxes for tests, all of them silent. */
export function testBoxes(): TestBoxes {
  const boxes: TestBoxes = {
    online: new Set(),
    offered: [],
    taps: [],
    twins: new Map(),
    recalled: [],
    answer: { kind: "silent" },
    offers: () => boxes.offered,
    isOnline: (ctl) => boxes.online.has(ctl),
    adopt: async () => boxes.answer,
    noteTap: (ctl, { e, c }) => void boxes.taps.push({ ctl, e, c }),
    sessions: async (ctl) => boxes.twins.get(ctl) ?? 1,
    recall: async (ctl) => void boxes.recalled.push(ctl),
  };
  return boxes;
}

/** The host's keys of a world. */
export function hostKeysOf({ host }: Pick<World, "host">): HostKeys {
  return {
    root: host.root.kid,
    domain: host.keysetBody.domain,
    keyset: host.keyset,
    grant: host.key,
  };
}

/** Builds a server for one test file, with the host's keys of a world. */
export async function domainApp(
  world: Pick<World, "host">,
  options: {
    /** Features beside the domain's own. */
    readonly features?: (test: TestDatabase, ports: DomainPorts) => readonly Feature[];
    readonly logger?: Logger;
  } = {},
): Promise<DomainApp> {
  const crypto = nodeCrypto();
  const boxes = testBoxes();
  const ports: DomainPorts = {
    boxes,
    crypto,
    hostKeys: hostKeysOf(world),
    demo: true,
    policies: createPolicyReader(crypto),
    keysets: createKeysetReader(crypto),
  };
  const server = await testApp({
    features: (test) => [...domainFeatures(ports), ...(options.features?.(test, ports) ?? [])],
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  server.advance(worldStart * 1000 - server.now());
  await installHostKeyset(
    { databases: server.databases, ...ports },
    { text: world.host.keyset, nowMs: server.now() },
  );
  return { ...server, ports, boxes };
}

/** A key for a creating request. */
export function anyKey(): string {
  return randomBytes(16).toString("base64url");
}

/** A proved demonstration building of a world, with everything a delivery needs. */
export interface SettledBuilding {
  readonly world: World;
  readonly organization: Awaited<ReturnType<typeof arriveOrganization>>;
  readonly buildingId: string;
  readonly entranceId: string;
  readonly sticker: string;
}

/** Claims and founds a building of this world in an organization of its own. */
export async function foundBuilding(server: DomainApp, world: World): Promise<SettledBuilding> {
  const organization = await arriveOrganization(server, world.genesis.place.name);
  const post = (url: string, payload: object) =>
    server.app.inject({
      method: "POST",
      url,
      payload,
      headers: asPerson(organization.manager, anyKey()),
    });
  const made = await post("/api/buildings", {
    name: world.genesis.place.name,
    address: world.genesis.place.address,
    tz: "America/New_York",
    organizationId: organization.organizationId,
  });
  const buildingId: string = made.json().id;
  const text = world.signPolicy(world.genesis);
  const offered = await post(`/api/buildings/${buildingId}/policies`, { text });
  if (offered.statusCode !== 201) throw new Error(`the policy was not taken: ${offered.body}`);
  const detail = await server.app.inject({
    url: `/api/buildings/${buildingId}`,
    headers: asPerson(organization.viewer),
  });
  const [entrance] = detail.json().entrances;
  const sticker = String(entrance.page).split("/d/")[1] ?? "";
  return { world, organization, buildingId, entranceId: entrance.id, sticker };
}

/** Founds and proves a building, and hands in the keysets and the badge of its world. */
export async function settleBuilding(server: DomainApp, world: World): Promise<SettledBuilding> {
  const settled = await foundBuilding(server, world);
  const { buildingId } = settled;
  const nowMs = server.now();
  const context = { role: "operator", principal: "test", buildings: [buildingId] } as const;
  const outcome = await inContext(server.databases.app, context, (transaction) =>
    proveBuilding(transaction, server.ports, { buildingId, principal: "test", nowMs }),
  );
  if (outcome.kind !== "proved") throw new Error(`not proved: ${outcome.kind}`);
  const hand = async (url: string, payload: object) => {
    const answer = await server.app.inject({ method: "POST", url, payload });
    if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.body}`);
  };
  await hand("/api/keysets", { text: world.carrier.keyset, role: "carrier" });
  await hand("/api/keysets", { text: world.vetter.keyset, role: "vetter" });
  await hand("/api/badges", { text: world.papers.badge ?? "", handset: world.papers.handset });
  return settled;
}
