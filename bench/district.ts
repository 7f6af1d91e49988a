import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { openBoxStore, writeSecret } from "@vestibule/controller";
import {
  type AcceptedPolicy,
  acceptPolicy,
  assembleAssignment,
  encodeBase64url,
  keepBitmap,
  type Policy,
  paperHash,
  signPaper,
  uidHashOf,
} from "@vestibule/core";
import {
  generateSealPair,
  generateSigner,
  type NodeSigner,
  nodeCrypto,
  randomText,
  type SealPair,
} from "@vestibule/core/node";
import { makeParty, makeWorld, type WorldParty } from "@vestibule/core/testing";

const crypto = nodeCrypto();
const dayS = 86_400;

/** A building with one box and one entrance. */
export interface Site {
  readonly index: number;
  readonly box: NodeSigner;
  readonly seal: SealPair;
  readonly tag: {
    readonly uid: Uint8Array;
    readonly uidHash: string;
    readonly metaReadKey: Uint8Array;
    readonly fileReadKey: Uint8Array;
  };
  readonly policy: AcceptedPolicy;
  counter: number;
}

/** One handset's parcels at one site, with its papers. */
export interface Errand {
  readonly site: Site;
  readonly driver: Driver;
  readonly index: number;
  readonly assignment: string;
  readonly grant: string;
  /** Codes not yet used at the site's entrance. */
  readonly codes: string[];
}

/** A handset with its badge. */
export interface Driver {
  readonly index: number;
  readonly handset: NodeSigner;
  readonly badge: string;
}

/** Sites, drivers and errands under one host, one carrier and one vetter. */
export interface District {
  readonly at: number;
  readonly host: WorldParty;
  readonly carrier: WorldParty;
  readonly vetter: WorldParty;
  readonly sites: readonly Site[];
  readonly drivers: readonly Driver[];
  /** Every driver at every site. */
  readonly errands: readonly Errand[];
}

/** Signs everything for a day's deliveries; valid from now, around the clock. */
export async function makeDistrict(size: {
  readonly sites: number;
  readonly drivers: number;
  readonly codes: number;
}): Promise<District> {
  const at = Math.floor(Date.now() / 1_000) - 60;
  const [host, carrier, vetter] = await Promise.all([
    makeParty("host.example", "grant", at),
    makeParty("ups.example", "dispatch", at),
    makeParty("clearance.example", "badge", at),
  ]);
  const makers = { at, host, carrier, vetter };
  const world = await makeWorld();
  const sites = Array.from({ length: size.sites }, (_, index) =>
    makeSite(index, (box) => {
      const policy = policyOf(world.genesis, makers, box);
      const accepted = acceptPolicy(crypto, {
        text: world.signPolicy(policy),
        last: undefined,
        at,
      });
      if (accepted.kind === "refused") throw new Error(`a bench policy: ${accepted.code}`);
      return accepted.accepted;
    }),
  );
  const drivers: Driver[] = [];
  for (let index = 0; index < size.drivers; index += 1)
    drivers.push(await makeDriver(index, makers));
  const errands: Errand[] = [];
  for (const site of sites)
    for (const driver of drivers)
      errands.push(await makeErrand(makers, { site, driver, index: errands.length, ...size }));
  return { ...makers, sites, drivers, errands };
}

type Makers = Pick<District, "at" | "host" | "carrier" | "vetter">;
type BoxParts = Pick<Site, "box" | "seal" | "tag">;

function makeSite(index: number, accept: (box: BoxParts) => AcceptedPolicy): Site {
  const uid = new Uint8Array(randomBytes(7));
  const parts: BoxParts = {
    box: generateSigner("EdDSA"),
    seal: generateSealPair(),
    tag: {
      uid,
      uidHash: uidHashOf(crypto, uid),
      metaReadKey: randomBytes(16),
      fileReadKey: randomBytes(16),
    },
  };
  return { index, ...parts, policy: accept(parts), counter: 0 };
}

