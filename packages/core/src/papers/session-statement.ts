import { concat, utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";

/** What a handset states to one host to sign in. No time in it: the host's nonce makes it fresh. */
export interface SessionStatement {
  /** The handset's thumbprint. */
  readonly jkt: string;
  /** Origin of the host it is meant for. */
  readonly audience: string;
  readonly nonce: string;
}

/** The statement's canonical body: JCS{v, iss, aud, nonce}. */
export function sessionBody({ jkt, audience, nonce }: SessionStatement): string {
  return canonicalize({ v: 1, iss: jkt, aud: audience, nonce });
}

/**
 * What a handset whose key is a passkey states it with: an assertion over the SHA-256 of
 * "vestibule/session/1\n" ‖ body. Unhashed, so that a page may hash it by WebCrypto.
 */
export function sessionMessage(body: string): Uint8Array {
  return concat(utf8("vestibule/session/1\n"), utf8(body));
}
