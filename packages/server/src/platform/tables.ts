import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { JsonColumn, OptionalJsonColumn } from "./json-column.ts";

export interface BuildingTable {
  readonly id: string;
  readonly organization_id: string;
  readonly bld: string | null;
  readonly name: string;
  readonly address: string;
  readonly time_zone: string;
  readonly state: Generated<"claimed" | "proved">;
  readonly proved_at: Date | null;
  readonly demo: Generated<boolean>;
  readonly contact: string | null;
  readonly created_at: Date;
}

export interface DirectoryTable {
  readonly kind: "bld" | "ctl" | "page" | "address" | "root";
  readonly key: string;
  readonly building_id: string;
}

export interface ControllerTable {
  readonly building_id: string;
  readonly id: string;
  readonly ctl: string;
  /** Null until the box first signed in. */
  readonly jwk: OptionalJsonColumn;
  readonly seal_key: string;
  readonly software: string | null;
  readonly boot: string | null;
  readonly last_head_at: Date | null;
  readonly last_seen_at: Date | null;
  readonly quarantined_at: Date | null;
  readonly chain_seq: Generated<number>;
  readonly chain_hash: string | null;
  readonly adopted_at: Date | null;
  readonly created_at: Date;
  /** Counts up in the order in which rows were made. */
  readonly position: GeneratedAlways<number>;
  /** What the box last said of its doors, each by name: strike and held. */
  readonly doors: OptionalJsonColumn;
}

export interface EntranceTable {
  readonly building_id: string;
  readonly id: string;
  readonly ent: string;
  readonly kind: "gate" | "street" | "lobby" | "mailroom" | "locker" | "unit" | "garage";
  readonly label: string;
  readonly controller_id: string | null;
  /** The name of its page; null where no sticker was made. */
  readonly sticker: string | null;
  readonly created_at: Date;
  /** Counts up in the order in which rows were made. */
  readonly position: GeneratedAlways<number>;
}

export interface UnitTable {
  readonly building_id: string;
  readonly id: string;
  readonly label: string;
  readonly opted_out_at: Date | null;
}

export interface PolicyTable {
  readonly building_id: string;
  readonly id: string;
  readonly ver: number;
  readonly hash: string;
  readonly prev_hash: string | null;
  readonly bytes: string;
  readonly sigs: JsonColumn;
  readonly state: "draft" | "pending" | "in-force" | "objected" | "replaced" | "refused";
  readonly offered_at: Date;
  readonly notice_ends_at: Date | null;
  readonly in_force_from: Date | null;
  readonly in_force_until: Date | null;
}

/** What a box said of a policy: taken from a moment on, or the code of its refusal. */
export interface PolicyBoxTable {
  readonly building_id: string;
  readonly policy_hash: string;
  readonly ctl: string;
  readonly in_force_from: Date | null;
  readonly code: string | null;
  readonly said_at: Date;
}

export interface CarrierTable {
  readonly id: string;
  readonly root: string;
  readonly domain: string;
  readonly name: string;
  readonly created_at: Date;
}

export interface VetterTable {
  readonly id: string;
  readonly root: string;
  readonly domain: string;
  readonly name: string;
  readonly created_at: Date;
}

export interface KeysetTable {
  readonly root: string;
  readonly ver: number;
  readonly role: "carrier" | "vetter" | "host";
  readonly jws: string;
  readonly hash: string;
  readonly expires_at: Date;
  readonly received_at: Date;
}

export interface ConsentTable {
  readonly id: string;
  readonly carrier_id: string;
  readonly text_version: string;
  readonly channel: "app" | "writing";
  readonly given_at: Date;
  readonly withdrawn_at: Date | null;
}

export interface DriverTable {
  readonly id: string;
  readonly carrier_id: string;
  readonly consent_id: string;
  readonly drv: string;
  readonly created_at: Date;
  readonly last_used_at: Date;
}

export interface HandsetTable {
  readonly id: string;
  readonly carrier_id: string;
  readonly driver_id: string;
  readonly jkt: string;
  readonly jwk: JsonColumn;
  readonly app: string;
  readonly created_at: Date;
  readonly last_used_at: Date;
}

export interface BadgeTable {
  readonly id: string;
  readonly carrier_id: string;
  readonly handset_id: string;
  readonly jkt: string;
  readonly vetter_root: string;
  readonly hash: string;
  readonly jws: string;
  readonly cleared_until: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date;
  /** The badge's `inv`: hash of consent and enrolment. */
  readonly consent: string | null;
}

export interface AssignmentTable {
  readonly building_id: string;
  readonly id: string;
  readonly carrier_id: string;
  readonly hash: string;
  readonly badge_hash: string;
  readonly jkt: string;
  readonly purpose: "deliver" | "collect" | "round";
  readonly jws: string;
  readonly window_from: Date;
  readonly window_until: Date;
  readonly state: "received" | "granted" | "refused" | "stopped";
  readonly refusal: string | null;
  readonly received_at: Date;
}

export interface ParcelTable {
  readonly building_id: string;
  readonly assignment_id: string;
  readonly parcel_index: number;
  readonly carrier_id: string;
  readonly digest: string;
  readonly ents: string[] | null;
}

export interface AssignmentUnitTable {
  readonly building_id: string;
  readonly assignment_id: string;
  readonly parcel_index: number;
  readonly unit_label: string;
}

export interface GrantTable {
  readonly building_id: string;
  readonly id: string;
  readonly assignment_id: string;
  readonly carrier_id: string;
  readonly jkt: string;
  readonly ctl: string;
  readonly hash: string;
  readonly jws: string;
  readonly salt: string;
  readonly leaf_index: number | null;
  readonly window_from: Date;
  readonly window_until: Date;
  readonly made_at: Date;
}

