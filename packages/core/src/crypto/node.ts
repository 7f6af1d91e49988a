import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  hash,
  type KeyObject,
  verify,
} from "node:crypto";
import { isStrongEd25519Key } from "./ed25519-key.ts";
import type { Crypto, PublicJwk } from "./port.ts";

/** Imported keys are kept: importing a JWK costs up to half of a verification. */
const keyCacheSizeMax = 10_000;

/** The Crypto port on `node:crypto`, for the server and the box. */
export function nodeCrypto(): Crypto {
  const keys = new Map<string, KeyObject | undefined>();
  const importKey = (jwk: PublicJwk): KeyObject | undefined => {
    const id = jwk.kty === "EC" ? `EC.${jwk.x}.${jwk.y}` : `OKP.${jwk.x}`;
    if (keys.has(id)) return keys.get(id);
    if (keys.size >= keyCacheSizeMax) keys.clear();
    const key = tryImport(jwk);
    keys.set(id, key);
    return key;
  };
  return {
    sha256: (data) => hash("sha256", data, "buffer"),
    hmacSha256: (key, data) => createHmac("sha256", key).update(data).digest(),
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
