/** Whom a datum is about. Carriers, vetters and buildings are no persons. */
type Subject = "driver" | "person" | "resident";

/** The closed list of what may be kept of a person (L.L. 63/2021, § 26-3002(b); T2). */
export const lawItems = [
  "name",
  "unit and doors allowed",
  "preferred contact",
  "hardware identifier",
  "user name",
  "time and method of access",
] as const;
/** One of {@link lawItems}. */
export type LawItem = (typeof lawItems)[number];

/** When a row is gone. */
export type Gone =
  /** By the hourly job, a while after this column's time at the latest; the rule stands in `retention.ts`. */
  | "retention"
  /** Deleted with the row of this table that it hangs on. */
  | { readonly with: string }
  /** When the person leaves or withdraws his consent, at once. */
  | "leaving"
  /** Not by time; the reason why it may stay. */
  | { readonly kept: string }
  /** No role of the server's may write it. */
  | "never written";

/** What one table keeps of persons: each column that holds such a datum, and what it is in the law's words. */
export interface PersonalTable {
  readonly about: Subject;
  readonly purpose: string;
  readonly gone: Gone;
  readonly columns: Readonly<Record<string, LawItem>>;
}

const phone = "hardware identifier" as const;
const when = "time and method of access" as const;
const where = "unit and doors allowed" as const;
const entry = { about: "driver", gone: "retention" } as const;
const signIn = { about: "person", gone: { with: "auth.user" } } as const;

/**
 * Everything that the database keeps of persons. A test holds it against the schema: a column that
 * stands neither here nor in the test's own list of columns about nobody breaks it.
 */
