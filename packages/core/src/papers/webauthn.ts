import type { Crypto, PublicJwk } from "../crypto/port.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { concat, equalBytes, utf8 } from "../encoding/bytes.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";

/** A WebAuthn assertion as the browser gives it, each part base64url. */
export interface Assertion {
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** What the assertion must have been made for. */
export interface Expected {
  readonly challenge: Uint8Array;
  /** Exact origin, with its port. */
  readonly origin: string;
  readonly rpId: string;
  readonly jwk: PublicJwk;
}

/** Sizes in characters of base64url, refused before anything is parsed. */
const assertionMax = { authenticatorData: 1_400, clientDataJSON: 2_800, signature: 400 } as const;
const userPresent = 0x01;
const userVerified = 0x04;

/**
 * Checks an assertion (WebAuthn Level 3, §7.2): type, challenge, exact origin, crossOrigin, rpIdHash,
 * user present and verified, signature. The counter is recorded elsewhere and never decided on.
 */
export function checkAssertion(
  crypto: Crypto,
  assertion: Assertion,
  expected: Expected,
): Refusal | undefined {
  if (
    assertion.authenticatorData.length > assertionMax.authenticatorData ||
    assertion.clientDataJSON.length > assertionMax.clientDataJSON ||
    assertion.signature.length > assertionMax.signature
  )
    return refuse("size");
  const authenticatorData = decodeBase64url(assertion.authenticatorData);
  // What is not base64url reads as empty, and nothing empty is JSON.
  const clientDataBytes = decodeBase64url(assertion.clientDataJSON) ?? new Uint8Array();
  const signature = decodeBase64url(assertion.signature);
  if (authenticatorData === undefined || authenticatorData.length < 37)
    return refuse("webauthn-shape", { field: "authenticatorData" });
  const clientData = readClientData(clientDataBytes);
  if (clientData === undefined) return refuse("webauthn-shape", { field: "clientDataJSON" });
  if (clientData.type !== "webauthn.get") return refuse("webauthn-type");
  if (clientData.challenge !== encodeBase64url(expected.challenge))
    return refuse("webauthn-challenge");
  if (clientData.origin !== expected.origin) return refuse("webauthn-origin");
  if (clientData.crossOrigin) return refuse("webauthn-cross-origin");
  const rpIdHash = authenticatorData.subarray(0, 32);
  if (!equalBytes(rpIdHash, crypto.sha256(utf8(expected.rpId)))) return refuse("webauthn-rp");
  const flags = authenticatorData[32] ?? 0;
  if ((flags & userPresent) === 0) return refuse("webauthn-up");
  if ((flags & userVerified) === 0) return refuse("webauthn-uv");
  const raw = signature === undefined ? undefined : rawSignature(expected.jwk, signature);
  const signed = concat(authenticatorData, crypto.sha256(clientDataBytes));
  if (raw === undefined || !crypto.verify(expected.jwk, signed, raw))
    return refuse("webauthn-signature");
  return undefined;
}

interface ClientData {
  readonly type: string;
  readonly challenge: string;
  readonly origin: string;
  readonly crossOrigin: boolean;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Browsers write this JSON, not we: it need not be canonical, and may gain members. */
function readClientData(bytes: Uint8Array): ClientData | undefined {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const type: unknown = Reflect.get(json, "type");
  const challenge: unknown = Reflect.get(json, "challenge");
  const origin: unknown = Reflect.get(json, "origin");
  const crossOrigin: unknown = Reflect.get(json, "crossOrigin");
  if (typeof type !== "string" || typeof challenge !== "string" || typeof origin !== "string")
    return undefined;
  // Anything but an absent or false member counts as framed.
  return {
    type,
    challenge,
    origin,
    crossOrigin: crossOrigin !== undefined && crossOrigin !== false,
  };
}

/** WebAuthn gives ECDSA signatures in DER; our port takes r‖s. EdDSA is raw in both. */
function rawSignature(jwk: PublicJwk, signature: Uint8Array): Uint8Array | undefined {
  if (jwk.kty === "OKP") return signature;
  // SEQUENCE { INTEGER r, INTEGER s }, at most 72 bytes: short lengths only.
  if (signature[0] !== 0x30 || signature[1] !== signature.length - 2) return undefined;
  const first = derInteger(signature, 2);
  if (first === undefined) return undefined;
  const second = derInteger(signature, first.next);
  if (second === undefined || second.next !== signature.length) return undefined;
  return concat(first.value, second.value);
}

function derInteger(
  der: Uint8Array,
  at: number,
): { readonly value: Uint8Array; readonly next: number } | undefined {
  const length = der[at + 1] ?? 0;
  const next = at + 2 + length;
  if (der[at] !== 0x02 || length < 1 || length > 33 || next > der.length) return undefined;
  let bytes = der.subarray(at + 2, next);
  if ((bytes[0] ?? 0) >= 0x80) return undefined;
  if (bytes[0] === 0 && bytes.length > 1) {
    if ((bytes[1] ?? 0) < 0x80) return undefined;
    bytes = bytes.subarray(1);
  }
  if (bytes.length > 32) return undefined;
  const value = new Uint8Array(32);
  value.set(bytes, 32 - bytes.length);
  return { value, next };
}
