import {
  type Crypto,
  canonicalize,
  concat,
  decodeBase64url,
  encodeBase64url,
  equalBytes,
  type Member,
  type MemberKey,
  utf8,
} from "@vestibule/core";
import { AnswerError, flag, matching, object, oneOf, optional, text } from "../wire/reader.ts";

/** The size of the secret in an invitation's fragment. */
const invitationSecretBytes = 16;

/** A member who is asked for a key: the name he will have in the policy, and the link's secret. */
export interface MemberInvitation {
  readonly id: string;
  /** Base64url of 16 bytes. Never sent to a host. */
  readonly secret: string;
}

/** A fresh invitation. */
export function inviteMember(id: string): MemberInvitation {
  return { id, secret: encodeBase64url(crypto.getRandomValues(new Uint8Array(16))) };
}

/** What stands behind `#` in the link. */
export function invitationFragment({ id, secret }: MemberInvitation): string {
  return `member=${id}.${secret}`;
}

/** Reads it back; undefined where the link is not whole. */
export function readInvitationFragment(fragment: string): MemberInvitation | undefined {
  const [, id, secret] =
    /^#?member=([a-z0-9][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{22})$/.exec(fragment) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return decodeBase64url(secret)?.length === invitationSecretBytes ? { id, secret } : undefined;
}

/** What the invited member's page answers: his key under the link's secret, as text to hand back. */
export function answerInvitation(
  crypto: Crypto,
  invitation: MemberInvitation,
  key: MemberKey,
): string {
  const { id } = invitation;
  const mac = encodeBase64url(macOf(crypto, invitation, key));
  return canonicalize({ typ: "vestibule-member/1", id, key: bare(key), mac });
}

const answer = object({
  typ: oneOf("vestibule-member/1"),
  id: text,
  mac: matching(/^[A-Za-z0-9_-]{43}$/),
  key: object({
    be: flag,
    cred: text,
    jwk: object({
      kty: oneOf("EC", "OKP"),
      crv: oneOf("P-256", "Ed25519"),
      x: text,
      y: optional(text),
    }),
    origin: text,
    rpId: text,
  }),
});

/** The member of an answer; undefined where it is none, or not under this invitation's secret. */
export function readInvitationAnswer(
  crypto: Crypto,
  invitation: MemberInvitation,
  answered: string,
): Member | undefined {
  const read = parsed(answered);
  const key = read === undefined ? undefined : keyOf(read.key);
  if (read === undefined || key === undefined || read.id !== invitation.id) return undefined;
  const mac = decodeBase64url(read.mac);
  if (mac === undefined || !equalBytes(macOf(crypto, invitation, key), mac)) return undefined;
  return { id: read.id, keys: [key] };
}

function parsed(answered: string): ReturnType<typeof answer> | undefined {
  try {
    return answer(JSON.parse(answered), "");
  } catch (error) {
    if (error instanceof AnswerError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function keyOf({ jwk, ...rest }: ReturnType<typeof answer>["key"]): MemberKey | undefined {
  const { kty, crv, x, y } = jwk;
  if (kty === "EC" && crv === "P-256" && y !== undefined)
    return { ...rest, jwk: { kty, crv, x, y } };
  return kty === "OKP" && crv === "Ed25519" ? { ...rest, jwk: { kty, crv, x } } : undefined;
}

/** HMAC(secret, "vestibule/member/1\n" ‖ JCS{cred, id, jwk, origin, rpId}) (papers.md, members). */
function macOf(crypto: Crypto, { id, secret }: MemberInvitation, key: MemberKey): Uint8Array {
  const bytes = decodeBase64url(secret);
  if (bytes === undefined) throw new TypeError("an invitation's secret is not base64url");
  const { cred, jwk, origin, rpId } = bare(key);
  const message = canonicalize({ cred, id, jwk, origin, rpId });
  return crypto.hmacSha256(bytes, concat(utf8("vestibule/member/1\n"), utf8(message)));
}

function bare({ be, cred, jwk, origin, rpId }: MemberKey): MemberKey {
  return { be, cred, jwk, origin, rpId };
}
