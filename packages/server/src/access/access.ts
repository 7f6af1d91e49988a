/** Who may ask. Installer, resident and seller come with their issues. */
export const roles = [
  "anonymous",
  "owner",
  "manager",
  "viewer",
  "staff",
  "carrier",
  "handset",
  "box",
  "operator",
] as const;
/** One of {@link roles}. */
export type Role = (typeof roles)[number];

/** The roles that a person can have in an organization. */
export const organizationRoles = ["owner", "manager", "viewer", "staff"] as const;
/** One of {@link organizationRoles}. */
export type OrganizationRole = (typeof organizationRoles)[number];

/** Whether a text is a role in an organization. */
export function isOrganizationRole(text: string): text is OrganizationRole {
  return organizationRoles.some((role) => role === text);
}

/** What can be asked. Every route names one. */
export const actions = [
  "host.read",
  "page.read",
  "tap.hand-on",
  "invitation.open",
  "sign-in",
  "self.read",
  "self.leave",
  "organization.read",
  "organization.update",
  "person.read",
  "person.invite",
  "person.remove",
  "building.create",
  "building.read",
  "building.update",
  "building.prove",
  "entrance.write",
  "unit.write",
  "controller.read",
  "controller.write",
  "policy.read",
  "policy.offer",
  "policy.object",
  "member.enrol",
  "carrier.read",
  "carrier.register",
  "vetter.read",
  "vetter.register",
  "keyset.read",
  "keyset.put",
  "badge.put",
  "badge.read",
  "handset.enrol",
  "handset.sign-in",
  "assignment.put",
  "assignment.read",
  "assignment.own",
  "grant.read",
  "attempt.make",
  "attempt.read",
  "attempt.own",
  "visit.read",
  "receipt.read",
  "receipt.put",
  "live.read",
  "audit.read",
  "link.open",
  "fleet.read",
] as const;
/** One of {@link actions}. */
export type Action = (typeof actions)[number];

const everyone: readonly Action[] = [
  "host.read",
  "page.read",
  "tap.hand-on",
  "invitation.open",
  "sign-in",
  "keyset.read",
  "carrier.read",
  "vetter.read",
];
/** Signed papers are their own authority: whoever carries them may hand them in. */
const carriesPapers: readonly Action[] = ["keyset.put", "badge.put", "assignment.put"];

const staff: readonly Action[] = [
  ...everyone,
  "self.read",
  "self.leave",
  "organization.read",
  "building.read",
  "controller.read",
  "policy.read",
  "attempt.read",
  "visit.read",
  "live.read",
];
const viewer: readonly Action[] = [...staff, "receipt.read", "person.read"];
const manager: readonly Action[] = [
  ...viewer,
  "building.create",
  "building.update",
  "entrance.write",
  "unit.write",
  "controller.write",
  "policy.offer",
  "policy.object",
  "member.enrol",
  "assignment.read",
  "grant.read",
  "audit.read",
];

// What is not here is not allowed. vectors/access.json repeats the whole table for reviewers.
const allowed: Readonly<Record<Role, ReadonlySet<Action>>> = {
  anonymous: new Set([...everyone, ...carriesPapers, "handset.enrol", "handset.sign-in"]),
  staff: new Set(staff),
  viewer: new Set(viewer),
  manager: new Set(manager),
  owner: new Set([...manager, "organization.update", "person.invite", "person.remove"]),
  carrier: new Set([...everyone, ...carriesPapers, "assignment.own", "attempt.own", "badge.read"]),
  handset: new Set([...everyone, "self.read", "assignment.own", "attempt.make", "attempt.own"]),
  box: new Set(["host.read", "link.open", "receipt.put", "keyset.read"]),
  // Runs the machine; sees no building's entries.
  operator: new Set([
    ...everyone,
    "self.read",
    "self.leave",
    "building.prove",
    "carrier.register",
    "vetter.register",
    "person.invite",
    "fleet.read",
  ]),
};

/** Whether a role may do something at all; whose rows it then reaches is the database's context. */
export function may(role: Role, action: Action): boolean {
  return allowed[role].has(action);
}
