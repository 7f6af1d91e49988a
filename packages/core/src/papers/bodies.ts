import { assignmentLifetimeSMax, codesPerProofMax, parcelsMax } from "./limits.ts";
import { entName, purpose } from "./policy.ts";
import {
  bytesText,
  bytesTextWithin,
  domain,
  flag,
  hash,
  integer,
  list,
  literal,
  matching,
  object,
  oneOf,
  optional,
  publicJwk,
  seconds,
  text,
} from "./shape.ts";

const v = literal(1);
if (assignmentLifetimeSMax > 86_400)
  throw new Error("an assignment is a shift, not a subscription");

const sealedPart = object({ ct: bytesTextWithin(17, 2_048), enc: bytesText(32) });

/** Which keys of a root count, and for what; signed by the root, whose whole key `sub` carries. */
export const keysetBody = object({
  domain,
  exp: seconds,
  iss: hash,
  keys: list(
    object({
      contractor: optional(
        object({
          blds: optional(list(hash, { min: 1, max: 1_000 })),
          cap: integer(1, 1_000_000),
          name: text(1, 100),
          until: seconds,
        }),
      ),
      exp: seconds,
      jwk: publicJwk,
      nbf: seconds,
      use: oneOf("dispatch", "badge", "grant", "stop"),
    }),
    { min: 1, max: 64 },
  ),
  sub: publicJwk,
  v,
  ver: integer(1, 1_000_000_000),
});
export type Keyset = ReturnType<typeof keysetBody>;
export type KeysetKey = Keyset["keys"][number];
export type KeyUse = KeysetKey["use"];

/** This person is cleared until then; this is the key in his phone. */
export const badgeBody = object({
  app: domain,
  car: hash,
  cleared_until: seconds,
  cnf: object({ jkt: hash }),
  drv: matching(/^[A-Za-z0-9_-]{8,64}$/, 64),
  exp: seconds,
  inv: hash,
  iss: hash,
  uv: flag,
  v,
});
export type Badge = ReturnType<typeof badgeBody>;

/** This phone may bring these parcels to this building in this window. */
export const assignmentBody = object({
  badge: hash,
  bld: hash,
  cnf: object({ jkt: hash }),
  exp: seconds,
  iss: hash,
  jti: bytesText(16),
  nbf: seconds,
  parcels: list(object({ d: hash, ents: optional(list(entName, { min: 1, max: 64 })) }), {
    min: 1,
    max: parcelsMax,
  }),
  pep: list(object({ ctl: hash, ct: bytesText(48), enc: bytesText(32) }), { min: 1, max: 64 }),
  purpose,
  v,
});
export type Assignment = ReturnType<typeof assignmentBody>;

/** The host checked an assignment for one box, and left out who opted out. */
export const grantBody = object({
  asg: hash,
  bld: hash,
  ctl: hash,
  ents: list(entName, { min: 1, max: 64 }),
  exp: seconds,
  iss: hash,
  jti: bytesText(16),
  keep: bytesTextWithin(1, Math.ceil(parcelsMax / 8)),
  nbf: seconds,
  salt: bytesText(32),
  v,
});
export type Grant = ReturnType<typeof grantBody>;

/** The box's answer to a tap: you are at this door now. */
export const ticketBody = object({
  bld: hash,
  boot: bytesText(16),
  ent: entName,
  grant: hash,
  iss: hash,
  jkt: hash,
  nonce: bytesText(32),
  pol: hash,
  presence: oneOf("nfc", "ble", "none"),
  tap: optional(object({ ctr: integer(0, 0xff_ffff), hash })),
  v,
});
export type Ticket = ReturnType<typeof ticketBody>;

/** I am at this door now, and this is the code on the parcel in my hand. */
export const proofBody = object({
  asg: hash,
  ctl: hash,
  ent: entName,
  grant: hash,
  iss: hash,
  jti: bytesText(16),
  purpose,
  sealed: sealedPart,
  ticket: hash,
  v,
});
export type Proof = ReturnType<typeof proofBody>;

/** The codes inside a proof, before they are sealed. */
export const sealedCodes = list(matching(/^[A-Z0-9-]{4,64}$/, 64), {
  min: 1,
  max: codesPerProofMax,
});

/** Shuts something at once; the widest effect a single key may have is to refuse. */
export const stopBody = object({
  bld: optional(hash),
  iat: seconds,
  iss: hash,
  on: flag,
  seq: integer(1, 1_000_000_000),
  target: object({
    hash,
    kind: oneOf("key", "badge", "handset", "assignment", "grant", "carrier", "entrance", "policy"),
  }),
  v,
});
export type Stop = ReturnType<typeof stopBody>;

export const stage = oneOf("presented", "authenticated", "authorized", "released", "confirmed");
export type Stage = ReturnType<typeof stage>;

/** The box's signed statement of an attempt, chained; personal members stay behind `ph`. */
export const receiptBody = object({
  att: matching(/^att_[0-9a-z]{26}$/, 30),
  bld: hash,
  boot: bytesText(16),
  code: optional(matching(/^[a-z-]{2,40}$/, 40)),
  ent: entName,
  flags: list(oneOf("tap_gap", "late", "retry"), { min: 0, max: 3 }),
  iss: hash,
  keysets: hash,
  link: oneOf("websocket", "bluetooth", "test"),
  ph: optional(hash),
  pol: hash,
  prev: hash,
  sensing: object({
    kind: oneOf("contact", "current", "none"),
    result: oneOf("opened", "not-opened", "current", "no-current", "unknown"),
  }),
  seq: integer(1, Number.MAX_SAFE_INTEGER),
  stage,
  stops: hash,
  time: object({
    age: optional(integer(0, 1_000_000_000)),
    floor: optional(seconds),
    local: seconds,
  }),
  v,
  versions: object({ box: matching(/^[0-9A-Za-z.+-]{1,32}$/, 32) }),
});
export type Receipt = ReturnType<typeof receiptBody>;

/** The personal half of a receipt: kept apart and deleted first. */
export const receiptPersonal = object({
  asg: optional(hash),
  car: optional(hash),
  drv: optional(matching(/^[A-Za-z0-9_-]{8,64}$/, 64)),
  grant: optional(hash),
  parcels: list(integer(0, parcelsMax - 1), { min: 0, max: codesPerProofMax }),
  proof: optional(hash),
  salt: bytesText(32),
});
export type ReceiptPersonal = ReturnType<typeof receiptPersonal>;

/** A door's newest receipt and its question for the time, over fsynced receipts only. */
export const headBody = object({
  boot: bytesText(16),
  ctl: hash,
  hash,
  iss: hash,
  nonce: bytesText(32),
  seq: integer(0, Number.MAX_SAFE_INTEGER),
  v,
});
export type Head = ReturnType<typeof headBody>;

/** All passkeys lost: the paper key names the policy that shall follow. */
export const recoveryBody = object({ bld: hash, iss: hash, policy: hash, prev: hash, v });
export type Recovery = ReturnType<typeof recoveryBody>;

/** The host's word that a box is silent; never shown as a receipt. */
export const noAccessBody = object({
  bld: hash,
  ent: entName,
  iat: seconds,
  iss: hash,
  jkt: hash,
  since: seconds,
  v,
});
export type NoAccess = ReturnType<typeof noAccessBody>;
