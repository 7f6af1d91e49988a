import type { Crypto, PublicJwk } from "../crypto/port.ts";
import { hashText, thumbprint } from "../crypto/thumbprint.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { canonicalize, parseCanonical } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type PaperKind, paperBytesMax } from "./limits.ts";
import { hash, object, type Reader, ShapeError, text } from "./shape.ts";

/** What can be wrong with a paper before anything it says is looked at. */
export type PaperRefusal = {
  readonly code: "shape" | "size" | "alg" | "typ" | "kid-unknown" | "sig";
  readonly field?: string;
};

/** A paper whose signature verified under the key that its `kid` names. */
export interface Opened<T> {
  readonly kind: "opened";
  readonly body: T;
  /** RFC 7638 thumbprint of the key that signed. */
  readonly kid: string;
  /** SHA-256 of the signing input: how other papers refer to this one. */
  readonly hash: string;
  readonly text: string;
}

export type OpenResult<T> =
  | Opened<T>
  | { readonly kind: "refused"; readonly refusal: PaperRefusal };

/** Remembers verified papers by their full text. A fact, not a rule: callers check keys again each time. */
export interface Memo {
  get(text: string): unknown;
  set(text: string, opened: unknown): void;
}

/** Finds the key a paper names; `undefined` refuses it with `kid-unknown`. */
export type KeyFinder = (kid: string) => PublicJwk | undefined;

export interface OpenContext {
  readonly crypto: Crypto;
  readonly memo?: Memo | undefined;
}

const header = object({ alg: text(1, 16), kid: hash, typ: text(1, 64) });

/** A paper read but not yet verified: shape, size, typ and the form of its signature are right. */
export interface Claimed<T> {
  readonly kind: "claimed";
  readonly body: T;
  readonly kid: string;
  readonly alg: "ES256" | "EdDSA";
  readonly signature: Uint8Array;
  readonly signingInput: Uint8Array;
  readonly text: string;
  /** Present where the same text was verified before, and under which key. */
  readonly verified?: { readonly opened: Opened<T>; readonly key: PublicJwk };
}

interface MemoEntry {
  readonly kind: PaperKind;
  readonly claimed: Claimed<unknown>;
}

/** Reads a paper's claims: size, shape, typ. Nothing is verified, so nothing may be decided on it. */
export function readPaper<T>(
  context: OpenContext,
  paper: { readonly kind: PaperKind; readonly text: string; readonly body: Reader<T> },
): Claimed<T> | { readonly kind: "refused"; readonly refusal: PaperRefusal } {
  const known = context.memo?.get(paper.text);
  if (isEntryOf<T>(known, paper.kind)) return known.claimed;
  const parts = split(context, paper);
  if (parts.kind === "refused") return parts;
  const read = readBody(parts.payload, paper.body);
  if (read.kind === "refused") return read;
  const { kid, alg, signature } = parts;
  return {
    kind: "claimed",
    body: read.body,
    kid,
    alg,
    signature,
    signingInput: utf8(parts.signingInput),
    text: paper.text,
  };
}

/**
 * Verifies a claimed paper under a key that the caller found for its `kid`: algorithm by the key's
 * type, thumbprint, signature.
 */
export function verifyPaper<T>(
  context: OpenContext,
  paper: {
    readonly kind: PaperKind;
    readonly claimed: Claimed<T>;
    /** The key's thumbprint where the caller has just computed it. */
    readonly keyId?: string;
  },
  key: PublicJwk,
): OpenResult<T> {
  const { claimed } = paper;
  // Full text and key are those of the first time, so the verdict cannot have changed.
  if (claimed.verified !== undefined && sameKey(claimed.verified.key, key))
    return claimed.verified.opened;
  if (algOf(key) !== claimed.alg) return refused("alg");
  if ((paper.keyId ?? thumbprint(context.crypto, key)) !== claimed.kid)
    return refused("kid-unknown");
  if (!context.crypto.verify(key, claimed.signingInput, claimed.signature)) return refused("sig");
  const hash = hashText(context.crypto, claimed.signingInput);
  const opened: Opened<T> = {
    kind: "opened",
    body: claimed.body,
    kid: claimed.kid,
    hash,
    text: claimed.text,
  };
  const verified = { opened, key };
  context.memo?.set(claimed.text, { kind: paper.kind, claimed: { ...claimed, verified } });
  return opened;
}

/** Reads and verifies in one go, where the key is known beforehand. */
export function openPaper<T>(
  context: OpenContext,
  paper: { readonly kind: PaperKind; readonly text: string; readonly body: Reader<T> },
  findKey: KeyFinder,
): OpenResult<T> {
  const claimed = readPaper(context, paper);
  if (claimed.kind === "refused") return claimed;
  const key = findKey(claimed.kid);
  if (key === undefined) return refused("kid-unknown");
  return verifyPaper(context, { kind: paper.kind, claimed }, key);
}

