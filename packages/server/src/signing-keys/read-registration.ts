import { verifyRegistrationResponse } from "@simplewebauthn/server";
import { cose, decodeCredentialPublicKey } from "@simplewebauthn/server/helpers";
import { encodeBase64url, type MemberKey, type PublicJwk } from "@vestibule/core";

/** A member's key as a policy names it. */
export type SigningKey = MemberKey;

/** WebAuthn level 3, RegistrationResponseJSON, its form checked by the route. */
export interface Registration {
  readonly id: string;
  readonly rawId: string;
  readonly type: "public-key";
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string };
}

/** What a registration must answer to. */
export interface RegistrationTerms {
  readonly challenge: string;
  readonly origins: readonly string[];
}

/** COSE's numbers of the two algorithms that members sign with: ES256 and EdDSA. */
export const signingAlgorithms = [-7, -8] as const;

/**
 * Reads what an authenticator answered when a signing key was made: fresh challenge, one of our
 * origins, the person verified, ES256 on P-256 or EdDSA on Ed25519. Who made the authenticator is not
 * asked: a policy's members know each other, and name the key themselves.
 *
 * @returns undefined where any of it is not so.
 */
export async function readRegistration(
  registration: Registration,
  { challenge, origins }: RegistrationTerms,
): Promise<SigningKey | undefined> {
  const origin = originOf(registration.response.clientDataJSON);
  if (origin === undefined || !origins.includes(origin)) return undefined;
  const rpId = new URL(origin).hostname;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...registration, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...signingAlgorithms],
    });
    if (!verified) return undefined;
    const jwk = jwkOf(registrationInfo.credential.publicKey);
    if (jwk === undefined) return undefined;
    const be = registrationInfo.credentialDeviceType === "multiDevice";
    return { cred: registrationInfo.credential.id, jwk, rpId, origin, be };
  } catch {
    // The library throws on whatever does not fit; to the caller all of it is one refusal.
    return undefined;
  }
}

function originOf(clientDataJSON: string): string | undefined {
  try {
    const client: unknown = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString("utf8"));
    if (typeof client !== "object" || client === null || !("origin" in client)) return undefined;
    return typeof client.origin === "string" ? client.origin : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9053 COSE key to JWK: the two kinds that papers know. */
function jwkOf(publicKey: Uint8Array<ArrayBuffer>): PublicJwk | undefined {
  const key = decodeCredentialPublicKey(publicKey);
  if (cose.isCOSEPublicKeyEC2(key)) {
    const x = key.get(cose.COSEKEYS.x);
    const y = key.get(cose.COSEKEYS.y);
    if (key.get(cose.COSEKEYS.crv) !== cose.COSECRV.P256 || x?.length !== 32 || y?.length !== 32)
      return undefined;
    return { kty: "EC", crv: "P-256", x: encodeBase64url(x), y: encodeBase64url(y) };
  }
  if (cose.isCOSEPublicKeyOKP(key)) {
    const x = key.get(cose.COSEKEYS.x);
    if (key.get(cose.COSEKEYS.crv) !== cose.COSECRV.ED25519 || x?.length !== 32) return undefined;
    return { kty: "OKP", crv: "Ed25519", x: encodeBase64url(x) };
  }
  return undefined;
}
