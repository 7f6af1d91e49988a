import { nameInDirectory } from "../directory/directory-store.ts";
import { addressKey } from "../directory/normalize-address.ts";
import type { DomainDependencies } from "../features.ts";
import { appendAudit } from "../platform/audit.ts";
import type { DatabaseTransaction } from "../platform/database.ts";
import { appendOutbox } from "../platform/outbox.ts";
import { findBuilding, markProved } from "./building-store.ts";

/** What became of proving. */
export type ProveOutcome =
  | { readonly kind: "proved" }
  /** No policy was signed yet, or it names another address than the one that was proved. */
  | { readonly kind: "address-differs" }
  /** Another proved building stands at this address. */
  | { readonly kind: "address-taken" }
  | { readonly kind: "already" };

/**
 * Records that an organization's authority over a building was proved to the operator; from now on
 * the directory finds it. The address is the one its members signed. The demonstration's seed calls
 * this, too.
 */
export async function proveBuilding(
  transaction: DatabaseTransaction,
  { policies }: Pick<DomainDependencies, "policies">,
  {
    buildingId,
    principal,
    nowMs,
  }: { readonly buildingId: string; readonly principal: string; readonly nowMs: number },
): Promise<ProveOutcome> {
  const building = await findBuilding(transaction, buildingId);
  const { inForce } = await policies.read(transaction, buildingId, nowMs);
  const key = addressKey(building?.address ?? "");
  if (
    building === undefined ||
    inForce === undefined ||
    addressKey(inForce.policy.place.address) !== key
  )
    return { kind: "address-differs" };
  if (building.state === "proved") return { kind: "already" };
  if ((await nameInDirectory(transaction, { kind: "address", key, buildingId })) === "taken")
    return { kind: "address-taken" };
  if (!(await markProved(transaction, { buildingId, at: new Date(nowMs) })))
    return { kind: "already" };
  await appendAudit(transaction, { buildingId, principal, kind: "building.proved" }, nowMs);
  await appendOutbox(
    transaction,
    [{ buildingId, kind: "building.proved", body: {} }],
    new Date(nowMs),
  );
  return { kind: "proved" };
}
