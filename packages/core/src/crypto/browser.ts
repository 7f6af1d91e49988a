import { ecb } from "@noble/ciphers/aes.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { decodeBase64url } from "../encoding/base64url.ts";
import { concat, equalBytes } from "../encoding/bytes.ts";
import type { Crypto, PublicJwk } from "./port.ts";

/** The Crypto port on `@noble/*`, for browsers, where WebCrypto is asynchronous. */
export function browserCrypto(): Crypto {
  return {
    sha256: (data) => sha256(data),
    hmacSha256: (key, data) => hmac(sha256, key, data),
    verify: (jwk, data, signature) => {
      try {
        return verifyWithNoble(jwk, data, signature);
      } catch {
        // noble throws on a point off the curve or a malformed signature; the port says false.
        return false;
      }
    },
    aes128EncryptBlock: (key, block) => ecb(key, { disablePadding: true }).encrypt(block),
    aes128DecryptBlock: (key, block) => ecb(key, { disablePadding: true }).decrypt(block),
  };
}

function verifyWithNoble(jwk: PublicJwk, data: Uint8Array, signature: Uint8Array): boolean {
  const x = decodeBase64url(jwk.x);
  if (x === undefined || signature.length !== 64) return false;
  if (jwk.kty === "OKP")
    return ed25519.verify(signature, data, x, { zip215: false }) && fitsExactly(signature, data, x);
  const y = decodeBase64url(jwk.y);
  if (y === undefined) return false;
  return p256.verify(signature, data, concat(Uint8Array.of(4), x, y), { lowS: false });
}

/**
 * The equation without the cofactor, R = sB - kA, byte by byte. noble clears the cofactor, OpenSSL on
 * server and box does not (RFC 8032 §5.1.7 allows both): a signer who mixes torsion into his key or R
 * would otherwise have signatures that hold in a browser and nowhere else.
 */
function fitsExactly(signature: Uint8Array, data: Uint8Array, key: Uint8Array): boolean {
  const { Point } = ed25519;
  const r = signature.subarray(0, 32);
  const s = fromLittleEndian(signature.subarray(32));
  const k = Point.Fn.create(fromLittleEndian(sha512(concat(r, key, data))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(key).multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index -= 1)
    value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return value;
}
