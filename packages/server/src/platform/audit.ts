import type { DatabaseTransaction } from "./database.ts";
import { newId } from "./ids.ts";

/** Who changed what in a building. No driver and no handset is ever its subject. */
export interface AuditEvent {
  readonly buildingId: string;
  /** Kind and id, such as `person usr_...`. */
  readonly principal: string;
  readonly kind: string;
  readonly subject?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Writes an audit event in the transaction that makes it true. */
export async function appendAudit(
  transaction: DatabaseTransaction,
  event: AuditEvent,
  atMs: number,
): Promise<void> {
  await transaction
    .insertInto("audit_event")
    .values({
      building_id: event.buildingId,
      id: newId("audit", atMs),
      principal: event.principal,
      kind: event.kind,
      subject: event.subject ?? null,
      detail: JSON.stringify(event.detail ?? {}),
      at: new Date(atMs),
    })
    .execute();
}
