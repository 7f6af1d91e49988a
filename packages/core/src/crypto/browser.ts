import { ecb } from "@noble/ciphers/aes.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase64url } from "../encoding/base64url.ts";
import { concat } from "../encoding/bytes.ts";
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
  if (jwk.kty === "OKP") return ed25519.verify(signature, data, x, { zip215: false });
  const y = decodeBase64url(jwk.y);
  if (y === undefined) return false;
  return p256.verify(signature, data, concat(Uint8Array.of(4), x, y), { lowS: false });
}
