import {
  type AcceptedPolicy,
  acceptPolicy,
  type Crypto,
  canonicalize,
  type Entrance,
  type Refusal,
  readPolicy,
  refuse,
} from "@vestibule/core";
import { keepController } from "../controllers/controller-store.ts";
import { nameInDirectory } from "../directory/directory-store.ts";
import { ensureEntrance } from "../entrances/entrance-store.ts";
import { appendAudit } from "../platform/audit.ts";
import type { DatabaseTransaction } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { appendOutbox } from "../platform/outbox.ts";
import { insertPolicy, lockPolicies, settlePolicies } from "./policy-store.ts";
import type { PolicyReader } from "./read-policies.ts";

/** A signed policy that somebody hands in for a building. */
export interface OfferedPolicy {
  readonly buildingId: string;
  readonly text: string;
  readonly principal: string;
  readonly nowMs: number;
}

/** What became of an offer; the same policy again is `known` and changes nothing. */
export type PolicyOutcome =
  | { readonly kind: "accepted"; readonly known: boolean; readonly accepted: AcceptedPolicy }
  /** Another building was founded by this very policy. */
  | { readonly kind: "taken" }
  | Refusal;

/** What offering needs. */
export interface OfferPorts {
  readonly crypto: Crypto;
  readonly policies: PolicyReader;
  readonly hostKeys: { readonly root: string };
}

/**
 * Takes in a signed policy: core's `acceptPolicy` against the newest stored one decides. In the same
 * transaction the boxes' next policy goes to the outbox as `policy.offered`, and the doors, boxes and
 * roots that it names become known.
 */
export async function offerPolicy(
  transaction: DatabaseTransaction,
  ports: OfferPorts,
  offer: OfferedPolicy,
): Promise<PolicyOutcome> {
  const { buildingId, text, nowMs } = offer;
  const read = readPolicy(ports.crypto, text);
  if (read.kind === "refused") return read;
  await lockPolicies(transaction, buildingId);
  const { chain } = await ports.policies.read(transaction, buildingId, nowMs);
  const same = chain.find(({ hash }) => hash === read.hash);
  if (same !== undefined) return { kind: "accepted", known: true, accepted: same };
  const last = chain.at(-1);
  // A building is founded at the host that it names; later it may name another and leave.
  if (last === undefined && read.policy.host.root !== ports.hostKeys.root)
    return refuse("role", { field: "host.root", domain: read.policy.host.domain });
  const outcome = acceptPolicy(ports.crypto, { text, last, at: Math.floor(nowMs / 1000) });
  if (outcome.kind === "refused") return outcome;
  const { accepted } = outcome;
  if (last === undefined && !(await found(transaction, buildingId, accepted)))
    return { kind: "taken" };
  await store(transaction, offer, { accepted, sigs: canonicalize(read.sigs) });
  return { kind: "accepted", known: false, accepted };
}

/** Gives the building its identity, once for ever. */
async function found(
  transaction: DatabaseTransaction,
  buildingId: string,
  { bld, demo }: AcceptedPolicy,
): Promise<boolean> {
  const entry = { kind: "bld", key: bld, buildingId } as const;
  if ((await nameInDirectory(transaction, entry)) === "taken") return false;
  const updated = await transaction
    .updateTable("building")
    .set({ bld, demo })
    .where("id", "=", buildingId)
    .where("bld", "is", null)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

async function store(
  transaction: DatabaseTransaction,
  { buildingId, principal, nowMs }: OfferedPolicy,
  { accepted, sigs }: { readonly accepted: AcceptedPolicy; readonly sigs: string },
): Promise<void> {
  const { policy, hash, inForceFrom } = accepted;
  const id = newId("policy", nowMs);
  const at = new Date(nowMs);
  await insertPolicy(transaction, buildingId, {
    id,
    ver: policy.ver,
    hash,
    prevHash: policy.prev,
    bytes: canonicalize(policy),
    sigs,
    offeredAt: at,
    inForceFrom: new Date(inForceFrom * 1000),
    until: new Date(policy.until * 1000),
  });
  await settlePolicies(transaction, buildingId, at);
  for (const entrance of policy.entrances)
    await keepDoor(transaction, { buildingId, entrance, nowMs });
  for (const root of rootsOf(accepted))
    await nameInDirectory(transaction, { kind: "root", key: `${root}:${buildingId}`, buildingId });
  const body = { policyId: id, hash, ver: policy.ver, inForceFrom };
  await appendAudit(
    transaction,
    { buildingId, principal, kind: "policy.offered", subject: id, detail: body },
    nowMs,
  );
  await appendOutbox(transaction, [{ buildingId, kind: "policy.offered", body }], at);
}

async function keepDoor(
  transaction: DatabaseTransaction,
  door: { readonly buildingId: string; readonly entrance: Entrance; readonly nowMs: number },
): Promise<void> {
  const { buildingId, entrance, nowMs } = door;
  const controllerId = await keepController(transaction, {
    buildingId,
    ctl: entrance.ctl,
    seal: entrance.seal,
    nowMs,
  });
  await ensureEntrance(transaction, {
    buildingId,
    ent: entrance.ent,
    kind: entrance.kind,
    controllerId,
    nowMs,
  });
}

/** Roots whose keysets this host takes in from now on, as `carrier:<root>` and `vetter:<root>`. */
function rootsOf({ policy }: AcceptedPolicy): readonly string[] {
  const { carriers } = policy;
  return [
    ...new Set([
      ...carriers.map(({ root }) => `carrier:${root}`),
      ...carriers.flatMap(({ clearance }) => clearance.map(({ root }) => `vetter:${root}`)),
    ]),
  ].toSorted();
}
