import type { PublicJwk } from "../crypto/port.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { algOf, signingInputOf } from "./jws.ts";
import type { PaperKind } from "./limits.ts";

/** A private key behind a function: in a file, a browser's key store or a hardware module. */
export interface Signer {
  readonly jwk: PublicJwk;
  /** RFC 7638 thumbprint of `jwk`. */
  readonly kid: string;
  /** ES256 as r‖s (64 bytes) or Ed25519, by the key's type. */
  readonly sign: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** Signs a JWS paper. The body must have exactly the members of its kind: a reader refuses others. */
export async function signPaper(kind: PaperKind, body: object, signer: Signer): Promise<string> {
  const input = signingInputOf(kind, body, { kid: signer.kid, alg: algOf(signer.jwk) });
  return `${input}.${encodeBase64url(await signer.sign(utf8(input)))}`;
}
