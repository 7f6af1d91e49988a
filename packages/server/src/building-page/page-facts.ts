import {
  type AcceptedPolicy,
  type AdmittedCarrier,
  type Entrance,
  type Overlap,
  overlapsOf,
} from "@vestibule/core";
import { findBuilding } from "../buildings/building-store.ts";
import { organizationNames } from "../buildings/organization-names.ts";
import { findParties } from "../carriers/carrier-store.ts";
import { readControllers } from "../controllers/controller-store.ts";
import { findInDirectory } from "../directory/directory-store.ts";
import { readEntrances } from "../entrances/entrance-store.ts";
import type { DomainDependencies } from "../features.ts";
import { type DatabaseTransaction, inContext, setContext } from "../platform/database.ts";

/** How the box of this door fares. */
export type BoxState =
  | { readonly kind: "online" }
  | { readonly kind: "silent"; readonly sinceMs: number | undefined }
  /** No policy names a box for this door yet. */
  | { readonly kind: "none" };

/** A policy and when it counts. */
export interface DatedPolicy {
  readonly carriers: readonly AdmittedCarrier[];
  /** Epoch seconds. */
  readonly from: number;
}

/** Everything the page says; the same for everybody who asks. */
export interface PageFacts {
  readonly entranceId: string;
  readonly entrance: Pick<Entrance, "kind" | "ent"> & { readonly label: string };
  readonly building: {
    readonly name: string;
    readonly address: string;
    readonly timeZone: string;
    readonly proved: boolean;
    readonly bld: string | undefined;
  };
  readonly demo: boolean;
  readonly manager: string;
  readonly contact: string | undefined;
  readonly box: BoxState & { readonly ctl?: string };
  readonly terms: Entrance | undefined;
  readonly inForce: DatedPolicy | undefined;
  readonly pending: readonly DatedPolicy[];
  readonly overlaps: readonly Overlap[];
  /** What this host calls carriers and vetters, by root, where that is not their domain. */
  readonly names: ReadonlyMap<string, string>;
  readonly host: string;
  readonly apps: readonly string[];
  readonly updates: boolean;
}

type Ports = Pick<
  DomainDependencies,
  "databases" | "policies" | "boxes" | "pool" | "now" | "hostKeys"
>;

/** Gathers what the page of a sticker says; undefined where no door has this sticker. */
export function gatherPage(ports: Ports, sticker: string): Promise<PageFacts | undefined> {
  return inContext(ports.databases.app, { role: "anonymous" }, async (transaction) => {
    const buildingId = await findInDirectory(transaction, { kind: "page", key: sticker });
    if (buildingId === undefined) return undefined;
    await setContext(transaction, { role: "anonymous", buildings: [buildingId] });
    const building = await findBuilding(transaction, buildingId);
    const entrances = await readEntrances(transaction, buildingId);
    const row = entrances.find((candidate) => candidate.sticker === sticker);
    if (building === undefined || row === undefined) return undefined;
    const { inForce, pending } = await ports.policies.read(transaction, buildingId, ports.now());
    const terms = inForce?.entrances.get(row.ent);
    const boxes = terms === undefined ? [] : await readControllers(transaction, buildingId);
    const lastSeenAt = boxes.find(({ ctl }) => ctl === terms?.ctl)?.lastSeenAt ?? undefined;
    const organizations = await organizationNames(ports.pool, [building.organizationId]);
    const shown = [inForce, ...pending].flatMap((policy) => policy?.policy.carriers ?? []);
    return {
      entranceId: row.id,
      entrance: { kind: terms?.kind ?? row.kind, ent: row.ent, label: row.label },
      building: {
        name: inForce?.policy.place.name ?? building.name,
        address: inForce?.policy.place.address ?? building.address,
        timeZone: building.timeZone,
        proved: building.state === "proved",
        bld: building.bld ?? undefined,
      },
      demo: building.demo,
      manager: organizations.get(building.organizationId) ?? "",
      contact: building.contact ?? undefined,
      box: boxState(ports, { terms, sinceMs: lastSeenAt?.getTime() }),
      terms,
      inForce: inForce && dated(inForce, row.ent),
      pending: pending.map((policy) => dated(policy, row.ent)),
      overlaps: inForce === undefined ? [] : overlapsOf(inForce.policy),
      names: await partyNames(transaction, shown),
      host: inForce?.policy.host.domain ?? ports.hostKeys.domain,
      apps: inForce?.policy.apps.domains ?? [],
      updates: (inForce?.policy.software.signers.length ?? 0) > 0,
    };
  });
}

/** A name is this host's word; the domain beside it is the policy's, and the root is what counts. */
async function partyNames(
  transaction: DatabaseTransaction,
  carriers: readonly AdmittedCarrier[],
): Promise<ReadonlyMap<string, string>> {
  const vetters = carriers.flatMap(({ clearance }) => clearance);
  const named = [
    ...(await findParties(transaction, "carrier", rootsOf(carriers))),
    ...(await findParties(transaction, "vetter", rootsOf(vetters))),
  ];
  return new Map(
    named.flatMap(({ root, name, domain }) => (name === domain ? [] : [[root, name]])),
  );
}

function rootsOf(parties: readonly { readonly root: string }[]): readonly string[] {
  return [...new Set(parties.map(({ root }) => root))];
}

/** Those who may come to this door by a policy. */
function dated({ policy, inForceFrom }: AcceptedPolicy, ent: string): DatedPolicy {
  return {
    carriers: policy.carriers.filter(({ ents }) => ents.includes(ent)),
    from: inForceFrom,
  };
}

function boxState(
  { boxes }: Pick<Ports, "boxes">,
  {
    terms,
    sinceMs,
  }: { readonly terms: Entrance | undefined; readonly sinceMs: number | undefined },
): PageFacts["box"] {
  if (terms === undefined) return { kind: "none" };
  const { ctl } = terms;
  return boxes.isOnline(ctl) ? { kind: "online", ctl } : { kind: "silent", sinceMs, ctl };
}
