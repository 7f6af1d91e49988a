import { nameInDirectory } from "../directory/directory-store.ts";
import type { DomainDependencies } from "../features.ts";
import { appendAudit } from "../platform/audit.ts";
import type { Adoption } from "../platform/boxes.ts";
import type { DatabaseTransaction } from "../platform/database.ts";
import { appendOutbox } from "../platform/outbox.ts";
import { markAdopted } from "./controller-store.ts";

/** What the page that holds the claim card says to an unclaimed box. */
export interface AdoptRequest {
  readonly ctl: string;
  readonly nonce: string;
  /** HMAC over nonce, building and policy under the card's secret, which stays with the page. */
  readonly mac: string;
}

/**
 * Hands the building's policies and the page's MAC to an unclaimed box. Only the box can tell whether
 * the MAC is right, and only the page whether the answer is: the host carries both.
 */
export function adoptController(
  { boxes }: Pick<DomainDependencies, "boxes">,
  { ctl, nonce, mac }: AdoptRequest,
  policies: readonly string[],
): Promise<Adoption> {
  return boxes.adopt(ctl, { nonce, mac, policies: [...policies] });
}

/**
 * Records that a box belongs to a building now: what it says is matched to it from here on. Called
 * after the box's "done", and again whenever a box signs in with a building whose policy names it, so
 * that a crash in between loses nothing.
 *
 * @returns false where the box belongs to another building.
 */
export async function recordAdoption(
  transaction: DatabaseTransaction,
  adopted: {
    readonly buildingId: string;
    readonly ctl: string;
    readonly principal: string;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const { buildingId, ctl, principal, nowMs } = adopted;
  if ((await nameInDirectory(transaction, { kind: "ctl", key: ctl, buildingId })) === "taken")
    return false;
  const at = new Date(nowMs);
  if (!(await markAdopted(transaction, { buildingId, ctl, at }))) return true;
  const kind = "controller.adopted";
  await appendAudit(transaction, { buildingId, principal, kind, subject: ctl }, nowMs);
  await appendOutbox(transaction, [{ buildingId, kind, body: { ctl } }], at);
  return true;
}
