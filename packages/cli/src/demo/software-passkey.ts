import { concat, decodeBase64url, encodeBase64url, utf8 } from "@vestibule/core";
import { type NodeSigner, nodeCrypto, softwareAssertion } from "@vestibule/core/node";

/** Where a passkey belongs and how its credential is named. */
export interface PasskeyOwner {
  readonly signer: NodeSigner;
  readonly origin: string;
  /** Credential id, base64url. */
  readonly cred: string;
}

/** User present, user verified, attested credential data. */
const registrationFlags = 0x45;

/**
 * Answers WebAuthn creation options with a software passkey (attestation `none`): the demonstration's
 * people have no hands.
 */
export function createPasskey({ signer, origin, cred }: PasskeyOwner, challenge: string): object {
  const clientData = utf8(
    JSON.stringify({ type: "webauthn.create", challenge, origin, crossOrigin: false }),
  );
  const id = decodeBase64url(cred);
  if (id === undefined) throw new TypeError("a credential id is not base64url");
  const rpIdHash = nodeCrypto().sha256(utf8(new URL(origin).hostname));
  const data = concat(
    rpIdHash,
    Uint8Array.of(registrationFlags),
    new Uint8Array(4),
    new Uint8Array(16),
    Uint8Array.of(id.length >> 8, id.length & 0xff),
    id,
    coseKey(signer),
  );
  // {"fmt": "none", "attStmt": {}, "authData": bytes} in CBOR, its length in two bytes.
  const attestation = concat(
    Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex"),
    Uint8Array.of(0x59, data.length >> 8, data.length & 0xff),
    data,
  );
  return credential(cred, {
    clientDataJSON: encodeBase64url(clientData),
    attestationObject: encodeBase64url(attestation),
  });
}

/** Answers WebAuthn request options. */
export function usePasskey({ signer, origin, cred }: PasskeyOwner, challenge: string): object {
  const bytes = decodeBase64url(challenge);
  if (bytes === undefined) throw new TypeError("a challenge is not base64url");
  return credential(
    cred,
    softwareAssertion(signer, { challenge: bytes, rpId: new URL(origin).hostname, origin }),
  );
}

function credential(cred: string, response: object): object {
  return { id: cred, rawId: cred, type: "public-key", clientExtensionResults: {}, response };
}

/** COSE_Key of an ES256 public key (RFC 9053 §7.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKey({ jwk }: NodeSigner): Uint8Array {
  if (jwk.kty !== "EC") throw new TypeError("a software passkey signs with ES256");
  return concat(
    Buffer.from("a5010203262001215820", "hex"),
    decodeBase64url(jwk.x) ?? new Uint8Array(),
    Buffer.from("225820", "hex"),
    decodeBase64url(jwk.y) ?? new Uint8Array(),
  );
}
