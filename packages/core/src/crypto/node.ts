import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  hash,
  type KeyObject,
  verify,
} from "node:crypto";
import { isStrongEd25519Key } from "./ed25519-key.ts";
import type { Crypto, PublicJwk } from "./port.ts";

/**
 * Imported keys are kept: importing a JWK costs up to half of a verification. Those of thousands of
 * boxes that said nothing since they signed in are not worth their kilobyte each.
 */
const keyCacheSizeMax = 1_000;

/** The Crypto port on `node:crypto`, for the server and the box. */
export function nodeCrypto(): Crypto {
  const keys = new Map<string, KeyObject | undefined>();
  const importKey = (jwk: PublicJwk): KeyObject | undefined => {
    const id = jwk.kty === "EC" ? `EC.${jwk.x}.${jwk.y}` : `OKP.${jwk.x}`;
    if (keys.has(id)) return keys.get(id);
    if (keys.size >= keyCacheSizeMax) keys.delete(keys.keys().next().value ?? "");
    const key = tryImport(jwk);
    keys.set(id, key);
    return key;
  };
  return {
    sha256,
    hmacSha256,
    verify: (jwk, data, signature) => {
      const key = importKey(jwk);
      if (key === undefined || signature.length !== 64) return false;
      return jwk.kty === "EC"
        ? verify("sha256", data, { key, dsaEncoding: "ieee-p1363" }, signature)
        : verify(null, data, key, signature);
    },
    aes128EncryptBlock: (key, block) => {
      const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
      return cipher.update(block);
    },
    aes128DecryptBlock: (key, block) => {
      const decipher = createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false);
      return decipher.update(block);
    },
  };
}

function tryImport(jwk: PublicJwk): KeyObject | undefined {
  if (jwk.kty === "OKP" && !isStrongEd25519Key(jwk.x)) return undefined;
  try {
    return createPublicKey({ key: { ...jwk }, format: "jwk" });
  } catch {
    // A point off the curve or a wrong length: a key that verifies nothing.
    return undefined;
  }
}

/** One-shot and out as text: half the cost of a Buffer, which is what most of a small hash costs. */
function sha256(data: Uint8Array): Uint8Array {
  const digest = hash("sha256", data, "binary");
  const bytes = new Uint8Array(digest.length);
  for (let index = 0; index < digest.length; index += 1) bytes[index] = digest.charCodeAt(index);
  return bytes;
}

const blockBytes = 64;

/** RFC 2104 over two one-shot hashes: `createHmac` costs eight times as much, and an unlock takes three. */
function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  const short = key.length > blockBytes ? sha256(key) : key;
  const inner = new Uint8Array(blockBytes + data.length).fill(0x36, 0, blockBytes);
  const outer = new Uint8Array(blockBytes + 32).fill(0x5c, 0, blockBytes);
  for (let index = 0; index < short.length; index += 1) {
    const byte = short[index] ?? 0;
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  inner.set(data, blockBytes);
  outer.set(sha256(inner), blockBytes);
  return sha256(outer);
}
