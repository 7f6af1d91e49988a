import {
  anything,
  either,
  flag,
  hash,
  instant,
  integer,
  list,
  matching,
  object,
  oneOf,
  optional,
  type Reader,
  text,
} from "../wire/reader.ts";

/** A TypeID: a label in URLs and rows, verified nowhere. */
export const id: Reader<string> = matching(/^[a-z]{3}_[0-7][0-9a-z]{25}$/);

/** The public half of a box's key. */
export const boxJwk = object({
  kty: oneOf("OKP"),
  crv: oneOf("Ed25519"),
  x: hash,
});

/** The public half of a handset's key. */
export const handsetJwk = object({ kty: oneOf("EC"), crv: oneOf("P-256"), x: hash, y: hash });
export type HandsetJwk = ReturnType<typeof handsetJwk>;

/** A building as anybody may see it. `policy` is the newest accepted one. */
export const publicBuilding = object({ bld: hash, name: text, address: text, policy: text });
export type PublicBuilding = ReturnType<typeof publicBuilding>;

export const policyTexts = object({ policies: list(text) });

/** What became of an assignment that was uploaded; the same paper twice answers the same. */
export const assignmentKept = object({
  id,
  grants: list(object({ ctl: hash, ents: list(text) })),
  /** How many parcels were kept after opt-outs. */
  kept: integer,
  /** True where the host had this very paper already. */
  known: flag,
});
export type AssignmentKept = ReturnType<typeof assignmentKept>;

const terms = object({
  app: text,
  car: hash,
  clr: hash,
  drv: text,
  jkt: hash,
  uv: flag,
});

/** A handset's answer to the vetter's link, as the relay carries it. */
export const enrolmentAnswer = object({
  id: text,
  jwk: handsetJwk,
  mac: text,
  /** The new key's own signature; with `uv` the assertion of a finger. */
  sig: either(text, object({ authenticatorData: text, clientDataJSON: text, signature: text })),
  terms,
  consent: text,
});
export type EnrolmentAnswer = ReturnType<typeof enrolmentAnswer>;

export const badgeText = object({ badge: text });

export const challenge = object({ nonce: text });
export const session = object({ token: text, expiresAt: instant });
export type Session = ReturnType<typeof session>;

const grant = object({ ctl: hash, text, hash });

/** One shift's paper with the grants made for it. */
export const heldAssignment = object({
  id,
  text,
  hash,
  grant: list(grant),
  window: object({ from: instant, until: instant }),
  purpose: oneOf("deliver", "collect", "round"),
  parcels: integer,
});
export type HeldAssignment = ReturnType<typeof heldAssignment>;

const entrance = object({
  id,
  ent: text,
  kind: text,
  presence: oneOf("nfc", "ble", "none"),
  noTap: oneOf("refuse", "ble", "none"),
  boxOnline: flag,
  silentSince: optional(instant),
});

/** A building of a driver's day. */
export const todayBuilding = object({
  bld: hash,
  name: text,
  address: text,
  tz: text,
  demo: flag,
  entrances: list(entrance),
  paths: list(list(text)),
  policy: text,
  assignments: list(heldAssignment),
  keysets: list(text),
});
export type TodayBuilding = ReturnType<typeof todayBuilding>;

/** A driver's day, as the handset's session shows it. */
export const today = object({
  driver: object({ id: optional(id), drv: optional(text) }),
  badge: optional(text),
  buildings: list(todayBuilding),
});
export type Today = ReturnType<typeof today>;

export const ticketMade = object({ ticket: text, boxJwk });
export type TicketAnswer = ReturnType<typeof ticketMade>;

/** How far an attempt came; never more than the box's receipts say. */
export const attempt = object({
  id,
  stage: oneOf("presented", "authenticated", "authorized", "released", "confirmed"),
  code: optional(text),
  sentence: optional(text),
  detail: optional(anything),
  sensing: optional(anything),
  receipt: optional(text),
  late: optional(flag),
  /** `unconfirmed`: the box did not say its last word within the time. */
  outcome: optional(text),
});
export type Attempt = ReturnType<typeof attempt>;
export const attemptAnswer = object({ attempt });
