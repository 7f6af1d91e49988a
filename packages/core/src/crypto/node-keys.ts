import {
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { encodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { readShape } from "../papers/jws.ts";
import { bytesText, literal, object, publicJwk } from "../papers/shape.ts";
import { nodeCrypto } from "./node.ts";
import type { PublicJwk } from "./port.ts";
import { thumbprint } from "./thumbprint.ts";

/** A key pair in this process's memory, as JWK; whoever stores it does so with mode 0600. */
export interface NodeSigner {
  readonly jwk: PublicJwk;
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly sign: (data: Uint8Array) => Uint8Array;
  /** The whole key, private half included. */
  readonly exportPrivate: () => JsonWebKey;
}

/** Makes a signing key: ES256 on P-256, or EdDSA on Ed25519. */
export function generateSigner(alg: "ES256" | "EdDSA"): NodeSigner {
  const { privateKey } =
    alg === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("ed25519");
  return signerOf(privateKey);
}

/**
 * Restores a signing key from its private JWK.
 *
 * @throws TypeError when the JWK is not a P-256 or Ed25519 private key.
 */
export function signerFromJwk(jwk: JsonWebKey): NodeSigner {
  return signerOf(createPrivateKey({ key: jwk, format: "jwk" }));
}

function signerOf(privateKey: KeyObject): NodeSigner {
  const whole = privateKey.export({ format: "jwk" });
  const { d: _secret, ...shown } = whole;
  const read = readShape(shown, publicJwk);
  if (read.kind === "refused") throw new TypeError("a signing key must be P-256 or Ed25519");
  const jwk = read.body;
  return {
    jwk,
    kid: thumbprint(nodeCrypto(), jwk),
    sign: (data) =>
      jwk.kty === "EC"
        ? sign("sha256", data, { key: privateKey, dsaEncoding: "ieee-p1363" })
        : sign(null, data, privateKey),
    exportPrivate: () => ({ ...whole }),
  };
}

/** An X25519 pair: what a box unseals with. `publicText` is what the signed policy names. */
export interface SealPair {
  readonly publicText: string;
  /** The 32 private bytes, base64url. */
  readonly privateText: string;
}

const sealJwk = object({
  crv: literal("X25519"),
  d: bytesText(32),
  kty: literal("OKP"),
  x: bytesText(32),
});

/** Makes an X25519 pair. */
export function generateSealPair(): SealPair {
  const { privateKey } = generateKeyPairSync("x25519");
  const read = readShape(privateKey.export({ format: "jwk" }), sealJwk);
  if (read.kind === "refused") throw new TypeError("node made an X25519 key that is none");
  return { publicText: read.body.x, privateText: read.body.d };
}

/** Random bytes as base64url. */
export function randomText(size: number): string {
  return encodeBase64url(randomBytes(size));
}

/** Where a software passkey pretends to live. */
export interface PasskeyPlace {
  readonly rpId: string;
  readonly origin: string;
}

/**
 * Makes a WebAuthn assertion as a browser would, user present and, unless told otherwise, verified:
 * for tests and for the demonstration's members, whose keys lie in a file. `serve` has none.
 */
export function softwareAssertion(
  signer: NodeSigner,
  {
    challenge,
    rpId,
    origin,
    verifies = true,
  }: PasskeyPlace & { readonly challenge: Uint8Array; readonly verifies?: boolean },
): {
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
} {
  const crypto = nodeCrypto();
  const clientData = utf8(
    JSON.stringify({
      type: "webauthn.get",
      challenge: encodeBase64url(challenge),
      origin,
      crossOrigin: false,
    }),
  );
  const flags = verifies ? 0x05 : 0x01;
  const authenticatorData = concat(crypto.sha256(utf8(rpId)), Uint8Array.of(flags, 0, 0, 0, 0));
  const raw = signer.sign(concat(authenticatorData, crypto.sha256(clientData)));
  const signature = signer.jwk.kty === "EC" ? derSignature(raw) : raw;
  return {
    authenticatorData: encodeBase64url(authenticatorData),
    clientDataJSON: encodeBase64url(clientData),
    signature: encodeBase64url(signature),
  };
}

function derSignature(raw: Uint8Array): Uint8Array {
  const body = concat(derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32)));
  return concat(Uint8Array.of(0x30, body.length), body);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const trimmed = bytes.subarray(start);
  const value = (trimmed[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), trimmed) : trimmed;
  return concat(Uint8Array.of(0x02, value.length), value);
}
