import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeSecret } from "@vestibule/controller";
import { decodeBase64url, openKeyset, type Policy, policyHash } from "@vestibule/core";
import { generateSealPair, generateSigner, nodeCrypto, randomText } from "@vestibule/core/node";
import {
  adoptAnswer,
  adoptionDone,
  genesisPolicy,
  offerOfCard,
  policyBatch,
  withSignature,
} from "@vestibule/sdk";
import { Type } from "typebox";
import { Check } from "typebox/value";
import { claimOf, type DemoBox } from "./houses.ts";
import type { DemoMember } from "./member.ts";
import { memberOf, type Owner } from "./owner.ts";
import { carrierDomain, vetterDomain } from "./parties.ts";
import { type SeedPlans, seedPlans } from "./seed-plan.ts";
import { type Town, town, zone } from "./town.ts";

/** What seeding left behind, so that a second start has nothing to do. */
export interface Seeded {
  readonly houses: readonly {
    readonly house: string;
    readonly buildingId: string;
    readonly bld: string;
    readonly stickers: Readonly<Record<string, string>>;
  }[];
}

const seededFile = Type.Object(
  {
    houses: Type.Array(
      Type.Object(
        {
          house: Type.String(),
          buildingId: Type.String(),
          bld: Type.String(),
          stickers: Type.Record(Type.String(), Type.String()),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** Roots as they stand in the policies. */
export interface Roots {
  readonly host: string;
  readonly carrier: string;
  readonly vetter: string;
}

export interface SeedOptions {
  readonly data: string;
  readonly owner: Owner;
  readonly operator: Owner;
  readonly member: DemoMember;
  readonly boxes: readonly DemoBox[];
  readonly roots: Roots;
  readonly hostDomain: string;
  readonly appDomain: string;
  readonly say: (sentence: string) => void;
}

const crypto = nodeCrypto();
/** How often an unclaimed box is looked for before the demo gives up, 200 ms apart. */
const offerLooksMax = 100;

/**
 * Brings the street to life through the same routes that people use; does nothing the second time, and
 * goes on where a start was killed.
 */
export async function seed(options: SeedOptions): Promise<Seeded> {
  const path = join(options.data, "seeded.json");
  const known = readSeeded(path);
  if (known !== undefined) return known;
  const organizationId = await organizationOf(options.owner);
  const plans = seedPlans(options.data);
  const houses: Seeded["houses"][number][] = [];
  for (const house of town.filter((candidate) => candidate.boxes.length > 0)) {
    options.say(`setting up ${house.name}`);
    houses.push(await seedHouse(options, { house, organizationId, plans }));
  }
  const seeded = { houses };
  writeSecret(path, JSON.stringify(seeded));
  plans.remove();
  return seeded;
}

function readSeeded(path: string): Seeded | undefined {
  if (!existsSync(path)) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  return Check(seededFile, value) ? value : undefined;
}

async function organizationOf(owner: Owner): Promise<string> {
  const answer = await owner.call({ method: "GET", path: "/api/organizations" });
  const list: unknown =
    typeof answer === "object" && answer !== null
      ? Reflect.get(answer, "organizations")
      : undefined;
  return memberOf(Array.isArray(list) ? list[0] : undefined, "id");
}

async function seedHouse(
  options: SeedOptions,
  {
    house,
    organizationId,
    plans,
  }: { readonly house: Town; readonly organizationId: string; readonly plans: SeedPlans },
): Promise<Seeded["houses"][number]> {
  const { owner, boxes } = options;
  const own = boxes.filter((candidate) => candidate.house.id === house.id);
  const { key, policy: text, bld } = plans.of(house.id, () => planHouse(options, { house, own }));
  const post = (step: string, path: string, body: object) =>
    owner.call({ method: "POST", path, body, idempotencyKey: `${key}-${step}` });
  const { name, address } = house;
  const buildingId = memberOf(
    await post("building", "/api/buildings", { name, address, tz: zone, organizationId }),
    "id",
  );
  const at = `/api/buildings/${buildingId}`;
  const stickers: Record<string, string> = {};
  for (const { ent, kind, label } of house.boxes) {
    stickers[ent] = new URL(
      memberOf(await post(`door-${ent}`, `${at}/entrances`, { ent, kind, label }), "page"),
    ).pathname;
  }
  for (const [index, label] of house.units.entries())
    await post(`unit-${index}`, `${at}/units`, { label });
  await post("policy", `${at}/policies`, { text });
  for (const box of own) await adopt(options, { at, box, bld, key });
  const building = await owner.call({ method: "GET", path: at });
  if (memberOf(building, "state") !== "proved")
    await options.operator.call({
      method: "POST",
      path: `${at}/prove`,
      body: {},
      idempotencyKey: `${key}-prove`,
    });
  return { house: house.id, buildingId, bld, stickers };
}

function planHouse(
  options: SeedOptions,
  given: { readonly house: Town; readonly own: readonly DemoBox[] },
) {
  const policy = housePolicy(options, given);
  const { text } = withSignature(policy, [], options.member.sign(policyBatch(crypto, [policy])));
  return { key: randomText(16), policy: text, bld: policyHash(crypto, policy) };
}

/** Who may come to a house of this street: one courier firm at any hour, so that any visitor may try. */
function housePolicy(
  { member, roots, hostDomain, appDomain }: SeedOptions,
  { house, own }: { readonly house: Town; readonly own: readonly DemoBox[] },
): Policy {
  const ents = own.map(({ box }) => box.ent);
  const recovery = generateSigner("EdDSA").jwk.x;
  return genesisPolicy(
    {
      demo: true,
      place: { name: house.name, address: house.address },
      notice_s: 60,
      members: [member.asMember],
      quorum: { members: 1, origins: 1 },
      recovery: { sign: recovery, seal: generateSealPair().publicText },
      host: { domain: hostDomain, root: roots.host },
      entrances: own.map(({ box, ctl, seal, uidHash }) => ({
        ent: box.ent,
        kind: box.kind,
        ctl,
        seal,
        presence: "nfc",
        uidHash,
        sensing: box.sensing,
        purposes: ["deliver", "collect"],
        noTap: "refuse",
      })),
      paths: [ents],
      carriers: [
        {
          domain: carrierDomain,
          root: roots.carrier,
          clearance: [{ domain: vetterDomain, root: roots.vetter }],
          purposes: ["deliver", "collect"],
          ents,
          schedule: [
            { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 0, to: 1_440 },
          ],
          tz: zone,
          holidays: [],
          cap: 120,
        },
      ],
      limits: {
        release_ms: 5_000,
        openings: 1,
        days: 3,
        retry: { n: 2, s: 120 },
        per_handset: 120,
        wrong_codes: 10,
      },
      apps: { domains: [appDomain], uv: false },
    },
    Math.floor(Date.now() / 1_000),
  );
}

async function adopt(
  { owner }: SeedOptions,
  {
    at,
    box,
    bld,
    key,
  }: { readonly at: string; readonly box: DemoBox; readonly bld: string; readonly key: string },
): Promise<void> {
  const card = claimOf(box);
  const claim = card === undefined ? undefined : decodeBase64url(card);
  // The card is burned by an adoption alone, and only this house was ever shown it.
  if (claim === undefined) return;
  const offer = await waitForOffer(owner, claim, box.name);
  await owner.call({
    method: "POST",
    path: `${at}/controllers`,
    body: { ctl: offer.ctl },
    idempotencyKey: `${key}-box-${box.box.ent}`,
  });
  const { ctl, ...body } = adoptAnswer(crypto, claim, { offer, bld, policy: bld });
  const answer = await owner.call({
    method: "POST",
    path: `${at}/controllers/${ctl}/adopt`,
    body,
    idempotencyKey: `${key}-adopt-${box.box.ent}`,
  });
  if (!adoptionDone(crypto, claim, { offer, bld, policy: bld, mac: memberOf(answer, "mac") }))
    throw new Error(`${box.name} did not answer as itself`);
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

async function waitForOffer(owner: Owner, claim: Uint8Array, name: string) {
  for (let look = 0; look < offerLooksMax; look += 1) {
    const answer = await owner.call({ method: "GET", path: "/api/controllers/offers" });
    const offer = Check(offers, answer) ? offerOfCard(crypto, claim, answer.offers) : undefined;
    if (offer !== undefined) return offer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${name} did not reach the server`);
}

/** The root thumbprint in a keyset's text. */
function rootOf(text: string): string {
  const opened = openKeyset({ crypto }, text);
  if (opened.kind === "refused")
    throw new Error(`a keyset of the demonstration does not read (${opened.code})`);
  return opened.keyset.root;
}

/** The roots of all three parties of this demonstration. */
export function rootsOf({
  data,
  hostData,
}: {
  readonly data: string;
  readonly hostData: string;
}): Roots {
  const keyset = (folder: string, name: string) =>
    rootOf(readFileSync(join(folder, "keys", name), "utf8").trim());
  return {
    host: keyset(hostData, "host-keyset.jws"),
    carrier: keyset(join(data, "parties", "carrier"), `${carrierDomain}.carrier.keyset`),
    vetter: keyset(join(data, "parties", "vetter"), `${vetterDomain}.vetter.keyset`),
  };
}
