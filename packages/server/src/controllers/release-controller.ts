import { appendAudit } from "../platform/audit.ts";
import type { DatabaseTransaction } from "../platform/database.ts";
import { appendOutbox } from "../platform/outbox.ts";
import { clearQuarantine } from "./controller-store.ts";

/** Lets a box back in that was set apart, with its audit event. @returns false when it was not. */
export async function releaseController(
  transaction: DatabaseTransaction,
  release: {
    readonly buildingId: string;
    readonly controllerId: string;
    readonly principal: string;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const { buildingId, controllerId, principal, nowMs } = release;
  if (!(await clearQuarantine(transaction, { buildingId, controllerId }))) return false;
  const kind = "controller.released";
  await appendAudit(transaction, { buildingId, principal, kind, subject: controllerId }, nowMs);
  const body = { controller: controllerId };
  await appendOutbox(transaction, [{ buildingId, kind, body }], new Date(nowMs));
  return true;
}
