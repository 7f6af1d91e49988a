import type { HttpFaultCode } from "@vestibule/core/faults";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Value } from "typebox/value";
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
/** WebAuthn level 3, PublicKeyCredentialRequestOptionsJSON, as far as a sign-in here needs it. */
const RequestOptions = Type.Object({
  challenge: Type.String(),
  rpId: Type.String(),
  timeout: Type.Integer(),
  userVerification: Type.String(),
});

const signIn = { action: "sign-in", rateLimit: { max: 60, timeWindow: 60_000 } } as const;

/**
 * The addresses of better-auth that this server answers: these and no other. What else it could do
 * (make organizations, change roles, invite by mail, sign up, read the session's token) is not
 * reachable.
 */
export function registerPasskeyRoutes(app: App, dependencies: AppDependencies): void {
  const pass = async (request: FastifyRequest, reply: FastifyReply) => {
    const response = await forward(dependencies, request);
    passCookies(reply, response);
    // Its body would tell the session's token to whatever script runs in the page.
    return reply.header("cache-control", "no-store").send({});
  };
  app.get(
    "/api/auth/passkey/generate-authenticate-options",
    {
      config: signIn,
      schema: { summary: "Begins a sign-in by passkey", response: { 200: RequestOptions } },
    },
    async (request, reply) => {
      const response = await forward(dependencies, request);
      passCookies(reply, response);
      const options: unknown = await response.json();
      if (!Value.Check(RequestOptions, options))
        throw new Error("better-auth's options have another form");
      // It asks for no more than "preferred"; the answer is refused where the person was not verified.
      return { ...options, userVerification: "required" };
    },
  );
  app.post(
    "/api/auth/passkey/verify-authentication",
    {
      config: signIn,
      schema: {
        summary: "Ends a sign-in by passkey; sets the session's cookie",
        body: Authentication,
        response: { 200: Nothing },
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
        response: { 200: Nothing },
      },
    },
    pass,
  );
  app.post(
    "/api/auth/sign-out",
    {
      config: signIn,
      schema: { summary: "Ends the session", body: Nothing, response: { 200: Nothing } },
    },
    pass,
  );
}

/** Puts a request to better-auth. @throws HttpFault in place of its own faults */
async function forward(
  { authentication, config }: AppDependencies,
  request: FastifyRequest,
): Promise<Response> {
  const path = request.routeOptions.url ?? "";
  const headers = new Headers();
  const { origin, cookie } = request.headers;
  if (origin !== undefined) headers.set("origin", origin);
  // An invitation makes a person, whoever is signed in on this page: the session stays out of it.
  const cookies = path.endsWith("/verify-registration") ? withoutSession(cookie) : cookie;
  if (cookies !== undefined) headers.set("cookie", cookies);
  const body = request.method === "POST" ? JSON.stringify(request.body ?? {}) : undefined;
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await authentication.handler(
    new Request(new URL(path, config.origins.console), {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
    }),
  );
  if (response.status >= 400) throw new HttpFault(await faultOf(response));
  return response;
}

function withoutSession(cookie: string | undefined): string | undefined {
  return cookie
    ?.split(";")
    .filter((one) => !/^\s*(?:__Secure-)?vestibule\.session_/.test(one))
    .join(";");
}

/** Hands on the cookies that better-auth sets. */
export function passCookies(reply: FastifyReply, { headers }: Pick<Response, "headers">): void {
  for (const cookie of headers.getSetCookie()) reply.header("set-cookie", cookie);
}

async function faultOf(response: Response): Promise<HttpFaultCode> {
  switch (response.status) {
    case 401:
      return "sign-in-required";
    case 403:
      return "origin-not-allowed";
    case 410:
      return "invitation-not-valid";
  }
  if (response.status < 500) return "request-invalid";
  // So it calls whatever an authenticator's answer fails on: the caller's doing.
  return /"FAILED_TO_VERIFY_REGISTRATION"/.test(await response.text())
    ? "request-invalid"
    : "internal";
}
