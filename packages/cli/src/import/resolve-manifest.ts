import type { AcceptedPolicy, Crypto } from "@vestibule/core";
import {
  type AddressBook,
  type BuildingName,
  type CarrierCalls,
  type Fault,
  type Located,
  locateBuilding,
  normalizeAddress,
} from "@vestibule/sdk";
import type { KeptBadge } from "../badge/badge-file.ts";
import { CliFault } from "../terminal/cli-fault.ts";
import type { Progress } from "../terminal/progress.ts";
import { type Issue, type IssueCode, issue } from "./issue.ts";
import type { Patience } from "./patience.ts";
import type { ManifestParcel } from "./read-parcels.ts";

/** Parcels that go in one signed shift: one driver, building, window, purpose. */
export interface ShiftGroup {
  readonly bld: string;
  readonly building: string;
  readonly chain: readonly AcceptedPolicy[];
  readonly badge: KeptBadge;
  readonly nbf: number;
  readonly exp: number;
  readonly purpose: ManifestParcel["purpose"];
  readonly parcels: readonly ManifestParcel[];
}

/** What a manifest came to once buildings and drivers were found. */
export interface ResolvedManifest {
  readonly groups: readonly ShiftGroup[];
  readonly issues: readonly Issue[];
  readonly book: AddressBook;
  /** Buildings pinned now for the first time. */
  readonly pinned: readonly string[];
}

/** What finding needs. */
export interface Resolver {
  readonly crypto: Crypto;
  readonly calls: CarrierCalls;
  readonly book: AddressBook;
  readonly badges: readonly KeptBadge[];
  /** Epoch seconds. */
  readonly at: number;
  readonly progress: Progress;
  readonly patience: Patience;
}

/**
 * Finds every parcel's building and badge and gathers shifts.
 *
 * @throws CliFault with the fault's code when the host cannot be asked: then nothing is known.
 */
export async function resolveManifest(
  resolver: Resolver,
  parcels: readonly ManifestParcel[],
): Promise<ResolvedManifest> {
  const issues: Issue[] = [];
  const pinned: string[] = [];
  const located = new Map<string, Located>();
  let { book } = resolver;
  const names = distinctNames(parcels);
  let looked = 0;
  for (const [key, name] of names) {
    looked += 1;
    resolver.progress(`building ${looked} of ${names.size}`);
    const found = await locatePatiently(resolver, book, name);
    if (found.kind === "fault")
      throw new CliFault(found.code, `Buildings cannot be looked up: ${found.title}`);
    if (found.kind === "located") {
      book = found.book;
      if (found.first) pinned.push(found.name);
    }
    located.set(key, found);
  }
  const driver = driverFinder(resolver.badges, resolver.at);
  const groups = new Map<string, ShiftGroup & { readonly parcels: ManifestParcel[] }>();
  const seen = new Set<string>();
  for (const parcel of parcels) {
    const found = located.get(nameKey(parcel.building));
    const badge = driver(parcel.driver);
    if (found?.kind !== "located") {
      issues.push(buildingIssue(parcel, found));
      continue;
    }
    if (typeof badge === "string") {
      issues.push(issue(parcel.line, badge, { column: "driver" }));
      continue;
    }
    const { nbf, exp, purpose } = parcel;
    const key = [found.bld, badge.hash, nbf, exp, purpose].join(" ");
    if (seen.has(`${key} ${parcel.code}`)) {
      issues.push(issue(parcel.line, "parcel-twice", { column: "tracking" }));
      continue;
    }
    seen.add(`${key} ${parcel.code}`);
    const group = groups.get(key);
    if (group === undefined) {
      const { bld, name: building, chain } = found;
      groups.set(key, { bld, building, chain, badge, nbf, exp, purpose, parcels: [parcel] });
    } else group.parcels.push(parcel);
  }
  return { groups: [...groups.values()], issues, book, pinned };
}

async function locatePatiently(
  resolver: Resolver,
  book: AddressBook,
  name: BuildingName,
): Promise<Located> {
  const answer = await resolver.patience<Exclude<Located, Fault>>(async () => {
    const located = await locateBuilding(resolver, book, name);
    return located.kind === "fault" ? located : { kind: "answer", value: located };
  });
  return answer.kind === "fault" ? answer : answer.value;
}

function distinctNames(parcels: readonly ManifestParcel[]): ReadonlyMap<string, BuildingName> {
  return new Map(parcels.map(({ building }) => [nameKey(building), building]));
}

function nameKey({ kind, text }: BuildingName): string {
  return `${kind} ${kind === "address" ? normalizeAddress(text) : text.trim().toUpperCase()}`;
}

function buildingIssue({ line, building }: ManifestParcel, found: Located | undefined): Issue {
  const column = building.kind === "code" ? "building" : "address";
  switch (found?.kind) {
    case "several":
      return issue(line, "building-several", { column });
    case "alarm":
      return issue(line, "building-alarm", { column });
    case "refused":
      return issue(line, "building-refused", { column, because: found.refusal.code });
    // A fault has ended the import before; a building that was located is no issue.
    case "none":
    case "fault":
    case "located":
    case undefined:
      return issue(line, "building-unknown", { column });
  }
}

/** Finds a driver's living badge by `drv` or label; the newest of one handset's badges. */
function driverFinder(
  badges: readonly KeptBadge[],
  at: number,
): (driver: string) => KeptBadge | IssueCode {
  const byName = new Map<string, KeptBadge | IssueCode>();
  const alive = badges.filter(({ body }) => Math.min(body.exp, body.cleared_until) > at);
  const plain = (text: string) => text.normalize("NFKC").trim().toLowerCase();
  return (driver) => {
    const name = plain(driver);
    const known = byName.get(name);
    if (known !== undefined) return known;
    const own = alive.filter(
      ({ body, label }) =>
        body.drv === driver.trim() || (label !== undefined && plain(label) === name),
    );
    const people = new Set(own.map(({ body }) => body.drv));
    const newest = own.toSorted((left, right) => left.body.exp - right.body.exp).at(-1);
    const found = people.size > 1 ? "driver-several" : (newest ?? "driver-unknown");
    byName.set(name, found);
    return found;
  };
}
