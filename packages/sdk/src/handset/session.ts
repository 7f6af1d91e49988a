import { canonicalize, encodeBase64url, type Signer, utf8 } from "@vestibule/core";
import type { Session } from "../client/answers.ts";
import type { HandsetCalls } from "../client/handset-calls.ts";
import type { Answer } from "../wire/fault.ts";

/** The `typ` of a handset's statement; it is no paper, so it opens nothing. */
export const sessionType = "vestibule-session+jwt";

/**
 * The handset's statement to one host: a JWS over JCS `{v, iss, aud, nonce}`. No time in it: the
 * phone's clock is used nowhere, the host's nonce makes it fresh.
 */
export async function signSession(
  signer: Signer,
  { audience, nonce }: { readonly audience: string; readonly nonce: string },
): Promise<string> {
  const part = (value: object) => encodeBase64url(utf8(canonicalize(value)));
  const head = part({ alg: "ES256", kid: signer.kid, typ: sessionType });
  const input = `${head}.${part({ v: 1, iss: signer.kid, aud: audience, nonce })}`;
  return `${input}.${encodeBase64url(await signer.sign(utf8(input)))}`;
}

/** Opens a session at a host: nonce, statement, token. */
export async function openSession(
  calls: HandsetCalls,
  signer: Signer,
  audience: string,
): Promise<Answer<Session>> {
  const nonce = await calls.challenge();
  if (nonce.kind === "fault") return nonce;
  return calls.startSession(await signSession(signer, { audience, nonce: nonce.value }));
}
