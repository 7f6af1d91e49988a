import {
  anything,
  flag,
  hash,
  instant,
  integer,
  list,
  object,
  oneOf,
  optional,
  text,
} from "../wire/reader.ts";
import { id } from "./answers.ts";

/** One of an organization's buildings. `bld` is absent until its genesis policy was accepted. */
export const building = object({
  id,
  name: text,
  address: text,
  tz: text,
  bld: optional(hash),
  state: optional(oneOf("claimed", "proved")),
  demo: optional(flag),
});
export type Building = ReturnType<typeof building>;
export const buildings = object({ buildings: list(building) });

/** One stored version of a policy. */
export const policyVersion = object({
  hash,
  ver: integer,
  text,
  inForceFrom: optional(instant),
  code: optional(text),
});
export type PolicyVersion = ReturnType<typeof policyVersion>;
export const policies = object({ policies: list(policyVersion) });

const door = object({
  id,
  ent: text,
  kind: text,
  ctl: hash,
  online: flag,
  silentSince: optional(instant),
  strike: optional(oneOf("ok", "fault")),
  held: optional(flag),
  sensing: optional(text),
});

/** A building with its doors, the health of their boxes and its policies. */
export const buildingDetail = object({
  id,
  name: text,
  address: text,
  tz: text,
  bld: optional(hash),
  state: oneOf("claimed", "proved"),
  doors: list(door),
  policy: optional(policyVersion),
  pending: optional(list(policyVersion)),
});
export type BuildingDetail = ReturnType<typeof buildingDetail>;

/** An unclaimed box that is connected now and offers itself under its claim card. */
export const offer = object({ ctl: hash, seal: hash, nonce: hash, mac: hash });
export type ControllerOffer = ReturnType<typeof offer>;
export const offers = object({ offers: list(offer) });

/** A box's answer to its adoption. */
export const adoption = object({
  bld: optional(hash),
  policy: optional(hash),
  mac: optional(hash),
  code: optional(text),
});

export const unit = object({ id, label: text, optedOut: optional(flag) });
export type Unit = ReturnType<typeof unit>;
export const units = object({ units: list(unit) });

/** A page of a building's log; `next` continues it. Rows are handed on as they are. */
export const page = object({ rows: list(anything), next: optional(text) });
export type Page = ReturnType<typeof page>;

export const signingKey = object({
  id: optional(id),
  label: text,
  cred: text,
  origin: text,
  rpId: text,
  be: flag,
  jwk: anything,
});
export type SigningKey = ReturnType<typeof signingKey>;
export const signingKeys = object({ keys: list(signingKey) });

export const created = object({ id });