/** The hash by which other papers refer to this one, of its signing input. */
export function paperHash(crypto: Crypto, text: string): string {
  return hashText(crypto, utf8(text.slice(0, text.lastIndexOf("."))));
}

/** The text that a signer signs; append `.` and the base64url of the signature. */
export function signingInputOf(
  kind: PaperKind,
  body: object,
  signer: { readonly kid: string; readonly alg: "ES256" | "EdDSA" },
): string {
  const head = canonicalize({ alg: signer.alg, kid: signer.kid, typ: `vestibule-${kind}+jwt` });
  return `${encodeBase64url(utf8(head))}.${encodeBase64url(utf8(canonicalize(body)))}`;
}

/** The one algorithm that a key's type admits. */
export function algOf(key: PublicJwk): "ES256" | "EdDSA" {
  return key.kty === "EC" ? "ES256" : "EdDSA";
}

function sameKey(left: PublicJwk, right: PublicJwk): boolean {
  if (left === right) return true;
  if (left.kty === "OKP") return right.kty === "OKP" && left.x === right.x;
  return right.kty === "EC" && left.x === right.x && left.y === right.y;
}

interface Parts {
  readonly kind: "parts";
  readonly alg: "ES256" | "EdDSA";
  readonly kid: string;
  readonly signingInput: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

function split(
  context: OpenContext,
  { kind, text: paper }: { readonly kind: PaperKind; readonly text: string },
): Parts | { readonly kind: "refused"; readonly refusal: PaperRefusal } {
  if (paper.length > paperBytesMax[kind]) return refused("size");
  const pieces = paper.split(".");
  const [head = "", payload = "", signature = ""] = pieces;
  if (pieces.length !== 3) return refused("shape");
  const read = readHeader(context, head);
  if (read.kind === "refused") return read;
  const { alg, kid, typ } = read.body;
  if (typ !== `vestibule-${kind}+jwt`) return refused("typ");
  if (alg !== "ES256" && alg !== "EdDSA") return refused("alg");
  const signed = decoded(signature);
  if (signed.length !== 64) return refused("sig");
  return {
    kind: "parts",
    alg,
    kid,
    signingInput: paper.slice(0, paper.lastIndexOf(".")),
    payload: decoded(payload),
    signature: signed,
  };
}

/** What is not base64url reads as empty, and nothing empty is JSON or a signature. */
function decoded(piece: string): Uint8Array {
  return decodeBase64url(piece) ?? new Uint8Array();
}

type ReadHeader = ReturnType<typeof readBody<ReturnType<typeof header>>>;

/** A signer's header is the same on each of its papers: read once where there is a memo. */
function readHeader({ memo }: OpenContext, head: string): ReadHeader {
  // By itself, without a dot, it can be the name of no paper.
  const known = memo?.get(head);
  if (isHeader(known)) return known;
  const read = readBody(decoded(head), header);
  if (read.kind === "read") memo?.set(head, read);
  return read;
}

function isHeader(known: unknown): known is ReadHeader {
  return typeof known === "object" && known !== null && "kind" in known && known.kind === "read";
}

// Fatal: bytes that are not UTF-8 would otherwise become U+FFFD and be canonical again.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readBody<T>(
  bytes: Uint8Array,
  reader: Reader<T>,
):
  | { readonly kind: "read"; readonly body: T }
  | { readonly kind: "refused"; readonly refusal: PaperRefusal } {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return refused("shape");
  }
  return readShape(parseCanonical(text), reader);
}

/** Reads a parsed value by a shape; the refusal names the member that does not fit. */
export function readShape<T>(
  json: unknown,
  reader: Reader<T>,
):
  | { readonly kind: "read"; readonly body: T }
  | { readonly kind: "refused"; readonly refusal: PaperRefusal } {
  try {
    return { kind: "read", body: reader(json, "") };
  } catch (error) {
    if (error instanceof ShapeError)
      return { kind: "refused", refusal: { code: "shape", field: error.field.replace(/^\./, "") } };
    throw error;
  }
}

function refused(code: PaperRefusal["code"]): {
  readonly kind: "refused";
  readonly refusal: PaperRefusal;
} {
  return { kind: "refused", refusal: { code } };
}

function isEntryOf<T>(
  known: unknown,
  kind: PaperKind,
): known is MemoEntry & { readonly claimed: Claimed<T> } {
  return typeof known === "object" && known !== null && "kind" in known && known.kind === kind;
}

/** The refusal of a paper that could not be opened, as decide() and the intakes give it. */
export function refusePaper(refusal: PaperRefusal): Refusal {
  return refuse(refusal.code, refusal.field === undefined ? {} : { field: refusal.field });
}
