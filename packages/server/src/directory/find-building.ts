import { findBuilding } from "../buildings/building-store.ts";
import type { DomainDependencies } from "../features.ts";
import { type DatabaseTransaction, inContext, setContext } from "../platform/database.ts";
import { isId } from "../platform/ids.ts";
import type { PolicyStanding } from "../policies/read-policies.ts";
import { type DirectoryKind, findInDirectory } from "./directory-store.ts";
import { addressKey } from "./normalize-address.ts";

/** A proved building as anybody may see it. */
export interface PublicBuilding {
  readonly bld: string;
  readonly name: string;
  readonly address: string;
  /** The newest accepted policy. */
  readonly policy: string;
}

/** How a carrier names a building. */
export type BuildingName =
  | { readonly kind: "address"; readonly text: string }
  /** Its hash or its TypeID. */
  | { readonly kind: "code"; readonly text: string };

type Ports = Pick<DomainDependencies, "databases" | "policies" | "now">;

/** Finds a proved building; a claimed one, an unknown one and a refused one look alike. */
export function findProvedBuilding(
  ports: Ports,
  name: BuildingName,
): Promise<{ readonly building: PublicBuilding; readonly standing: PolicyStanding } | undefined> {
  return inContext(ports.databases.app, { role: "anonymous" }, async (transaction) => {
    const buildingId = await resolve(transaction, name);
    if (buildingId === undefined) return undefined;
    await setContext(transaction, { role: "anonymous", buildings: [buildingId] });
    const building = await findBuilding(transaction, buildingId);
    if (building?.state !== "proved" || building.bld === null) return undefined;
    const standing = await ports.policies.read(transaction, buildingId, ports.now());
    const newest = standing.chain.at(-1);
    if (newest === undefined) return undefined;
    // What the members signed, not what the register says.
    const { name: placeName, address } = newest.policy.place;
    return {
      building: { bld: building.bld, name: placeName, address, policy: newest.text },
      standing,
    };
  });
}

async function resolve(
  transaction: DatabaseTransaction,
  name: BuildingName,
): Promise<string | undefined> {
  if (name.kind === "code" && isId("building", name.text)) return name.text;
  const [kind, key]: readonly [DirectoryKind, string] =
    name.kind === "address" ? ["address", addressKey(name.text)] : ["bld", name.text];
  return findInDirectory(transaction, { kind, key });
}
