import {
  anything,
  flag,
  integer,
  list,
  mapped,
  object,
  oneOf,
  optional,
  text,
} from "@vestibule/sdk/wire";
import { moment, send } from "./send.ts";

const at = (id: string, rest = "") => `/api/buildings/${encodeURIComponent(id)}${rest}`;

const health = object({ doors: integer, online: integer, silentSince: optional(moment) });

const building = object({
  id: text,
  organizationId: optional(text),
  name: text,
  address: text,
  tz: text,
  bld: optional(text),
  state: oneOf("claimed", "proved"),
  demo: optional(flag),
  health: optional(health),
});
/** One of the portfolio's buildings. */
export type Building = ReturnType<typeof building>;

/** Buildings on one page of the portfolio. */
export const portfolioPageLength = 20;

const portfolio = object({ buildings: list(building), next: optional(text) });

/** One page of the buildings that the signed-in person reaches, by name. */
export function readBuildings(page: {
  readonly organizationId: string | undefined;
  readonly search: string;
  readonly after: string | undefined;
}) {
  const query = new URLSearchParams({ limit: String(portfolioPageLength) });
  if (page.organizationId !== undefined) query.set("organizationId", page.organizationId);
  if (page.search !== "") query.set("search", page.search);
  if (page.after !== undefined) query.set("after", page.after);
  return send({ path: `/api/buildings?${query}`, read: portfolio });
}

/** Adds a building; answers its id. */
export const addBuilding = async (made: {
  readonly organizationId: string;
  readonly name: string;
  readonly address: string;
  readonly tz: string;
}) =>
  (await send({ method: "POST", path: "/api/buildings", body: made, read: object({ id: text }) }))
    .id;

const door = object({
  id: text,
  ent: text,
  label: text,
  kind: text,
  ctl: text,
  online: flag,
  adopted: optional(flag),
  quarantined: optional(flag),
  silentSince: optional(moment),
  /** When it shuts to carriers if it stays silent. */
  shutsAt: optional(moment),
  strike: optional(oneOf("ok", "fault")),
  held: optional(flag),
  heldSince: optional(moment),
  sensing: optional(oneOf("contact", "current", "none")),
  presence: optional(text),
  noTap: optional(text),
});
/** One entrance with what its box last said of itself. Never whether it stands open or locked. */
export type Door = ReturnType<typeof door>;

const entrance = object({ id: text, ent: text, kind: text, label: text, page: optional(text) });

const policyVersion = object({
  hash: text,
  ver: integer,
  text,
  state: oneOf("pending", "in-force", "replaced"),
  offeredAt: optional(moment),
  inForceFrom: moment,
  until: optional(moment),
  /** What each box said of it: from when it counts there, or why it was not taken. */
  boxes: mapped(
    optional(
      list(
        object({
          ctl: text,
          ent: optional(text),
          accepted: optional(moment),
          code: optional(text),
        }),
      ),
    ),
    (boxes) => boxes ?? [],
  ),
});
/** A stored version of a policy. */
export type PolicyVersion = ReturnType<typeof policyVersion>;

const detail = object({
  id: text,
  organizationId: optional(text),
  name: text,
  address: text,
  tz: text,
  bld: optional(text),
  state: oneOf("claimed", "proved"),
  demo: optional(flag),
  entrances: mapped(optional(list(entrance)), (rows) => rows ?? []),
  doors: list(door),
  policy: optional(policyVersion),
  pending: mapped(optional(list(policyVersion)), (versions) => versions ?? []),
});
/** A building with its doors, their boxes and its policies. */
export type BuildingDetail = ReturnType<typeof detail>;

/** A building with its doors. @throws RequestFault `not-found` */
export const readBuilding = (id: string) => send({ path: at(id), read: detail });

/** All versions of a building's policy, oldest first. */
export const readPolicies = async (id: string) =>
  (await send({ path: at(id, "/policies"), read: object({ policies: list(policyVersion) }) }))
    .policies;

/** Hands in a signed policy. */
export const offerPolicy = (id: string, signed: string) =>
  send({
    method: "POST",
    path: at(id, "/policies"),
    body: { text: signed },
    read: object({ hash: text, inForceFrom: moment }),
  });

const unit = object({ id: text, label: text, optedOut: optional(flag) });
/** A flat or shop of a building. */
export type Unit = ReturnType<typeof unit>;

export const readUnits = async (id: string) =>
  (await send({ path: at(id, "/units"), read: object({ units: list(unit) }) })).units;

export const addUnit = (id: string, label: string) =>
  send({ method: "POST", path: at(id, "/units"), body: { label }, read: anything });

/** Takes a unit's parcels out of every grant from now on, or back in. */
export const optOutUnit = (id: string, unitId: string, optedOut: boolean) =>
  send({
    method: "PATCH",
    path: at(id, `/units/${encodeURIComponent(unitId)}`),
    body: { optedOut },
    read: anything,
  });

export const removeUnit = (id: string, unitId: string) =>
  send({
    method: "DELETE",
    path: at(id, `/units/${encodeURIComponent(unitId)}`),
    read: anything,
  });

export const addEntrance = (
  id: string,
  made: { readonly ent: string; readonly kind: string; readonly label: string },
) => send({ method: "POST", path: at(id, "/entrances"), body: made, read: anything });

const offer = object({ ctl: text, seal: text, nonce: text, mac: text });

/** Boxes that are connected and belong to no building yet. */
export const readOffers = async () =>
  (await send({ path: "/api/controllers/offers", read: object({ offers: list(offer) }) })).offers;

const adoption = object({
  bld: optional(text),
  policy: optional(text),
  mac: optional(text),
  code: optional(text),
});

const boxRow = object({
  controllerId: text,
  ctl: text,
  seal: text,
  software: optional(text),
  online: flag,
  adopted: flag,
  quarantined: flag,
  silentSince: optional(moment),
});
/** One of a building's boxes. */
export type BoxRow = ReturnType<typeof boxRow>;

/** A building's boxes and their health. */
export const readBoxes = async (id: string) =>
  (await send({ path: at(id, "/controllers"), read: object({ controllers: list(boxRow) }) }))
    .controllers;

/** Registers a box with a building by its key's thumbprint. */
export const registerBox = (id: string, box: { readonly ctl: string }) =>
  send({ method: "POST", path: at(id, "/controllers"), body: box, read: anything });

/** Lets a box back in that was set apart. @throws RequestFault `conflict` while its twin is connected */
export const releaseBox = (id: string, controllerId: string) =>
  send({
    method: "POST",
    path: at(id, `/controllers/${encodeURIComponent(controllerId)}/release`),
    body: {},
    read: anything,
  });

/** Hands the page's adoption to the box. The claim secret itself is never sent. */
export const adoptBox = (
  id: string,
  { ctl, ...body }: { readonly ctl: string; readonly nonce: string; readonly mac: string },
) =>
  send({
    method: "POST",
    path: at(id, `/controllers/${encodeURIComponent(ctl)}/adopt`),
    body,
    read: adoption,
  });

const party = object({ id: text, root: text, domain: text, name: text });

/** The carriers or vetters that this host knows. */
export const readParties = async (kind: "carriers" | "vetters") =>
  (await send({ path: `/api/${kind}`, read: object({ parties: list(party) }) })).parties;

const host = object({ domain: text, root: text, demo: flag, apps: list(text) });
/** What a building's first policy has to name of this host. */
export type HostTerms = ReturnType<typeof host>;

/** This host as policies name it. */
export const readHost = () => send({ path: "/api/host", read: host });