export interface VisitTable {
  readonly building_id: string;
  readonly id: string;
  readonly carrier_id: string;
  readonly jkt: string;
  readonly assignment_id: string | null;
  readonly began_at: Date;
  readonly last_at: Date;
  readonly closed_at: Date | null;
}

export interface AttemptTable {
  readonly building_id: string;
  readonly id: string;
  readonly entrance_id: string;
  readonly controller_id: string;
  readonly carrier_id: string;
  readonly jkt: string;
  readonly assignment_id: string | null;
  readonly visit_id: string | null;
  readonly proof_hash: string;
  readonly stage: "presented" | "authenticated" | "authorized" | "released" | "confirmed";
  readonly outcome: "open" | "reached" | "failed" | "silent";
  readonly code: string | null;
  readonly deadline_at: Date;
  readonly presented_at: Date;
  readonly ended_at: Date | null;
  readonly late: Generated<boolean>;
  readonly request_key: string | null;
  readonly request_hash: string | null;
  readonly sensing_kind: "contact" | "current" | "none" | null;
  readonly sensing_result: "opened" | "not-opened" | "current" | "no-current" | "unknown" | null;
  readonly detail: OptionalJsonColumn;
}

export interface ReceiptTable {
  readonly building_id: string;
  readonly id: string;
  readonly ctl: string;
  readonly seq: number;
  readonly boot: string;
  readonly hash: string;
  readonly prev_hash: string | null;
  readonly ent: string | null;
  readonly attempt_id: string | null;
  readonly stage: string;
  readonly code: string | null;
  readonly jws: string;
  readonly received_at: Date;
}

export interface ReceiptPersonalTable {
  readonly building_id: string;
  readonly receipt_id: string;
  readonly carrier_id: string;
  readonly salt: string;
  readonly members: JsonColumn;
  readonly received_at: Date;
}

export interface SequenceTable {
  readonly building_id: string;
  readonly stream: "outbox";
  readonly last: number;
}

export interface OutboxTable {
  readonly building_id: string;
  readonly seq: number;
  readonly kind: string;
  readonly carrier_id: string | null;
  readonly body: JsonColumn;
  readonly at: Date;
}

export interface AuditEventTable {
  readonly building_id: string;
  readonly id: string;
  readonly principal: string;
  readonly kind: string;
  readonly subject: string | null;
  readonly detail: ColumnType<unknown, string | undefined, string>;
  readonly at: Date;
}

export interface IdempotencyKeyTable {
  readonly principal: string;
  readonly key: string;
  readonly request_hash: string;
  readonly status: number | null;
  readonly response: JsonColumn;
  readonly created_at: Date;
}

export interface SigningKeyTable {
  readonly principal: string;
  readonly id: string;
  readonly label: string;
  readonly cred: string;
  readonly jwk: JsonColumn;
  readonly rp_id: string;
  readonly origin: string;
  readonly backup_eligible: boolean;
  readonly created_at: Date;
}

export interface SigningChallengeTable {
  readonly principal: string;
  readonly challenge: string;
  readonly expires_at: Date;
}

export interface EnrolmentTable {
  readonly id: string;
  readonly jkt: string;
  readonly answer: string;
  readonly received_at: Date;
  readonly expires_at: Date;
}

export interface ServerProcessTable {
  readonly id: string;
  readonly seen_at: Date;
}

export interface BoxSessionTable {
  readonly ctl: string;
  readonly building_id: string | null;
  readonly process: string;
  readonly opened_at: Date;
  readonly offer: OptionalJsonColumn;
}

export interface ProcessMessageTable {
  readonly id: Generated<number>;
  readonly process: string;
  readonly body: string;
  readonly expires_at: Date;
}

/** Every table of the schema `vestibule` that requests reach; a test compares it with the catalogue. */
export interface Tables {
  readonly building: BuildingTable;
  readonly directory: DirectoryTable;
  readonly controller: ControllerTable;
  readonly entrance: EntranceTable;
  readonly unit: UnitTable;
  readonly policy: PolicyTable;
  readonly policy_box: PolicyBoxTable;
  readonly carrier: CarrierTable;
  readonly vetter: VetterTable;
  readonly keyset: KeysetTable;
  readonly consent: ConsentTable;
  readonly driver: DriverTable;
  readonly handset: HandsetTable;
  readonly badge: BadgeTable;
  readonly assignment: AssignmentTable;
  readonly parcel: ParcelTable;
  readonly assignment_unit: AssignmentUnitTable;
  readonly grant: GrantTable;
  readonly visit: VisitTable;
  readonly attempt: AttemptTable;
  readonly receipt: ReceiptTable;
  readonly receipt_personal: ReceiptPersonalTable;
  readonly sequence: SequenceTable;
  readonly outbox: OutboxTable;
  readonly audit_event: AuditEventTable;
  readonly idempotency_key: IdempotencyKeyTable;
  readonly server_process: ServerProcessTable;
  readonly box_session: BoxSessionTable;
  readonly process_message: ProcessMessageTable;
  readonly signing_key: SigningKeyTable;
  readonly signing_challenge: SigningChallengeTable;
  readonly enrolment: EnrolmentTable;
}

/** The tables that the batch writer reaches. */
export type BatchTables = Pick<
  Tables,
  | "attempt"
  | "receipt"
  | "receipt_personal"
  | "visit"
  | "sequence"
  | "outbox"
  | "directory"
  | "controller"
  | "server_process"
  | "box_session"
  | "process_message"
>;