/** The world's policy with this site's box and wide limits: what is counted stays counted. */
function policyOf(
  template: Policy,
  { at, host, carrier, vetter }: Makers,
  { box, seal, tag }: BoxParts,
): Policy {
  const [entrance] = template.entrances;
  const [terms] = template.carriers;
  if (entrance === undefined || terms === undefined) throw new Error("an empty world");
  return {
    ...template,
    from: at,
    until: at + 365 * dayS,
    accept_by: at + dayS,
    host: { domain: "host.example", root: host.root.kid },
    entrances: [{ ...entrance, ctl: box.kid, seal: seal.publicText, uidHash: tag.uidHash }],
    carriers: [
      {
        ...terms,
        root: carrier.root.kid,
        clearance: [{ domain: "clearance.example", root: vetter.root.kid }],
        schedule: [
          { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 0, to: 24 * 60 },
        ],
        cap: 3_600,
      },
    ],
    limits: { ...template.limits, per_handset: 10_000, wrong_codes: 10 },
  };
}

async function makeDriver(index: number, { at, carrier, vetter }: Makers): Promise<Driver> {
  const handset = generateSigner("ES256");
  const badge = await signPaper(
    "badge",
    {
      v: 1,
      iss: vetter.root.kid,
      car: carrier.root.kid,
      cnf: { jkt: handset.kid },
      drv: `drv-${String(index).padStart(4, "0")}`,
      uv: false,
      app: "driver.example",
      cleared_until: at + 60 * dayS,
      exp: at + 60 * dayS,
      inv: randomText(32),
    },
    vetter.key,
  );
  return { index, handset, badge };
}

async function makeErrand(
  { at, carrier, host }: Makers,
  plan: {
    readonly site: Site;
    readonly driver: Driver;
    readonly index: number;
    readonly codes: number;
  },
): Promise<Errand> {
  const { site, driver, index } = plan;
  const { bld } = site.policy;
  const codes = Array.from(
    { length: plan.codes },
    (_, parcel) => `TBA${String(index * 1_000 + parcel).padStart(12, "0")}`,
  );
  const body = await assembleAssignment(crypto, {
    car: carrier.root.kid,
    bld,
    badge: paperHash(crypto, driver.badge),
    jkt: driver.handset.kid,
    purpose: "deliver",
    nbf: at - 3_600,
    exp: at + 8 * 3_600,
    parcels: codes.map((code) => ({ code })),
    boxes: [{ ctl: site.box.kid, seal: site.seal.publicText }],
    pepper: randomBytes(32),
    jti: randomBytes(16),
  });
  const assignment = await signPaper("assignment", body, carrier.key);
  const grant = await signPaper(
    "grant",
    {
      v: 1,
      iss: host.root.kid,
      bld,
      ctl: site.box.kid,
      ents: ["street"],
      asg: paperHash(crypto, assignment),
      keep: keepBitmap(codes.length, () => true),
      nbf: body.nbf,
      exp: body.exp,
      jti: randomText(16),
      salt: randomText(32),
    },
    host.key,
  );
  return { site, driver, index, assignment, grant, codes };
}

/** Writes a site's box as it lies on its disk after adoption. */
export function layBox(folder: string, { box, seal, tag, policy }: Site): void {
  const { x, d } = box.exportPrivate();
  writeSecret(
    join(folder, "box-keys.json"),
    JSON.stringify({
      sign: { kty: "OKP", crv: "Ed25519", x, d },
      seal: { public: seal.publicText, private: seal.privateText },
      spent: randomText(32),
    }),
  );
  const { uidHash, metaReadKey, fileReadKey } = tag;
  const keys = {
    ent: "street",
    uidHash,
    metaReadKey: encodeBase64url(metaReadKey),
    fileReadKey: encodeBase64url(fileReadKey),
  };
  writeSecret(join(folder, "tags.json"), JSON.stringify([keys]));
  const store = openBoxStore(crypto, join(folder, "box.sqlite"));
  store.transaction((write) => {
    write({ kind: "policy", policy });
    write({ kind: "claimed", bld: policy.bld });
  });
  store.close();
}
