import { decodeBase64url, encodeBase64url } from "@vestibule/core";
import { isObject } from "@vestibule/sdk/wire";

/** Why the browser made no assertion: the person closed its window, or it cannot. */
export type PasskeyFailure = "cancelled" | "known" | "unsupported" | "failed";

/** A ceremony that ended without a key's answer. */
export class PasskeyError extends Error {
  override readonly name = "PasskeyError";
  readonly reason: PasskeyFailure;
  constructor(reason: PasskeyFailure) {
    super(reason);
    this.reason = reason;
  }
}

/** Whether this browser can hold passkeys at all. */
export function passkeysSupported(): boolean {
  return "credentials" in navigator && typeof PublicKeyCredential === "function";
}

/** Registers a passkey from the host's options (WebAuthn level 3, JSON form). @throws PasskeyError */
export async function registerPasskey(
  options: unknown,
  /** A key for signing policies stays out of the browser's list of sign-in keys. */
  residentKey: ResidentKeyRequirement = "required",
): Promise<object> {
  if (!passkeysSupported()) throw new PasskeyError("unsupported");
  const credential = await guarded(() =>
    navigator.credentials.create({ publicKey: creationOptions(options, residentKey) }),
  );
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyError("failed");
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new PasskeyError("failed");
  return {
    ...envelope(credential),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

/** Answers the host's request options with a passkey. @throws PasskeyError */
export async function answerWithPasskey(options: unknown): Promise<object> {
  if (!passkeysSupported()) throw new PasskeyError("unsupported");
  const { credential, response } = await assertionOf(requestOptions(options));
  return {
    ...envelope(credential),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      ...(response.userHandle === null || response.userHandle.byteLength === 0
        ? {}
        : { userHandle: textOf(response.userHandle) }),
    },
  };
}

/** Asks a passkey to sign. @throws PasskeyError */
export async function assertionOf(publicKey: PublicKeyCredentialRequestOptions): Promise<{
  readonly credential: PublicKeyCredential;
  readonly response: AuthenticatorAssertionResponse;
}> {
  const credential = await guarded(() => navigator.credentials.get({ publicKey }));
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyError("failed");
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new PasskeyError("failed");
  return { credential, response };
}

async function guarded(ask: () => Promise<Credential | null>): Promise<Credential | null> {
  try {
    return await ask();
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "NotAllowedError" || name === "AbortError") throw new PasskeyError("cancelled");
    if (name === "InvalidStateError") throw new PasskeyError("known");
    if (name === "NotSupportedError") throw new PasskeyError("unsupported");
    throw new PasskeyError("failed");
  }
}

function envelope(credential: PublicKeyCredential): object {
  const attachment = credential.authenticatorAttachment;
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: "public-key",
    clientExtensionResults: {},
    ...(attachment === null ? {} : { authenticatorAttachment: attachment }),
  };
}

/** Bytes as base64url. */
export function textOf(buffer: ArrayBuffer): string {
  return encodeBase64url(new Uint8Array(buffer));
}

/** Base64url as bytes of their own buffer. @throws PasskeyError when it is none. */
export function bytesOf(text: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof text === "string" ? decodeBase64url(text) : undefined;
  if (bytes === undefined) throw new PasskeyError("failed");
  return new Uint8Array(bytes);
}

function creationOptions(
  options: unknown,
  residentKey: ResidentKeyRequirement,
): PublicKeyCredentialCreationOptions {
  if (!isObject(options) || !isObject(options["rp"]) || !isObject(options["user"]))
    throw new PasskeyError("failed");
  const { rp, user } = options;
  const name = String(user["name"] ?? "");
  return {
    challenge: bytesOf(options["challenge"]),
    rp: { name: String(rp["name"] ?? "Vestibule"), ...(rp["id"] ? { id: String(rp["id"]) } : {}) },
    user: { id: bytesOf(user["id"]), name, displayName: String(user["displayName"] ?? name) },
    // The host verifies what it accepts; ES256 and EdDSA are what every passkey offers.
    pubKeyCredParams: [
      { type: "public-key", alg: -7 },
      { type: "public-key", alg: -8 },
    ],
    excludeCredentials: descriptors(options["excludeCredentials"]),
    authenticatorSelection: { residentKey, userVerification: "required" },
    attestation: "none",
    timeout: 120_000,
  };
}

function requestOptions(options: unknown): PublicKeyCredentialRequestOptions {
  if (!isObject(options)) throw new PasskeyError("failed");
  const rpId = options["rpId"];
  return {
    challenge: bytesOf(options["challenge"]),
    ...(typeof rpId === "string" ? { rpId } : {}),
    allowCredentials: descriptors(options["allowCredentials"]),
    userVerification: "required",
    timeout: 120_000,
  };
}

function descriptors(value: unknown): PublicKeyCredentialDescriptor[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) =>
    isObject(entry) ? [{ type: "public-key" as const, id: bytesOf(entry["id"]) }] : [],
  );
}
