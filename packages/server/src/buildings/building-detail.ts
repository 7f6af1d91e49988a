import { type Static, Type } from "typebox";
import { type ControllerRow, readControllers } from "../controllers/controller-store.ts";
import { asListed, readEntrances } from "../entrances/entrance-store.ts";
import type { DomainDependencies } from "../features.ts";
import type { DatabaseTransaction } from "../platform/database.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { Hash, Instant } from "../platform/http/schemas.ts";
import { readPolicyWords } from "../policies/policy-boxes.ts";
import { PolicyVersion, showPolicies } from "../policies/policy-routes.ts";
import { findBuilding } from "./building-store.ts";

const Entrance = Type.Object({
  id: Type.String(),
  ent: Type.String(),
  kind: Type.String(),
  label: Type.String(),
  page: Type.Optional(Type.String({ description: "Address of the sticker, without a tap" })),
});
const Door = Type.Object({
  id: Type.String(),
  ent: Type.String(),
  kind: Type.String(),
  label: Type.String(),
  ctl: Hash,
  controllerId: Type.String(),
  online: Type.Boolean(),
  adopted: Type.Boolean(),
  quarantined: Type.Boolean(),
  silentSince: Type.Optional(Instant),
  sensing: Type.Optional(Type.String()),
  presence: Type.Optional(Type.String()),
  noTap: Type.Optional(Type.String()),
  strike: Type.Optional(Type.String({ enum: ["ok", "fault"] })),
  held: Type.Optional(Type.Boolean({ description: "Held open longer than the box allows" })),
});
/** A building as its people see it. */
export const BuildingDetail = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  name: Type.String(),
  address: Type.String(),
  tz: Type.String(),
  bld: Type.Optional(Hash),
  state: Type.String({ enum: ["claimed", "proved"] }),
  demo: Type.Boolean(),
  contact: Type.Optional(Type.String()),
  entrances: Type.Array(Entrance),
  doors: Type.Array(Door),
  policy: Type.Optional(PolicyVersion),
  pending: Type.Array(PolicyVersion),
});

/** Everything that the building's own page in the console shows but its entries. */
export async function describeBuilding(
  transaction: DatabaseTransaction,
  { boxes, policies, config, now }: DomainDependencies,
  buildingId: string,
): Promise<Static<typeof BuildingDetail>> {
  const building = await findBuilding(transaction, buildingId);
  if (building === undefined) throw new HttpFault("not-found");
  const registered = await readEntrances(transaction, buildingId);
  const controllers = await readControllers(transaction, buildingId);
  const standing = await policies.read(transaction, buildingId, now());
  const versions = showPolicies(standing, await readPolicyWords(transaction, buildingId));
  const latest = standing.inForce ?? standing.pending[0];
  const entrances = asListed(registered, latest?.policy.entrances ?? []);
  const inForce = versions.find(({ state }) => state === "in-force");
  const { bld, contact, timeZone, ...rest } = building;
  const doors = entrances.flatMap(({ id, ent, kind, label, controllerId }) => {
    const terms = standing.inForce?.entrances.get(ent);
    // The policy in force says which box serves a door; before there is one, the register does.
    const box = controllers.find((candidate) =>
      terms === undefined ? candidate.id === controllerId : candidate.ctl === terms.ctl,
    );
    if (box === undefined) return [];
    const said =
      terms === undefined
        ? {}
        : { sensing: terms.sensing, presence: terms.presence, noTap: terms.noTap };
    const online = boxes.isOnline(box.ctl);
    // What a silent box said before says nothing of now.
    const word = online ? box.doors.get(ent) : undefined;
    return [{ id, ent, kind, label, ...showBox(box, online), ...said, ...word }];
  });
  return {
    ...rest,
    tz: timeZone,
    ...(bld === null ? {} : { bld }),
    ...(contact === null ? {} : { contact }),
    entrances: entrances.map(({ id, ent, kind, label, sticker }) => ({
      id,
      ent,
      kind,
      label,
      ...(sticker === null ? {} : { page: `${config.publicUrl.origin}/d/${sticker}` }),
    })),
    doors,
    ...(inForce === undefined ? {} : { policy: inForce }),
    pending: versions.filter(({ state }) => state === "pending"),
  };
}

/** A box's health as every page words it: online now, or silent since when. */
export function showBox(box: ControllerRow, online: boolean) {
  return {
    controllerId: box.id,
    ctl: box.ctl,
    online,
    adopted: box.adoptedAt !== null,
    quarantined: box.quarantinedAt !== null,
    ...(online || box.lastSeenAt === null ? {} : { silentSince: box.lastSeenAt.toISOString() }),
  };
}
