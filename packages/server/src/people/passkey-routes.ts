import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App, AppDependencies } from "../platform/http/app.ts";
import { HttpFault } from "../platform/http/problem.ts";

const Base64url = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 16_384 });
const text = Type.String({ maxLength: 64 });
/** WebAuthn level 3, RegistrationResponseJSON; what browsers may add beside it is not passed on. */
const Registration = Type.Object(
  {
    response: Type.Object(
      {
        id: Base64url,
        rawId: Base64url,
        type: Type.Literal("public-key"),
        authenticatorAttachment: Type.Optional(text),
        clientExtensionResults: Type.Object({}),
        response: Type.Object(
          {
            clientDataJSON: Base64url,
            attestationObject: Base64url,
            authenticatorData: Type.Optional(Base64url),
            transports: Type.Optional(Type.Array(text, { maxItems: 10 })),
            publicKey: Type.Optional(Base64url),
            publicKeyAlgorithm: Type.Optional(Type.Integer()),
          },
          { additionalProperties: false },
        ),
      },
      { additionalProperties: false },
    ),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    createSession: Type.Literal(true),
  },
  { additionalProperties: false },
);
const Authentication = Type.Object(
  {
    response: Type.Object(
      {
        id: Base64url,
        rawId: Base64url,
        type: Type.Literal("public-key"),
        authenticatorAttachment: Type.Optional(text),
        clientExtensionResults: Type.Object({}),
        response: Type.Object(
          {
            clientDataJSON: Base64url,
            authenticatorData: Base64url,
            signature: Base64url,
            userHandle: Type.Optional(Base64url),
          },
          { additionalProperties: false },
        ),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
const Nothing = Type.Object({}, { additionalProperties: false });

const signIn = { action: "sign-in", rateLimit: { max: 60, timeWindow: 60_000 } } as const;

/**
 * The addresses of better-auth that this server answers: these and no other. What else it could do
 * (make organizations, change roles, invite by mail, sign up) is not reachable.
 */
export function registerPasskeyRoutes(app: App, dependencies: AppDependencies): void {
  const pass = (request: FastifyRequest, reply: FastifyReply) =>
    answer(dependencies, request, reply);
  app.get(
    "/api/auth/passkey/generate-authenticate-options",
    { config: signIn, schema: { summary: "Begins a sign-in by passkey" } },
    pass,
  );
  app.post(
    "/api/auth/passkey/verify-authentication",
    {
      config: signIn,
      schema: {
        summary: "Ends a sign-in by passkey; sets the session's cookie",
        body: Authentication,
      },
    },
    pass,
  );
  app.post(
    "/api/auth/passkey/verify-registration",
    {
      config: signIn,
      schema: {
        summary: "Ends a registration begun with an invitation; the person is signed in",
        body: Registration,
      },
    },
    pass,
  );
  app.get(
    "/api/auth/get-session",
    { config: signIn, schema: { summary: "The session behind the cookie" } },
    pass,
  );
  app.post(
    "/api/auth/sign-out",
    { config: signIn, schema: { summary: "Ends the session", body: Nothing } },
    pass,
  );
}

async function answer(
  { authentication, config }: AppDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const headers = new Headers();
  for (const name of ["cookie", "origin", "user-agent"] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  const body = request.method === "POST" ? JSON.stringify(request.body ?? {}) : undefined;
  if (body !== undefined) headers.set("content-type", "application/json");
  const path = request.routeOptions.url ?? "";
  const response = await authentication.handler(
    new Request(new URL(path, config.origins.console), {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
    }),
  );
  return sendAuthentication(reply, response);
}

/** Sends what better-auth answers: its cookies and body, or one of our faults in place of its own. */
export async function sendAuthentication(
  reply: FastifyReply,
  response: Response,
): Promise<FastifyReply> {
  for (const cookie of response.headers.getSetCookie()) reply.header("set-cookie", cookie);
  if (response.status >= 400) throw new HttpFault(faultOf(response.status));
  return reply
    .code(response.status)
    .header("cache-control", "no-store")
    .type("application/json")
    .serializer(String)
    .send(await response.text());
}

function faultOf(status: number) {
  if (status === 401) return "sign-in-required" as const;
  if (status === 403) return "origin-not-allowed" as const;
  if (status === 410) return "invitation-not-valid" as const;
  return status < 500 ? ("request-invalid" as const) : ("internal" as const);
}
