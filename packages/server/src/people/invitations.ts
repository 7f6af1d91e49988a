import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";
import type { OrganizationRole } from "../access/access.ts";
import { newId } from "../platform/ids.ts";

/** How long an invitation can be used, in ms. */
export const invitationMs = 7 * 24 * 3_600_000;
/** How long a registration may take once begun, in ms; better-auth's challenge lives 5 minutes. */
export const registrationMs = 5 * 60_000;
/** The text that a person agrees to before any row about him exists. */
export const consentVersion = "people-2026-11";

/** Connections to the schema `auth`; the owner's will do for the CLI. */
export type AuthConnections = Pick<pg.Pool, "query" | "connect">;

/** Whom a link lets in. */
export type Invitation =
  | { readonly kind: "first-owner"; readonly organizationName: string }
  | {
      readonly kind: "member";
      readonly organizationId: string;
      readonly role: OrganizationRole;
      readonly invitedBy: string;
    }
  | { readonly kind: "operator" };

/** A link that was made. Its secret stands in the fragment, which browsers send to nobody. */
export interface InvitationLink {
  readonly id: string;
  /** To be handed to the person; it is kept nowhere. */
  readonly url: string;
  readonly expiresAt: Date;
}

/** Where and when a link is made. */
export interface InvitationPlace {
  readonly consoleOrigin: string;
  readonly nowMs: number;
}

/** Makes a one-time link. Only its secret's hash is kept. */
export async function invite(
  connections: AuthConnections,
  invitation: Invitation,
  { consoleOrigin, nowMs }: InvitationPlace,
): Promise<InvitationLink> {
  const secret = randomBytes(32).toString("base64url");
  const id = newId("invitation", nowMs);
  const expiresAt = new Date(nowMs + invitationMs);
  const columns = {
    "first-owner": [
      "owner",
      null,
      invitation.kind === "first-owner" ? invitation.organizationName : null,
      null,
    ],
    member:
      invitation.kind === "member"
        ? [invitation.role, invitation.organizationId, null, invitation.invitedBy]
        : [],
    operator: ["operator", null, null, null],
  }[invitation.kind];
  await connections.query(
    `insert into auth.invitation_link
       (id, secret_hash, role, organization_id, organization_name, invited_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, secretHash(secret), ...columns, new Date(nowMs), expiresAt],
  );
  return { id, url: `${consoleOrigin}/invitation#${secret}`, expiresAt };
}

/** Makes the link of an organization's first owner; `vestibule serve` and `keys invite` print it. */
export function inviteOwner(
  connections: AuthConnections,
  { organizationName, ...place }: InvitationPlace & { readonly organizationName: string },
): Promise<InvitationLink> {
  return invite(connections, { kind: "first-owner", organizationName }, place);
}

/** Whether anybody can sign in yet; the first start prints an owner's link when nobody can. */
export async function hasPeople(connections: AuthConnections): Promise<boolean> {
  const { rowCount } = await connections.query(`select 1 from auth."user" limit 1`);
  return rowCount === 1;
}

/** What the holder of a link may know before he agrees. */
export interface OpenInvitation {
  readonly organizationName: string | null;
  readonly role: string;
  readonly expiresAt: Date;
}

/** What a secret opens, or undefined when it is unknown, used or too old: the three look alike. */
export async function readInvitation(
  connections: AuthConnections,
  { secret, nowMs }: { readonly secret: string; readonly nowMs: number },
): Promise<OpenInvitation | undefined> {
  const { rows } = await connections.query<OpenInvitation>(
    `select coalesce(link.organization_name, org.name) as "organizationName", link.role,
       link.expires_at as "expiresAt"
     from auth.invitation_link link left join auth.organization org on org.id = link.organization_id
     where secret_hash = $1 and used_at is null and expires_at > $2`,
    [secretHash(secret), new Date(nowMs)],
  );
  return rows[0];
}

/** A person who begins to register with a link. */
export interface Registration {
  readonly secret: string;
  readonly name: string;
  readonly consentVersion: string;
  readonly nowMs: number;
}

/**
 * Begins a registration: notes who agreed to what, and gives a short-lived handle that stands for
 * it in the passkey ceremony. Beginning again replaces the handle. Undefined as in
 * {@link readInvitation}.
 */
export async function beginRegistration(
  connections: AuthConnections,
  { secret, name, consentVersion: agreed, nowMs }: Registration,
): Promise<string | undefined> {
  const handle = randomBytes(32).toString("base64url");
  const { rowCount } = await connections.query(
    `update auth.invitation_link
     set handle_hash = $2, handle_expires_at = $3, user_id = $4, user_name = $5, consent_version = $6
     where secret_hash = $1 and used_at is null and expires_at > $7`,
    [
      secretHash(secret),
      secretHash(handle),
      new Date(nowMs + registrationMs),
      newId("user", nowMs),
      name,
      agreed,
      new Date(nowMs),
    ],
  );
  return rowCount === 1 ? handle : undefined;
}

/** How secrets of 256 random bits lie at rest. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
