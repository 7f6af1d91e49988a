import { encodeBase64url } from "@vestibule/core/encoding";

export { encodeBase64url as base64url };

/** Signs with the handset's key: ES256, r‖s, 64 bytes. The key itself never leaves the browser. */
export async function signWith(key: CryptoKey, data: Uint8Array): Promise<Uint8Array> {
  const exact = new Uint8Array(data);
  return new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, exact));
}
