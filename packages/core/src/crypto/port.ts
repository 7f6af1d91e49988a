/** A public key as JWK with exactly the members that RFC 7638 hashes; nothing else is accepted. */
export type PublicJwk =
  | { readonly kty: "EC"; readonly crv: "P-256"; readonly x: string; readonly y: string }
  | { readonly kty: "OKP"; readonly crv: "Ed25519"; readonly x: string };

/**
 * The synchronous cryptography that core needs. `node:crypto` serves it on server and box
 * (`@vestibule/core/node`), `@noble/*` in browsers (`@vestibule/core/browser`), recorded verdicts in
 * rehearsal and simulator. Every function is pure: same input, same output.
 */
export interface Crypto {
  /** SHA-256 (FIPS 180-4), 32 bytes. */
  sha256(data: Uint8Array): Uint8Array;
  /** HMAC-SHA-256 (RFC 2104), 32 bytes. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /**
   * Whether `signature` over `data` verifies: ES256 (raw r‖s, 64 bytes, RFC 7518 §3.4) for P-256
   * keys, Ed25519 (RFC 8032) for OKP keys. A malformed key or signature is `false`, never a throw.
   */
  verify(key: PublicJwk, data: Uint8Array, signature: Uint8Array): boolean;
  /** One AES-128 block, 16 bytes in and out (FIPS 197). */
  aes128EncryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
  /** The inverse of {@link Crypto.aes128EncryptBlock}. */
  aes128DecryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
}
