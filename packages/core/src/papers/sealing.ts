import type { SealPrivateKey } from "../crypto/hpke.ts";
import { unseal } from "../crypto/hpke.ts";
import type { Crypto } from "../crypto/port.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { parseCanonical } from "../encoding/jcs.ts";
import type { Assignment, Proof } from "./bodies.ts";

/** The keyed digest that stands for a parcel in an assignment: HMAC(pepper, car ‖ canonical code). */
export function parcelDigest(
  crypto: Crypto,
  pepper: Uint8Array,
  { car, code }: { readonly car: string; readonly code: string },
): Uint8Array {
  return crypto.hmacSha256(pepper, concat(raw(car), utf8(code)));
}

/** What a pepper is bound to: bld ‖ car ‖ jti ‖ ctl. */
export function pepperAad({
  bld,
  car,
  jti,
  ctl,
}: {
  readonly bld: string;
  readonly car: string;
  readonly jti: string;
  readonly ctl: string;
}): Uint8Array {
  return concat(raw(bld), raw(car), raw(jti), raw(ctl));
}

/** What a proof's codes are bound to: ticket hash ‖ jkt. */
export function codesAad({
  ticket,
  jkt,
}: {
  readonly ticket: string;
  readonly jkt: string;
}): Uint8Array {
  return concat(raw(ticket), raw(jkt));
}

/** Opens an assignment's pepper at the box it was sealed to. */
export async function unsealPepper(
  key: SealPrivateKey,
  assignment: Assignment,
  ctl: string,
): Promise<Uint8Array | "unopenable"> {
  const part = assignment.pep.find((candidate) => candidate.ctl === ctl);
  if (part === undefined) return "unopenable";
  const aad = pepperAad({ bld: assignment.bld, car: assignment.iss, jti: assignment.jti, ctl });
  const pepper = await unseal(key, "vestibule/pepper/1", { sealed: part, aad });
  return pepper?.length === 32 ? pepper : "unopenable";
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Opens a proof's codes; only after its signature verified, once per ticket. */
export async function unsealCodes(
  key: SealPrivateKey,
  proof: Proof,
): Promise<readonly string[] | "unopenable"> {
  const aad = codesAad({ ticket: proof.ticket, jkt: proof.iss });
  const plaintext = await unseal(key, "vestibule/codes/1", { sealed: proof.sealed, aad });
  try {
    // What did not open decodes as empty text, which is no JSON.
    const value = parseCanonical(decoder.decode(plaintext));
    return isTexts(value) ? value : "unopenable";
  } catch {
    return "unopenable";
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function raw(text: string): Uint8Array {
  return decodeBase64url(text) ?? new Uint8Array();
}
