import {
  type Action,
  isOrganizationRole,
  may,
  type OrganizationRole,
  type Role,
} from "../access/access.ts";
import type { Context } from "../platform/database.ts";

/** A person's role in one organization. */
export interface Membership {
  readonly organizationId: string;
  readonly role: OrganizationRole;
}

/** Who asks, as the server established it once for the request. */
export type Principal =
  | { readonly kind: "anonymous" }
  | {
      readonly kind: "person";
      readonly userId: string;
      readonly name: string;
      readonly memberships: readonly Membership[];
      readonly operator: boolean;
    }
  | {
      readonly kind: "handset";
      readonly handsetId: string;
      readonly jkt: string;
      readonly carrierId: string;
    }
  | { readonly kind: "carrier"; readonly carrierId: string }
  | { readonly kind: "box"; readonly ctl: string; readonly buildingId: string };

/** The roles a principal has anywhere. */
export function rolesOf(principal: Principal): readonly Role[] {
  if (principal.kind !== "person") return [principal.kind];
  const roles: Role[] = principal.memberships.map(({ role }) => role);
  if (principal.operator) roles.push("operator");
  // Signed in without a role: no more than a stranger.
  return roles.length > 0 ? [...new Set(roles)] : ["anonymous"];
}

/** Whether a principal may do something somewhere; where is what {@link contextFor} says. */
export function mayAnywhere(principal: Principal, action: Action): boolean {
  return rolesOf(principal).some((role) => may(role, action));
}

/** Kind and id in one word, for audit events and idempotency keys. */
export function principalName(principal: Principal): string {
  switch (principal.kind) {
    case "anonymous":
      return "anonymous";
    case "person":
      return `person ${principal.userId}`;
    case "handset":
      return `handset ${principal.handsetId}`;
    case "carrier":
      return `carrier ${principal.carrierId}`;
    case "box":
      return `box ${principal.ctl}`;
  }
}

/**
 * The database context in which a principal does something: a person reaches the organizations in
 * which his role allows it and no others, so an owner of one who is a viewer of another changes
 * nothing in the other, whatever the address says.
 *
 * @returns undefined when no role of his allows it.
 */
export function contextFor(principal: Principal, action: Action): Context | undefined {
  const name = principalName(principal);
  switch (principal.kind) {
    case "anonymous":
      return may("anonymous", action) ? { role: "anonymous", principal: name } : undefined;
    case "handset":
      return may("handset", action)
        ? { role: "handset", principal: name, handset: principal.jkt }
        : undefined;
    case "carrier":
      return may("carrier", action)
        ? { role: "carrier", principal: name, carriers: [principal.carrierId] }
        : undefined;
    case "box":
      return may("box", action)
        ? { role: "box", principal: name, buildings: [principal.buildingId] }
        : undefined;
    case "person":
      return personContext(principal, action);
  }
}

function personContext(
  principal: Extract<Principal, { kind: "person" }>,
  action: Action,
): Context | undefined {
  const name = principalName(principal);
  const allowed = principal.memberships.filter(({ role }) => may(role, action));
  const [first] = allowed;
  if (first)
    return {
      role: first.role,
      principal: name,
      organizations: allowed.map(({ organizationId }) => organizationId),
    };
  if (principal.operator && may("operator", action)) return { role: "operator", principal: name };
  return may("anonymous", action) ? { role: "anonymous", principal: name } : undefined;
}

/** The memberships among rows; a role that this version does not know gives none. */
export function memberships(
  rows: readonly { organizationId: string; role: string }[],
): readonly Membership[] {
  return rows.flatMap(({ organizationId, role }) =>
    isOrganizationRole(role) ? [{ organizationId, role }] : [],
  );
}
