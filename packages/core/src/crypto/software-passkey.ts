import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { nodeCrypto } from "./node.ts";
import { type NodeSigner, softwareAssertion } from "./node-keys.ts";

/** Where a software passkey belongs and how its credential is named. */
export interface PasskeyOwner {
  readonly signer: NodeSigner;
  readonly origin: string;
  /** Credential id, base64url. */
  readonly cred: string;
  /** False = it only feels a touch; true unless said. */
  readonly verifies?: boolean;
}

const userPresent = 0x01;
const userVerified = 0x04;
const credentialAttested = 0x40;

/**
 * Answers WebAuthn creation options with a software passkey (attestation `none`): for tests and for
 * the demonstration's people, who have no hands. `serve` has none.
 */
export function createPasskey(owner: PasskeyOwner, challenge: string): Record<string, unknown> {
  const { signer, origin, cred, verifies = true } = owner;
  const clientData = utf8(
    JSON.stringify({ type: "webauthn.create", challenge, origin, crossOrigin: false }),
  );
  const id = bytesOf(cred);
  const data = concat(
    nodeCrypto().sha256(utf8(new URL(origin).hostname)),
    Uint8Array.of(userPresent | (verifies ? userVerified : 0) | credentialAttested),
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
export function usePasskey(owner: PasskeyOwner, challenge: string): Record<string, unknown> {
  const { signer, origin, cred, verifies = true } = owner;
  const place = { rpId: new URL(origin).hostname, origin, verifies };
  return credential(cred, softwareAssertion(signer, { challenge: bytesOf(challenge), ...place }));
}

function credential(cred: string, response: object): Record<string, unknown> {
  return { id: cred, rawId: cred, type: "public-key", clientExtensionResults: {}, response };
}

/** COSE_Key of an ES256 public key (RFC 9053 §7.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKey({ jwk }: NodeSigner): Uint8Array {
  if (jwk.kty !== "EC") throw new TypeError("a software passkey signs with ES256");
  const head = Buffer.from("a5010203262001215820", "hex");
  return concat(head, bytesOf(jwk.x), Buffer.from("225820", "hex"), bytesOf(jwk.y));
}

function bytesOf(text: string): Uint8Array {
  const bytes = decodeBase64url(text);
  if (bytes === undefined) throw new TypeError("not base64url");
  return bytes;
}
