import {
  canonicalize,
  encodeBase64url,
  type Signer,
  sessionBody,
  sessionMessage,
  utf8,
} from "@vestibule/core";
import type { Session } from "../client/answers.ts";
import type { FingerStatement, HandsetCalls } from "../client/handset-calls.ts";
import type { Answer } from "../wire/fault.ts";
import type { Passkey } from "./passkey.ts";

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
  const header = canonicalize({ alg: "ES256", kid: signer.kid, typ: sessionType });
  const head = encodeBase64url(utf8(header));
  const body = encodeBase64url(utf8(sessionBody({ jkt: signer.kid, audience, nonce })));
  const input = `${head}.${body}`;
  return `${input}.${encodeBase64url(await signer.sign(utf8(input)))}`;
}

/** The same statement by a passkey: one finger for a session. Rejects where none was given. */
export async function stateWithFinger(
  { kid, ask }: Pick<Passkey, "kid" | "ask">,
  { audience, nonce }: { readonly audience: string; readonly nonce: string },
): Promise<FingerStatement> {
  const body = sessionBody({ jkt: kid, audience, nonce });
  const message = new Uint8Array(sessionMessage(body));
  const challenge = await globalThis.crypto.subtle.digest("SHA-256", message);
  return { body, assertion: await ask(new Uint8Array(challenge)) };
}

/** Opens a session at a host: nonce, statement, token. */
export async function openSession(
  calls: HandsetCalls,
  holder: Signer | Passkey,
  audience: string,
): Promise<Answer<Session>> {
  const nonce = await calls.challenge();
  if (nonce.kind === "fault") return nonce;
  const about = { audience, nonce: nonce.value };
  return calls.startSession(
    "ask" in holder ? await stateWithFinger(holder, about) : await signSession(holder, about),
  );
}
