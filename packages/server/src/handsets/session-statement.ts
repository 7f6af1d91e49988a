import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import {
  type Assertion,
  type Crypto,
  canonicalize,
  checkAssertion,
  decodeBase64url,
  type PublicJwk,
  parseCanonical,
  sessionMessage,
  thumbprint,
  utf8,
} from "@vestibule/core";
import { Type } from "typebox";
import { Check } from "typebox/value";

/** How long a challenge may be answered, in ms. */
export const challengeMs = 120_000;
const statementCharactersMax = 2_048;

/** A nonce that this host made and knows again, in any of its processes, without keeping it. */
export function makeChallenge(secret: string, nowMs: number): string {
  const body = Buffer.alloc(24);
  randomBytes(16).copy(body);
  body.writeBigUInt64BE(BigInt(nowMs + challengeMs), 16);
  return Buffer.concat([body, seal(secret, body)]).toString("base64url");
}

/** Until when a nonce of ours counts, in epoch ms; undefined for any other. */
export function challengeEnd(secret: string, nonce: string): number | undefined {
  const bytes = decodeBase64url(nonce);
  if (bytes === undefined || bytes.length !== 40) return undefined;
  const body = Buffer.from(bytes.subarray(0, 24));
  if (!timingSafeEqual(seal(secret, body), Buffer.from(bytes.subarray(24)))) return undefined;
  return Number(body.readBigUInt64BE(16));
}

function seal(secret: string, body: Buffer): Buffer {
  return createHmac("sha256", secret)
    .update("vestibule/handset-challenge/1\n")
    .update(body)
    .digest()
    .subarray(0, 16);
}

const head = Type.Object(
  {
    alg: Type.Literal("ES256"),
    kid: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
    typ: Type.Literal("vestibule-session+jwt"),
  },
  { additionalProperties: false },
);
const claims = Type.Object(
  {
    v: Type.Literal(1),
    iss: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
    aud: Type.String({ maxLength: 300 }),
    nonce: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false },
);

/** What a handset stated, read but not verified. */
export interface Statement {
  readonly jkt: string;
  readonly audience: string;
  readonly nonce: string;
  readonly verify: (crypto: Crypto, key: PublicJwk) => boolean;
}

/** Reads a handset's statement: exact header, canonical body, nothing more. */
export function readStatement(jws: string): Statement | undefined {
  if (jws.length > statementCharactersMax) return undefined;
  const parts = jws.split(".");
  const [headBytes, bodyBytes, signature] = parts.map(decodeBase64url);
  if (parts.length !== 3 || !headBytes || !bodyBytes || signature?.length !== 64) return undefined;
  const header = parse(headBytes);
  const body = parse(bodyBytes);
  if (!Check(head, header) || !Check(claims, body) || header.kid !== body.iss) return undefined;
  const input = utf8(jws.slice(0, jws.lastIndexOf(".")));
  return {
    jkt: body.iss,
    audience: body.aud,
    nonce: body.nonce,
    verify: (crypto, key) =>
      key.kty === "EC" &&
      thumbprint(crypto, key) === body.iss &&
      crypto.verify(key, input, signature),
  };
}

/**
 * Reads a statement that a finger made: the key is a passkey of the driver's app, which lives at
 * `origin`, and signs nothing but assertions.
 */
export function readFingerStatement(
  { body: text, assertion }: { readonly body: string; readonly assertion: Assertion },
  origin: string,
): Statement | undefined {
  const body = parseText(text);
  if (!Check(claims, body)) return undefined;
  return {
    jkt: body.iss,
    audience: body.aud,
    nonce: body.nonce,
    verify: (crypto, key) => {
      const challenge = crypto.sha256(sessionMessage(text));
      const expected = { challenge, origin, rpId: new URL(origin).hostname, jwk: key };
      return (
        key.kty === "EC" &&
        thumbprint(crypto, key) === body.iss &&
        checkAssertion(crypto, assertion, expected) === undefined
      );
    },
  };
}

function parse(bytes: Uint8Array): unknown {
  return parseText(Buffer.from(bytes).toString("utf8"));
}

function parseText(text: string): unknown {
  const value = parseCanonical(text);
  return value !== undefined && canonicalize(value) === text ? value : undefined;
}
