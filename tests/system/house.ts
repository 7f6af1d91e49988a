import { join } from "node:path";
import {
  asParty,
  carrierDomain,
  demoMember,
  memberOf,
  type Owner,
  ownerOf,
  personKey,
  rootsOf,
  vetterDomain,
} from "@vestibule/cli/testing";
import { decodeBase64url, type Policy, policyHash } from "@vestibule/core";
import { generateSealPair, generateSigner, nodeCrypto, randomText } from "@vestibule/core/node";
import {
  adoptAnswer,
  adoptionDone,
  genesisPolicy,
  offerOfCard,
  policyBatch,
  withSignature,
} from "@vestibule/sdk";
import { invite, inviteOwner, openPool, roleUrl } from "@vestibule/server";
import { Type } from "typebox";
import { Check } from "typebox/value";
import type { LaidBox } from "./boxes.ts";
import { driverDomain, type Ground, hostDomain } from "./ground.ts";
import { until } from "./until.ts";

const crypto = nodeCrypto();
const zone = "America/New_York";
/** Where the house of a test stands. */
export const houseAddress = "12 Linden Street, Brooklyn";

/** A proved building whose box has adopted it, reached only through the API. */
export interface House {
  readonly buildingId: string;
  readonly bld: string;
  readonly policy: Policy;
  readonly owner: Owner;
  readonly operator: Owner;
}

export interface HouseOptions {
  readonly ground: Ground;
  readonly box: LaidBox;
  /** The database's owner, to invite the first people with. */
  readonly ownerUrl: string;
  /** Changes the policy before it is signed. */
  readonly policy?: (policy: Policy) => Policy;
}

/** Lets people join, founds the house, adopts its box and hands in the firms' keysets. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { ground, box } = options;
  const person = (name: string) =>
    ownerOf(ground.upstream, { ...personKey(ground.data, name), origin: ground.origins.console });
  const owner = person("owner");
  const operator = person("operator");
  await joinBoth(options, { owner, operator });
  const post = poster(owner);
  const place = { name: "12 Linden Street", address: houseAddress };
  const organizationId = await organizationOf(owner);
  const made = await post("/api/buildings", { ...place, tz: zone, organizationId });
  const buildingId = memberOf(made, "id");
  const at = `/api/buildings/${buildingId}`;
  for (const { ent, kind } of box.doors) await post(`${at}/entrances`, { ent, kind, label: ent });
  await post(`${at}/units`, { label: "4B" });
  const policy = housePolicy(options, place);
  const member = demoMember(ground.data, ground.origins.console);
  const signature = member.sign(policyBatch(crypto, [policy]));
  await post(`${at}/policies`, { text: withSignature(policy, [], signature).text });
  const bld = policyHash(crypto, policy);
  await adopt(owner, { at, box, bld });
  await poster(operator)(`${at}/prove`, {});
  for (const role of ["carrier", "vetter"] as const) {
    const root = join(ground.folders.roots, `${role}.jwk`);
    const words = ["keys", "keyset", "--root", root, "--host", ground.origins.host];
    await asParty(ground.folders[role], words);
  }
  return { buildingId, bld, policy, owner, operator };
}

function poster(person: Owner) {
  return (path: string, body: object) =>
    person.call({ method: "POST", path, body, idempotencyKey: randomText(16) });
}

async function joinBoth(
  { ground, ownerUrl }: HouseOptions,
  { owner, operator }: { readonly owner: Owner; readonly operator: Owner },
): Promise<void> {
  const url = roleUrl(ownerUrl, "vestibule_auth");
  const pool = openPool({ url, schema: "auth", connectionsMax: 1 });
  try {
    const place = { consoleOrigin: ground.origins.console, nowMs: Date.now() };
    const first = await inviteOwner(pool, { organizationName: "Linden Street", ...place });
    await owner.join(first.url, "Manager");
    await operator.join((await invite(pool, { kind: "operator" }, place)).url, "Operator");
  } finally {
    await pool.end();
  }
}

async function organizationOf(owner: Owner): Promise<string> {
  const answer = await owner.call({ method: "GET", path: "/api/organizations" });
  const organizations = Type.Object({ organizations: Type.Array(Type.Unknown()) });
  return memberOf(Check(organizations, answer) ? answer.organizations[0] : undefined, "id");
}

function housePolicy(
  { ground, box, policy = (same) => same }: HouseOptions,
  place: Policy["place"],
): Policy {
  const roots = rootsOf(ground);
  const ents = box.doors.map(({ ent }) => ent);
  const allWeek = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  const parts = {
    demo: true as const,
    place,
    notice_s: 60,
    members: [demoMember(ground.data, ground.origins.console).asMember],
    quorum: { members: 1, origins: 1 },
    recovery: { sign: generateSigner("EdDSA").jwk.x, seal: generateSealPair().publicText },
    host: { domain: hostDomain, root: roots.host },
    entrances: box.doors.map(({ ent, kind, sensing, uidHash }) => ({
      ent,
      kind,
      ctl: box.ctl,
      seal: box.seal,
      presence: "nfc" as const,
      uidHash,
      sensing,
      purposes: ["deliver" as const],
      noTap: "refuse" as const,
    })),
    paths: [ents],
    carriers: [
      {
        domain: carrierDomain,
        root: roots.carrier,
        clearance: [{ domain: vetterDomain, root: roots.vetter }],
        purposes: ["deliver" as const],
        ents,
        schedule: [{ days: [...allWeek], from: 0, to: 1_440 }],
        tz: zone,
        holidays: [],
        cap: 1_000,
      },
    ],
    limits: {
      // Far longer than anybody here takes to pull, so that a busy machine's pull is within it.
      release_ms: 1_000,
      openings: 1,
      days: 3,
      retry: { n: 0, s: 120 },
      per_handset: 1_000,
      wrong_codes: 10,
    },
    apps: { domains: [driverDomain], uv: false },
  };
  return policy(genesisPolicy(parts, Math.floor(Date.now() / 1_000)));
}

const offers = Type.Object({
  offers: Type.Array(
    Type.Object({
      ctl: Type.String(),
      seal: Type.String(),
      nonce: Type.String(),
      mac: Type.String(),
      at: Type.String(),
    }),
  ),
});

async function adopt(
  owner: Owner,
  { at, box, bld }: { readonly at: string; readonly box: LaidBox; readonly bld: string },
): Promise<void> {
  const claim = decodeBase64url(box.claim) ?? new Uint8Array();
  const read = async () => {
    const answer = await owner.call({ method: "GET", path: "/api/controllers/offers" });
    return Check(offers, answer) ? offerOfCard(crypto, claim, answer.offers) : undefined;
  };
  const offer = await until(read, "the box's offer");
  const post = poster(owner);
  await post(`${at}/controllers`, { ctl: offer.ctl });
  const { ctl, ...body } = adoptAnswer(crypto, claim, { offer, bld, policy: bld });
  const mac = memberOf(await post(`${at}/controllers/${ctl}/adopt`, body), "mac");
  if (!adoptionDone(crypto, claim, { offer, bld, policy: bld, mac }))
    throw new Error("the box did not answer as itself");
}
