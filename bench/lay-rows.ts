import { createHash } from "node:crypto";
import { type Crypto, canonicalize, paperHash } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import pg from "pg";
import type { District, Site } from "./district.ts";

const crypto: Crypto = nodeCrypto();
const hourMs = 3_600_000;

/** A row's id: the bench's things are numbered. */
export function rowId(prefix: string, index: number): string {
  return `${prefix}_${String(index).padStart(26, "0")}`;
}

/** The bearer token of a driver's handset. */
export function tokenOf(driver: number): string {
  return `${"A".repeat(36)}${String(driver).padStart(7, "0")}`;
}

/** Writes a district's rows as its routes would have, at once. */
export async function layRows(
  superuserUrl: string,
  district: District,
  driverOrigin: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const put = (table: string, rows: readonly Readonly<Record<string, unknown>>[]) =>
    putRows(client, table, rows);
  try {
    await layPlaces(put, district.sites, district.at);
    await layParties(put, district, driverOrigin);
    await layErrands(put, district);
    await client.query("analyze");
  } finally {
    await client.end();
  }
}

/** Registers boxes that only connect: one building each, under the policy of a site. */
export async function layIdleBoxes(
  superuserUrl: string,
  {
    ctls,
    site,
    at,
  }: { readonly ctls: readonly string[]; readonly site: Site; readonly at: number },
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const sites = ctls.map((ctl, place) => ({ ...site, index: 100_000 + place, ctl }));
    await layPlaces((table, rows) => putRows(client, table, rows), sites, at);
    await client.query("analyze");
  } finally {
    await client.end();
  }
}

type Put = (table: string, rows: readonly Readonly<Record<string, unknown>>[]) => Promise<void>;

async function putRows(
  client: pg.Client,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const names = Object.keys(first)
    .map((name) => `"${name}"`)
    .join(", ");
  await client.query(
    `insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

async function layPlaces(
  put: Put,
  sites: readonly (Pick<Site, "index" | "seal" | "policy" | "box"> & { readonly ctl?: string })[],
  at: number,
): Promise<void> {
  const since = new Date(at * 1_000);
  // Boxes that only connect stand under one policy text, each as its own building.
  const idle = (index: number) => index >= 100_000;
  const bldOf = ({ index, policy }: (typeof sites)[number]) =>
    idle(index) ? textHash(`building ${index}`) : policy.bld;
  await put(
    "vestibule.building",
    sites.map((site) => ({
      id: rowId("bld", site.index),
      organization_id: rowId("org", 1),
      bld: bldOf(site),
      name: `${site.index} Linden Street`,
      address: `${site.index} Linden Street, Brooklyn`,
      time_zone: "America/New_York",
      state: "proved",
      proved_at: since,
      created_at: since,
    })),
  );
  const ctlOf = (site: (typeof sites)[number]) => site.ctl ?? site.box.kid;
  await put(
    "vestibule.controller",
    sites.map((site) => ({
      building_id: rowId("bld", site.index),
      id: rowId("ctl", site.index),
      ctl: ctlOf(site),
      chain_seq: 0,
      seal_key: site.seal.publicText,
      created_at: since,
      adopted_at: since,
    })),
  );
  await put(
    "vestibule.directory",
    sites.map((site) => ({
      kind: "ctl",
      key: ctlOf(site),
      building_id: rowId("bld", site.index),
    })),
  );
  await put(
    "vestibule.entrance",
    sites.map(({ index }) => ({
      building_id: rowId("bld", index),
      id: rowId("ent", index),
      ent: "street",
      kind: "street",
      label: "Street door",
      controller_id: rowId("ctl", index),
      created_at: since,
    })),
  );
  await put(
    "vestibule.policy",
    sites.map(({ index, policy }) => ({
      building_id: rowId("bld", index),
      id: rowId("pol", index),
      ver: 1,
      hash: policy.hash,
      bytes: canonicalize(JSON.parse(policy.text).policy),
      sigs: JSON.parse(policy.text).sigs,
      state: "in-force",
      offered_at: since,
      in_force_from: new Date(policy.inForceFrom * 1_000),
      in_force_until: new Date(since.getTime() + 300 * 24 * hourMs),
    })),
  );
}

async function layParties(put: Put, district: District, driverOrigin: string): Promise<void> {
  const { host, carrier, vetter, drivers } = district;
  const since = new Date(district.at * 1_000);
  const later = new Date(since.getTime() + 8 * hourMs);
  await put(
    "vestibule.keyset",
    Object.entries({ host, carrier, vetter }).map(([role, party]) => ({
      root: party.root.kid,
      ver: 1,
      role,
      jws: party.keyset,
      hash: paperHash(crypto, party.keyset),
      expires_at: later,
      received_at: since,
    })),
  );
  const car = rowId("car", 1);
  await put("vestibule.carrier", [
    { id: car, root: carrier.root.kid, domain: "ups.example", name: "UPS", created_at: since },
  ]);
  await put(
    "vestibule.consent",
    drivers.map(({ index }) => ({
      id: rowId("con", index),
      carrier_id: car,
      text_version: "v1",
      channel: "app",
      given_at: since,
    })),
  );
  await put(
    "vestibule.driver",
    drivers.map(({ index }) => ({
      id: rowId("drv", index),
      carrier_id: car,
      consent_id: rowId("con", index),
      drv: `drv-${String(index).padStart(4, "0")}`,
      created_at: since,
      last_used_at: since,
    })),
  );
  await put(
    "vestibule.handset",
    drivers.map(({ index, handset }) => ({
      id: rowId("hst", index),
      carrier_id: car,
      driver_id: rowId("drv", index),
      jkt: handset.kid,
      jwk: handset.jwk,
      app: "driver.example",
      created_at: since,
      last_used_at: since,
    })),
  );
  await put(
    "vestibule.badge",
    drivers.map(({ index, handset, badge }) => ({
      id: rowId("bdg", index),
      carrier_id: car,
      handset_id: rowId("hst", index),
      jkt: handset.kid,
      vetter_root: vetter.root.kid,
      hash: paperHash(crypto, badge),
      jws: badge,
      cleared_until: later,
      expires_at: later,
      last_used_at: since,
    })),
  );
  await put(
    "auth.handset_session",
    drivers.map(({ index, handset }) => ({
      token_hash: textHash(tokenOf(index)),
      handset_id: rowId("hst", index),
      carrier_id: car,
      jkt: handset.kid,
      origin: driverOrigin,
      created_at: since,
      expires_at: later,
    })),
  );
}

async function layErrands(put: Put, district: District): Promise<void> {
  const since = new Date(district.at * 1_000);
  const later = new Date(since.getTime() + 8 * hourMs);
  const shared = { carrier_id: rowId("car", 1), window_from: since, window_until: later };
  await put(
    "vestibule.assignment",
    district.errands.map(({ site, driver, index, assignment }) => ({
      ...shared,
      building_id: rowId("bld", site.index),
      id: rowId("asg", index),
      hash: paperHash(crypto, assignment),
      badge_hash: paperHash(crypto, driver.badge),
      jkt: driver.handset.kid,
      purpose: "deliver",
      jws: assignment,
      state: "granted",
      received_at: since,
    })),
  );
  await put(
    `vestibule."grant"`,
    district.errands.map(({ site, driver, index, grant }) => ({
      ...shared,
      building_id: rowId("bld", site.index),
      id: rowId("grt", index),
      assignment_id: rowId("asg", index),
      jkt: driver.handset.kid,
      ctl: site.box.kid,
      hash: paperHash(crypto, grant),
      jws: grant,
      salt: "s",
      made_at: since,
    })),
  );
}

function textHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
