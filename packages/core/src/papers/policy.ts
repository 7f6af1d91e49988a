import {
  type Holiday,
  isTimeZone,
  parseHolidays,
  parseSchedule,
  type Schedule,
} from "../schedule/index.ts";
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
  type Reader,
  ShapeError,
  seconds,
  text,
} from "./shape.ts";

/** Why somebody comes: to deliver, to collect, or on the post's daily round. */
export const purpose = oneOf("deliver", "collect", "round");
export type Purpose = ReturnType<typeof purpose>;

export const entranceKind = oneOf(
  "gate",
  "street",
  "lobby",
  "mailroom",
  "locker",
  "unit",
  "garage",
);
export type EntranceKind = ReturnType<typeof entranceKind>;

/** An entrance's name, unique within its policy and compared only together with `bld`. */
export const entName = matching(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 32);

const party = object({ domain, root: hash });
export type Party = ReturnType<typeof party>;

/** Where a paper key "lives": all paper keys together are one origin. */
export const paperOrigin = "paper";

/** An exact web origin with its port where it is not the scheme's own, or `paper`. */
const origin = matching(
  /^(?:paper|https:\/\/[a-z0-9.-]+(?::[0-9]{1,5})?|http:\/\/(?:[a-z0-9-]+\.)*localhost(?::[0-9]{1,5})?)$/,
  270,
);

const memberKey = object({
  be: flag,
  cred: bytesTextWithin(16, 1_023),
  jwk: publicJwk,
  origin,
  rpId: domain,
});
export type MemberKey = ReturnType<typeof memberKey>;

const member = object({
  id: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 63),
  keys: list(memberKey, { min: 1, max: 8 }),
});
export type Member = ReturnType<typeof member>;

const entrance = object({
  ctl: hash,
  ent: entName,
  kind: entranceKind,
  noTap: oneOf("refuse", "ble", "none"),
  presence: oneOf("nfc", "ble", "none"),
  purposes: list(purpose, { min: 1, max: 3 }),
  seal: bytesText(32),
  sensing: oneOf("contact", "current", "none"),
  uidHash: optional(hash),
});
export type Entrance = ReturnType<typeof entrance>;

const schedule: Reader<Schedule> = (value, field) => {
  const parsed = parseSchedule(value);
  if (parsed.kind === "refused") throw new ShapeError(within(field, parsed.field));
  return parsed.schedule;
};

const holidays: Reader<readonly Holiday[]> = (value, field) => {
  const parsed = parseHolidays(value);
  if (parsed.kind === "refused") throw new ShapeError(within(field, parsed.field));
  return parsed.holidays;
};

/** The schedule's own paths start at their list's name, which `field` already ends with. */
function within(field: string, inner: string): string {
  return `${field.slice(0, field.lastIndexOf("."))}.${inner}`;
}

const timeZone: Reader<string> = (value, field) => {
  const name = matching(/^[A-Za-z0-9_+/-]+$/, 64)(value, field);
  if (!isTimeZone(name)) throw new ShapeError(field);
  return name;
};

const carrier = object({
  cap: integer(1, 3_600),
  clearance: list(party, { min: 1, max: 16 }),
  domain,
  ents: list(entName, { min: 1, max: 64 }),
  holidays,
  purposes: list(purpose, { min: 1, max: 3 }),
  root: hash,
  schedule,
  tz: timeZone,
});
export type AdmittedCarrier = ReturnType<typeof carrier>;

const vkey = text(10, 512);

/** A building's policy: who may come, for what, when; which host, log and witnesses this door trusts. */
export const policyBody = object({
  accept_by: seconds,
  apps: object({ domains: list(domain, { min: 1, max: 32 }), uv: flag }),
  bld: optional(hash),
  carriers: list(carrier, { min: 0, max: 64 }),
  demo: optional(literal(true)),
  entrances: list(entrance, { min: 1, max: 64 }),
  from: seconds,
  host: party,
  limits: object({
    days: integer(1, 1_000),
    openings: integer(1, 1_000),
    per_handset: integer(1, 10_000),
    release_ms: integer(1, 3_600_000),
    retry: object({ n: integer(0, 1_000), s: integer(0, 86_400) }),
    wrong_codes: integer(1, 10_000),
  }),
  log: optional(vkey),
  members: list(member, { min: 1, max: 64 }),
  notice_s: integer(0, 40_000_000),
  offline: object({ after_reboot: literal("refuse"), max_stale_s: integer(1, 1_000_000) }),
  paths: list(list(entName, { min: 1, max: 16 }), { min: 0, max: 64 }),
  place: object({ address: text(1, 200), name: text(1, 100) }),
  prev: optional(hash),
  quorum: object({ members: integer(1, 64), origins: integer(1, 64) }),
  recovery: object({ seal: bytesText(32), sign: bytesText(32) }),
  software: object({ k: integer(0, 16), signers: list(hash, { min: 0, max: 16 }) }),
  typ: literal("vestibule-policy/1"),
  until: seconds,
  ver: integer(1, 1_000_000_000),
  witnesses: optional(
    object({ k: integer(1, 32), of: list(object({ domain, vkey }), { min: 1, max: 32 }) }),
  ),
});
export type Policy = ReturnType<typeof policyBody>;

/** One member's signature over a batch of policies; outside the hash. */
export const policySignature = object({
  authenticatorData: optional(bytesTextWithin(37, 1_024)),
  batch: list(hash, { min: 1, max: 64 }),
  clientDataJSON: optional(bytesTextWithin(2, 2_048)),
  cred: bytesTextWithin(16, 1_023),
  member: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, 63),
  signature: bytesTextWithin(8, 256),
});
export type PolicySignature = ReturnType<typeof policySignature>;

/** A policy with its signatures, as it travels and is stored. */
export const policyEnvelope = object({
  policy: policyBody,
  sigs: list(policySignature, { min: 0, max: 64 }),
});
