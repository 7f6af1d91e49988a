import { type PublicJwk, paperOrigin, thumbprint } from "@vestibule/core";
import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { createOnce, inRequest, requestContext } from "../platform/http/in-request.ts";
import { HttpFault } from "../platform/http/problem.ts";
import { closed, Done, EcJwk, Label, Made, OkpJwk } from "../platform/http/schemas.ts";
import { idPattern } from "../platform/ids.ts";
import { readRegistration, type SigningKey, signingAlgorithms } from "./read-registration.ts";
import {
  deleteSigningKey,
  insertSigningKey,
  isSignInKey,
  readSigningKeys,
  signingChallengeMs,
  startChallenge,
  takeChallenge,
} from "./signing-key-store.ts";

const Base64url = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 16_384 });
const word = Type.String({ maxLength: 64 });
const Registration = Type.Object(
  {
    id: Base64url,
    rawId: Base64url,
    type: Type.Literal("public-key"),
    authenticatorAttachment: Type.Optional(word),
    clientExtensionResults: Type.Optional(Type.Object({})),
    response: Type.Object(
      {
        clientDataJSON: Base64url,
        attestationObject: Base64url,
        authenticatorData: Type.Optional(Base64url),
        transports: Type.Optional(Type.Array(word, { maxItems: 10 })),
        publicKey: Type.Optional(Base64url),
        publicKeyAlgorithm: Type.Optional(Type.Integer()),
      },
      closed,
    ),
  },
  closed,
);
const Enrol = Type.Object(
  {
    label: Label(100),
    registration: Type.Optional(Registration),
    paper: Type.Optional(Type.Union([EcJwk, OkpJwk], { description: "A paper key's public half" })),
  },
  closed,
);
const Key = Type.Object({
  id: Type.String(),
  label: Type.String(),
  cred: Type.String(),
  origin: Type.String(),
  rpId: Type.String(),
  be: Type.Boolean({ description: "Backed up by its maker (WebAuthn BE)" }),
  jwk: Type.Unknown(),
});
const Options = Type.Object({
  challenge: Type.String(),
  rp: Type.Object({ id: Type.String(), name: Type.String() }),
  user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(
    Type.Object({ type: Type.Literal("public-key"), alg: Type.Integer() }),
  ),
  authenticatorSelection: Type.Object({
    residentKey: Type.String(),
    userVerification: Type.String(),
  }),
  attestation: Type.String(),
  timeout: Type.Integer(),
});

/** Members' keys for signing policies: never sign-in keys, and of no effect until a policy names one. */
export function registerSigningKeys(app: App, dependencies: DomainDependencies): void {
  registerEnrolling(app, dependencies);
  app.get(
    "/api/signing-keys",
    {
      config: { action: "member.enrol" },
      schema: {
        summary: "One's own signing keys, as a policy names them",
        response: { 200: Type.Object({ keys: Type.Array(Key) }) },
      },
    },
    (request) =>
      inRequest(dependencies, request, async (transaction) => {
        const { principal = "" } = requestContext(request);
        return { keys: [...(await readSigningKeys(transaction, principal))] };
      }),
  );
  app.delete(
    "/api/signing-keys/:id",
    {
      config: { action: "member.enrol" },
      schema: {
        summary: "Removes a key from the list; a policy that names it keeps naming it",
        params: Type.Object({ id: Type.String({ pattern: idPattern("signingKey") }) }, closed),
        response: { 200: Done },
      },
    },
    (request) =>
      inRequest(dependencies, request, async (transaction) => {
        const { principal = "" } = requestContext(request);
        if (!(await deleteSigningKey(transaction, { principal, id: request.params.id })))
          throw new HttpFault("not-found");
        return {};
      }),
  );
}

function registerEnrolling(app: App, dependencies: DomainDependencies): void {
  const { config, crypto, now, pool } = dependencies;
  const origins = [config.origins.console, config.origins.signer].filter(
    (origin) => origin !== undefined,
  );
  app.post(
    "/api/signing-keys/options",
    {
      config: { action: "member.enrol" },
      schema: {
        summary: "Begins to make a signing passkey; answers WebAuthn creation options",
        body: Type.Object({}, closed),
        response: { 200: Options },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      if (principal.kind !== "person") throw new HttpFault("not-allowed");
      const challenge = await inRequest(dependencies, request, (transaction) =>
        startChallenge(transaction, {
          principal: requestContext(request).principal ?? "",
          nowMs: now(),
        }),
      );
      reply.header("cache-control", "no-store");
      return creationOptions(challenge, {
        host: new URL(config.origins.console).hostname,
        userId: principal.userId,
        name: principal.name,
      });
    },
  );
  app.post(
    "/api/signing-keys",
    {
      config: { action: "member.enrol" },
      schema: {
        summary: "Keeps a signing passkey's or a paper key's public half for use in policies",
        body: Enrol,
        response: { 201: Made },
      },
    },
    (request, reply) => {
      const { label, registration, paper } = request.body;
      if ((registration === undefined) === (paper === undefined))
        throw new HttpFault("request-invalid");
      return createOnce(dependencies, { request, reply }, async (transaction) => {
        const { principal = "" } = requestContext(request);
        const nowMs = now();
        let key: SigningKey | undefined;
        if (paper !== undefined) key = paperKey(thumbprint(crypto, paper), paper);
        else if (registration !== undefined) {
          const challenge = await takeChallenge(transaction, { principal, nowMs });
          key =
            challenge === undefined
              ? undefined
              : await readRegistration(registration, { challenge, origins });
        }
        if (key === undefined || (await isSignInKey(pool, key.cred)))
          throw new HttpFault("request-invalid");
        const id = await insertSigningKey(transaction, { principal, label, key, nowMs });
        if (id === undefined) throw new HttpFault("conflict");
        return { status: 201, body: { id } };
      });
    },
  );
}

function paperKey(cred: string, jwk: PublicJwk): SigningKey {
  return { cred, jwk, rpId: paperOrigin, origin: paperOrigin, be: false };
}

function creationOptions(
  challenge: string,
  { host, userId, name }: { readonly host: string; readonly userId: string; readonly name: string },
) {
  return {
    challenge,
    rp: { id: host, name: "Vestibule" },
    // Not the sign-in's user handle: an authenticator would put the one key in the other's place.
    user: {
      id: Buffer.from(`signing ${userId}`).toString("base64url"),
      name: `${name} (signs policies)`,
      displayName: `${name} (signs policies)`,
    },
    pubKeyCredParams: signingAlgorithms.map((alg) => ({ type: "public-key" as const, alg })),
    // The policy names the credential: no authenticator needs to list it, and few places are left for such.
    authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
    attestation: "none",
    timeout: signingChallengeMs,
  };
}
