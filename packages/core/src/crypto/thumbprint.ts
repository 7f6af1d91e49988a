import { encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import type { Crypto, PublicJwk } from "./port.ts";

/** The RFC 7638 thumbprint of a key (SHA-256, base64url): our only name for a key. */
export function thumbprint(crypto: Crypto, jwk: PublicJwk): string {
  return hashText(crypto, utf8(requiredMembers(jwk)));
}

/** The thumbprint of an X25519 key (RFC 8037 JWK), given as its 32 bytes in base64url. */
export function sealThumbprint(crypto: Crypto, x: string): string {
  return hashText(crypto, utf8(JSON.stringify({ crv: "X25519", kty: "OKP", x })));
}

/** SHA-256 in base64url: the form in which papers refer to each other. */
export function hashText(crypto: Crypto, data: Uint8Array): string {
  return encodeBase64url(crypto.sha256(data));
}

/** RFC 7638 §3.2: the required members alone, in lexicographic order, without spaces. */
function requiredMembers(jwk: PublicJwk): string {
  return jwk.kty === "EC"
    ? JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
    : JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x });
}
