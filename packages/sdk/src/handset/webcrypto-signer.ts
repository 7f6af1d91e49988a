import { type Crypto, type PublicJwk, type Signer, thumbprint } from "@vestibule/core";

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;

/**
 * Makes a handset's key in this browser: P-256, not extractable. Keep the pair in IndexedDB, which
 * stores keys without showing them to any script.
 */
export function makeHandsetKey(): Promise<CryptoKeyPair> {
  return globalThis.crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
}

/**
 * A Signer over a WebCrypto pair (ES256).
 *
 * @throws TypeError when the pair is not on P-256.
 */
export async function webCryptoSigner(crypto: Crypto, pair: CryptoKeyPair): Promise<Signer> {
  const { kty, crv, x, y } = await globalThis.crypto.subtle.exportKey("jwk", pair.publicKey);
  if (kty !== "EC" || crv !== "P-256" || x === undefined || y === undefined)
    throw new TypeError("a handset's key must be on P-256");
  const jwk: PublicJwk = { kty, crv, x, y };
  return {
    jwk,
    kid: thumbprint(crypto, jwk),
    sign: async (data) =>
      new Uint8Array(
        await globalThis.crypto.subtle.sign(
          { name: "ECDSA", hash: "SHA-256" },
          pair.privateKey,
          new Uint8Array(data),
        ),
      ),
  };
}
