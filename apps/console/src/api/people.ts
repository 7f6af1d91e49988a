import type { PublicJwk } from "@vestibule/core";
import {
  AnswerError,
  anything,
  flag,
  list,
  mapped,
  object,
  oneOf,
  optional,
  type Reader,
  text,
} from "@vestibule/sdk/wire";
import { moment, send } from "./send.ts";

/** The roles that a person can have in an organization. */
export const organizationRoles = ["owner", "manager", "viewer", "staff"] as const;
export type OrganizationRole = (typeof organizationRoles)[number];
const role = oneOf(...organizationRoles);

const membership = object({ organizationId: text, role });
const self = object({
  kind: text,
  id: text,
  name: optional(text),
  operator: optional(flag),
  memberships: optional(list(membership)),
});

/** Who is signed in. @throws RequestFault `sign-in-required` */
export const readSelf = (signal?: AbortSignal) =>
  send({ path: "/api/self", read: self, ...(signal ? { signal } : {}) });

const organization = object({ id: text, name: text, role });
export type Organization = ReturnType<typeof organization>;

/** The organizations one belongs to, with the own role in each. */
export const readOrganizations = async () =>
  (await send({ path: "/api/organizations", read: object({ organizations: list(organization) }) }))
    .organizations;

const person = object({ id: text, name: text, role, since: optional(moment) });
const pendingInvitation = object({
  id: text,
  role,
  expiresAt: moment,
  invitedBy: optional(text),
});
const people = object({
  people: list(person),
  invitations: optional(list(pendingInvitation)),
});

/** The colleagues of an organization and the links that nobody has used yet. */
export const readPeople = (organizationId: string) =>
  send({ path: `/api/organizations/${encodeURIComponent(organizationId)}/people`, read: people });

const invitationLink = object({ id: text, url: text, expiresAt: moment });
export type InvitationLink = ReturnType<typeof invitationLink>;

/** Makes a one-time link for a colleague; its secret is answered once. */
export const inviteColleague = (organizationId: string, wanted: OrganizationRole) =>
  send({
    method: "POST",
    path: `/api/organizations/${encodeURIComponent(organizationId)}/invitations`,
    body: { role: wanted },
    read: invitationLink,
  });

const openInvitation = object({
  organizationName: optional(text),
  role: text,
  expiresAt: moment,
  consent: text,
});
export type OpenInvitation = ReturnType<typeof openInvitation>;

/** What an invitation's secret opens. @throws RequestFault `invitation-not-valid` */
export const readInvitation = (secret: string) =>
  send({
    method: "POST",
    path: "/api/invitations/read",
    body: { secret },
    read: openInvitation,
  });

/** Begins to register a passkey; answers WebAuthn creation options as JSON. */
export const beginRegistration = (begin: {
  readonly secret: string;
  readonly name: string;
  readonly consent: string;
}) =>
  send({
    method: "POST",
    path: "/api/invitations/registration",
    body: begin,
    read: anything,
  });

/** Ends the registration: the person is signed in. */
export const finishRegistration = (response: object) =>
  send({
    method: "POST",
    path: "/api/auth/passkey/verify-registration",
    body: { response, createSession: true },
    read: anything,
  });

/** WebAuthn request options for a sign-in, as JSON. */
export const beginSignIn = () =>
  send({ path: "/api/auth/passkey/generate-authenticate-options", read: anything });

/** Ends the sign-in: the session's cookie is set. */
export const finishSignIn = (response: object) =>
  send({
    method: "POST",
    path: "/api/auth/passkey/verify-authentication",
    body: { response },
    read: anything,
  });

/** Ends the session. */
export const signOut = () =>
  send({ method: "POST", path: "/api/auth/sign-out", body: {}, read: anything });

/** A public key as papers name it: P-256 or Ed25519. */
const jwk: Reader<PublicJwk> = mapped(
  object({ kty: text, crv: text, x: text, y: optional(text) }),
  ({ kty, crv, x, y }, at) => {
    if (kty === "EC" && crv === "P-256" && y !== undefined) return { kty, crv, x, y };
    if (kty === "OKP" && crv === "Ed25519") return { kty, crv, x };
    throw new AnswerError(at);
  },
);

const demo = object({
  member: text,
  cred: text,
  label: text,
  /** As a policy names it, where the demonstration says so. */
  key: optional(object({ be: flag, cred: text, jwk, origin: text, rpId: text })),
});
/** The demonstration's own member, whose key lies with the demonstration. */
export type DemoKey = ReturnType<typeof demo>;

/** The demonstration's key; there is none elsewhere. */
export async function readDemoKey(): Promise<DemoKey | null> {
  try {
    return await send({ path: "/demo/info", read: demo });
  } catch {
    return null;
  }
}

const assertion = object({
  authenticatorData: text,
  clientDataJSON: text,
  signature: text,
});

/** Has the demonstration's member sign a challenge (base64url). */
export const signWithDemoKey = (challenge: string) =>
  send({ method: "POST", path: "/demo/sign", body: { challenge }, read: assertion });

const signingKey = object({
  id: text,
  label: text,
  cred: text,
  origin: text,
  rpId: text,
  be: flag,
  jwk,
});
/** A key with which the signed-in person can sign policies. */
export type SigningKey = ReturnType<typeof signingKey>;

/** The signed-in person's keys for signing policies. */
export const readSigningKeys = async () =>
  (await send({ path: "/api/signing-keys", read: object({ keys: list(signingKey) }) })).keys;

/** Begins to make a signing passkey; answers WebAuthn creation options. */
export const beginSigningKey = () =>
  send({ method: "POST", path: "/api/signing-keys/options", body: {}, read: anything });

/** Keeps a signing passkey's public half for use in policies. */
export const addSigningKey = (enrolment: {
  readonly label: string;
  readonly registration: object;
}) => send({ method: "POST", path: "/api/signing-keys", body: enrolment, read: anything });

/** Takes a key off the own list; a policy that names it keeps naming it. */
export const removeSigningKey = (id: string) =>
  send({
    method: "DELETE",
    path: `/api/signing-keys/${encodeURIComponent(id)}`,
    read: anything,
  });
