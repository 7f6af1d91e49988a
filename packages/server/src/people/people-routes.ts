import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { organizationRoles } from "../access/access.ts";
import type { App, AppDependencies } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { idPattern, isId } from "../platform/ids.ts";
import { readColleagues } from "./colleagues.ts";
import { beginRegistration, consentVersion, invite, readInvitation } from "./invitations.ts";
import { registerLeaving } from "./leaving-routes.ts";
import { passCookies, registerPasskeyRoutes } from "./passkey-routes.ts";
import { contextFor } from "./principal.ts";

const Secret = Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" });
const ReadInvitation = Type.Object({ secret: Secret }, { additionalProperties: false });
const BeginRegistration = Type.Object(
  {
    secret: Secret,
    name: Type.String({ minLength: 1, maxLength: 200, pattern: "\\S" }),
    consent: Type.Literal(consentVersion, {
      description: "The version of the text that the person agreed to",
    }),
  },
  { additionalProperties: false },
);
/** WebAuthn level 3, PublicKeyCredentialCreationOptionsJSON, as better-auth gives it. */
const CreationOptions = Type.Object({
  challenge: Type.String(),
  rp: Type.Object({ id: Type.Optional(Type.String()), name: Type.String() }),
  user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(Type.Object({ type: Type.String(), alg: Type.Integer() })),
  timeout: Type.Integer(),
  attestation: Type.String(),
  authenticatorSelection: Type.Object({
    residentKey: Type.String(),
    requireResidentKey: Type.Optional(Type.Boolean()),
    userVerification: Type.String(),
  }),
  extensions: Type.Optional(Type.Object({ credProps: Type.Optional(Type.Boolean()) })),
});
const InvitePerson = Type.Object(
  { role: Type.String({ enum: [...organizationRoles] }) },
  { additionalProperties: false },
);
const Invitation = Type.Object({
  organizationName: Type.Union([Type.String(), Type.Null()]),
  role: Type.String(),
  expiresAt: Type.String({ format: "date-time" }),
  consent: Type.String({ description: "The version of the text to agree to" }),
});
const Self = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  name: Type.Optional(Type.String()),
  operator: Type.Optional(Type.Boolean()),
  memberships: Type.Optional(
    Type.Array(Type.Object({ organizationId: Type.String(), role: Type.String() })),
  ),
});
const Organization = Type.Object(
  { organizationId: Type.String({ pattern: idPattern("organization") }) },
  { additionalProperties: false },
);

/** Guesses at secrets of 256 bits are hopeless; this keeps them cheap for us. */
const guarded = { rateLimit: { max: 30, timeWindow: 60_000 } };

/** How people arrive, sign in and learn who they are. */
export function registerPeople(app: App, dependencies: AppDependencies): void {
  const { pool, now, authentication } = dependencies;
  app.post(
    "/api/invitations/read",
    {
      config: { action: "invitation.open", ...guarded },
      schema: {
        summary: "What an invitation's secret opens",
        body: ReadInvitation,
        response: { 200: Invitation },
      },
    },
    async (request) => {
      const open = await readInvitation(pool, { secret: request.body.secret, nowMs: now() });
      if (!open) throw new HttpFault("invitation-not-valid");
      return { ...open, expiresAt: open.expiresAt.toISOString(), consent: consentVersion };
    },
  );
  app.post(
    "/api/invitations/registration",
    {
      config: { action: "invitation.open", ...guarded },
      schema: {
        summary:
          "Begins to register a passkey with an invitation; answers WebAuthn creation options, to be answered at /api/auth/passkey/verify-registration",
        body: BeginRegistration,
        response: { 200: CreationOptions },
      },
    },
    async (request, reply) => {
      const { secret, name, consent } = request.body;
      const handle = await beginRegistration(pool, {
        secret,
        name: name.trim(),
        consentVersion: consent,
        nowMs: now(),
      });
      if (handle === undefined) throw new HttpFault("invitation-not-valid");
      const { headers, response } = await authentication.api.generatePasskeyRegistrationOptions({
        query: { context: handle },
        // No cookie goes along: an invitation makes a person, whoever is signed in on this page.
        headers: new Headers({ origin: dependencies.config.origins.console }),
        returnHeaders: true,
      });
      passCookies(reply, { headers });
      const options: unknown = response;
      if (!Value.Check(CreationOptions, options))
        throw new Error("better-auth's options have another form");
      return options;
    },
  );
  registerPasskeyRoutes(app, dependencies);
  registerInviting(app, dependencies);
  registerColleagues(app, dependencies);
  registerLeaving(app, dependencies);
  app.get(
    "/api/self",
    {
      config: { action: "self.read" },
      schema: { summary: "Who is signed in", response: { 200: Self } },
    },
    async (request) => describeSelf(request),
  );
}

function registerInviting(app: App, { pool, now, config }: AppDependencies): void {
  const Link = Type.Object({
    id: Type.String(),
    url: Type.String(),
    expiresAt: Type.String({ format: "date-time" }),
  });
  app.post(
    "/api/organizations/:organizationId/invitations",
    {
      config: { action: "person.invite" },
      schema: {
        summary: "Makes a one-time link for a person; its secret is shown here once",
        params: Organization,
        body: InvitePerson,
        response: { 201: Link },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.params;
      const invitedBy = inviterIn(request, organizationId);
      const role = organizationRoles.find((known) => known === request.body.role);
      if (role === undefined) throw new HttpFault("request-invalid");
      const link = await invite(
        pool,
        { kind: "member", organizationId, role, invitedBy },
        { consoleOrigin: config.origins.console, nowMs: now() },
      );
      return reply
        .code(201)
        .header("cache-control", "no-store")
        .send({ ...link, expiresAt: link.expiresAt.toISOString() });
    },
  );
}

function registerColleagues(app: App, { pool, now }: AppDependencies): void {
  const Instant = Type.String({ format: "date-time" });
  app.get(
    "/api/organizations/:organizationId/people",
    {
      config: { action: "person.read" },
      schema: {
        summary: "The people of an organization, and the links into it that nobody has used yet",
        params: Organization,
        response: {
          200: Type.Object({
            people: Type.Array(
              Type.Object({
                id: Type.String(),
                name: Type.String(),
                role: Type.String(),
                since: Instant,
              }),
            ),
            invitations: Type.Array(
              Type.Object({ id: Type.String(), role: Type.String(), expiresAt: Instant }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.params;
      const context = contextFor(request.principal, "person.read");
      // To anybody else the organization does not exist.
      if (context?.organizations?.includes(organizationId) !== true)
        throw new HttpFault("not-found");
      return readColleagues(pool, { organizationId, nowMs: now() });
    },
  );
}

/** The person who may invite into this organization; to anybody else it does not exist. */
function inviterIn({ principal }: FastifyRequest, organizationId: string): string {
  const context = contextFor(principal, "person.invite");
  const reached =
    context?.organizations?.includes(organizationId) === true &&
    isId("organization", organizationId);
  if (principal.kind !== "person" || !reached) throw new HttpFault("not-found");
  return principal.userId;
}

function describeSelf({ principal }: FastifyRequest): Static<typeof Self> {
  switch (principal.kind) {
    case "person":
      return {
        kind: "person",
        id: principal.userId,
        name: principal.name,
        operator: principal.operator,
        memberships: [...principal.memberships],
      };
    case "handset":
      return { kind: "handset", id: principal.handsetId };
    case "anonymous":
    case "carrier":
    case "box":
      throw new HttpFault("not-allowed");
  }
}