export const personalData: Readonly<Record<string, PersonalTable>> = {
  "auth.user": {
    about: "person",
    purpose: "To know who is signed in and to show colleagues who changed what",
    gone: "leaving",
    columns: { id: "user name", name: "name", email: "user name" },
  },
  "auth.member": {
    ...signIn,
    purpose: "To tell what a person may do in an organization, and since when",
    columns: { userId: "user name", role: where, createdAt: when },
  },
  "auth.operator": {
    ...signIn,
    purpose: "To tell who runs the machine",
    columns: { user_id: "user name" },
  },
  "auth.passkey": {
    ...signIn,
    purpose: "To verify a sign-in",
    columns: {
      userId: "user name",
      name: phone,
      publicKey: phone,
      credentialID: phone,
      deviceType: phone,
      backedUp: phone,
      transports: phone,
      aaguid: phone,
      createdAt: when,
    },
  },
  "auth.session": {
    ...signIn,
    purpose: "To keep a person signed in, a week without use at most",
    columns: { userId: "user name", createdAt: when, updatedAt: when },
  },
  "auth.verification": {
    about: "person",
    purpose: "To know a passkey ceremony of a few minutes again",
    gone: "retention",
    columns: { value: "name" },
  },
  "auth.invitation_link": {
    about: "person",
    purpose: "To let the invited person register, and to tell who invited",
    gone: "retention",
    columns: { invited_by: "user name", user_id: "user name", user_name: "name", used_at: when },
  },
  "auth.handset_session": {
    ...entry,
    purpose: "To keep a driver's phone signed in for a shift",
    columns: { handset_id: phone, jkt: phone, created_at: when },
  },
  "auth.handset_statement": {
    ...entry,
    purpose: "To accept a phone's statement once",
    columns: { jkt: phone },
  },
  "auth.account": {
    about: "person",
    purpose: "None: better-auth's, for passwords and other providers",
    gone: "never written",
    columns: { userId: "user name", accountId: "user name", password: "user name" },
  },
  "auth.invitation": {
    about: "person",
    purpose: "None: better-auth's, for invitations by mail",
    gone: "never written",
    columns: { email: "preferred contact", inviterId: "user name" },
  },
  "vestibule.driver": {
    ...entry,
    purpose: "To know a carrier's driver again by the vetter's opaque number",
    columns: { id: "user name", drv: "user name", created_at: when, last_used_at: when },
  },
  "vestibule.handset": {
    ...entry,
    purpose: "To verify that a proof comes from the vetted phone",
    columns: {
      id: phone,
      driver_id: "user name",
      jkt: phone,
      jwk: phone,
      created_at: when,
      last_used_at: when,
    },
  },
  "vestibule.badge": {
    ...entry,
    purpose: "To check that the driver is cleared",
    columns: { handset_id: phone, jkt: phone, jws: "user name", last_used_at: when },
  },
  "vestibule.enrolment": {
    ...entry,
    purpose: "To carry a phone's answer to its vetter, for a day",
    columns: { jkt: phone, answer: "user name" },
  },
  "vestibule.assignment": {
    ...entry,
    purpose: "To let this phone bring these parcels in this window",
    columns: { jkt: phone, jws: where, window_from: when, window_until: when },
  },
  "vestibule.grant": {
    ...entry,
    gone: { with: "vestibule.assignment" },
    purpose: "To show the box that the host checked an assignment",
    columns: { jkt: phone, jws: where, window_from: when, window_until: when },
  },
  "vestibule.assignment_unit": {
    about: "resident",
    gone: { with: "vestibule.assignment" },
    purpose: "To leave out the parcels of those who opted out, and to tell whose came",
    columns: { unit_label: where },
  },
  "vestibule.visit": {
    ...entry,
    purpose: "To tell the building who came when",
    columns: { jkt: phone, began_at: when, last_at: when, closed_at: when },
  },
  "vestibule.attempt": {
    ...entry,
    purpose: "To record each attempt before the door is asked",
    columns: { jkt: phone, presented_at: when, ended_at: when, detail: when },
  },
  "vestibule.receipt": {
    ...entry,
    purpose: "To keep the box's signed word of each attempt",
    columns: { jws: when, received_at: when },
  },
  "vestibule.receipt_personal": {
    ...entry,
    purpose: "To tell the building which driver came with which parcels",
    columns: { members: "user name", received_at: when },
  },
  "vestibule.outbox": {
    ...entry,
    purpose: "To tell live pages what happens",
    columns: { body: phone, at: when },
  },
  "vestibule.process_message": {
    about: "driver",
    purpose: "To hand a command to the process that holds the box, for seconds",
    gone: { kept: "a letter is deleted as it is read, an unread one by the next process's minute" },
    columns: { body: phone },
  },
  "vestibule.unit": {
    about: "resident",
    purpose: "To leave out the parcels of who opted out",
    gone: { kept: "a dwelling's label names nobody; its manager removes it, with an audit event" },
    columns: { label: where, opted_out_at: where },
  },
  "vestibule.building": {
    about: "person",
    purpose: "To print at the door how the manager is reached",
    gone: { kept: "the manager's own public word; he changes it" },
    columns: { contact: "preferred contact" },
  },
  "vestibule.policy": {
    about: "person",
    purpose: "To prove to boxes and carriers who signed the building's rules",
    gone: {
      kept: "the chain of signatures is the building's authority; members stand in it by keys",
    },
    columns: { bytes: phone, sigs: phone },
  },
  "vestibule.signing_key": {
    about: "person",
    purpose: "To offer a person his own keys when a policy is signed",
    gone: "leaving",
    columns: {
      principal: "user name",
      label: phone,
      cred: phone,
      jwk: phone,
      created_at: when,
    },
  },
  "vestibule.signing_challenge": {
    about: "person",
    purpose: "To enrol a signing key within minutes",
    gone: "retention",
    columns: { principal: "user name" },
  },
  "vestibule.idempotency_key": {
    about: "person",
    purpose: "To answer a repeated request as the first, for a week",
    gone: "retention",
    columns: { principal: "user name", response: "user name" },
  },
  "vestibule.audit_event": {
    about: "person",
    purpose: "To tell who changed what in a building",
    gone: "retention",
    columns: { principal: "user name", at: when },
  },
};
