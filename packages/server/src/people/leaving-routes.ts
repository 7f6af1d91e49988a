import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Action } from "../access/access.ts";
import type { App, AppDependencies } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Done } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { endHandsetSessions } from "./handset-sessions.ts";
import { endSessions, type Left, leave, withdrawInvitation } from "./leave.ts";
import { contextFor } from "./principal.ts";

const organizationId = Type.String({ pattern: idPattern("organization") });
const OfPerson = Type.Object(
  { organizationId, userId: Type.String({ pattern: idPattern("user") }) },
  closed,
);
const OfInvitation = Type.Object(
  { organizationId, invitationId: Type.String({ pattern: idPattern("invitation") }) },
  closed,
);

/** How people go: from an organization, from this host, from every page they are signed in on. */
export function registerLeaving(app: App, dependencies: AppDependencies): void {
  const { pool } = dependencies;
  app.delete(
    "/api/organizations/:organizationId/people/:userId",
    {
      config: { action: "person.remove" },
      schema: {
        summary:
          "Removes a person from an organization, never its last owner; a policy that names his key keeps naming it",
        params: OfPerson,
        response: { 200: Done },
      },
    },
    async (request) => {
      reach(request, "person.remove");
      return told(await leave(pool, request.params));
    },
  );
  app.delete(
    "/api/organizations/:organizationId/invitations/:invitationId",
    {
      config: { action: "person.invite" },
      schema: {
        summary: "Withdraws a link that nobody has used yet",
        params: OfInvitation,
        response: { 200: Done },
      },
    },
    async (request) => {
      reach(request, "person.invite");
      const { organizationId: of, invitationId: id } = request.params;
      if (!(await withdrawInvitation(pool, { id, organizationId: of })))
        throw new HttpFault("not-found");
      return {};
    },
  );
  registerOwn(app, dependencies);
}

function registerOwn(app: App, { pool }: AppDependencies): void {
  app.delete(
    "/api/self",
    {
      config: { action: "self.leave" },
      schema: {
        summary:
          "Withdraws one's consent: whoever asks leaves every organization and is deleted now; an organization's last owner has to find another first",
        response: { 200: Done },
      },
    },
    async ({ principal }) => {
      if (principal.kind !== "person") throw new HttpFault("not-allowed");
      return told(await leave(pool, { userId: principal.userId }));
    },
  );
  app.post(
    "/api/self/sign-out-everywhere",
    {
      config: { action: "self.read" },
      schema: {
        summary: "Ends every session of the person, or every token of the handset, that asks",
        body: Done,
        response: { 200: Done },
      },
    },
    async ({ principal }) => {
      if (principal.kind === "person") await endSessions(pool, principal.userId);
      else if (principal.kind === "handset") await endHandsetSessions(pool, principal.jkt);
      else throw new HttpFault("not-allowed");
      return {};
    },
  );
}

/** To whoever may not do this in the organization it does not exist. */
function reach(
  { principal, params }: FastifyRequest<{ Params: { organizationId: string } }>,
  action: Action,
): void {
  const { organizations = [] } = contextFor(principal, action) ?? {};
  if (!organizations.includes(params.organizationId)) throw new HttpFault("not-found");
}

function told(left: Left): Record<string, never> {
  switch (left) {
    case "left":
      return {};
    case "nobody":
      throw new HttpFault("not-found");
    case "last-owner":
      throw new HttpFault("conflict");
  }
}
