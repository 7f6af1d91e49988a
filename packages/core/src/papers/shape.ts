import type { PublicJwk } from "../crypto/port.ts";
import { decodeBase64url } from "../encoding/base64url.ts";

/** Reads one value or throws {@link ShapeError}; `field` is the path shown to whoever sent it. */
export type Reader<T> = (value: unknown, field: string) => T;

/** A member that a paper's shape does not admit. Caught where the paper is opened, never beyond. */
export class ShapeError extends Error {
  readonly field: string;
  constructor(field: string) {
    super(`not as this paper's shape says: ${field}`);
    this.field = field;
  }
}

type Members = Readonly<Record<string, Reader<unknown>>>;
type Read<R> = R extends Reader<infer T> ? T : never;
type OptionalNames<M extends Members> = {
  [N in keyof M]: undefined extends Read<M[N]> ? N : never;
}[keyof M];
export type ObjectOf<M extends Members> = {
  readonly [N in Exclude<keyof M, OptionalNames<M>>]: Read<M[N]>;
} & { readonly [N in OptionalNames<M>]?: Exclude<Read<M[N]>, undefined> };

/** An object with exactly these members; `optional` ones may be absent, unknown ones are refused. */
export function object<M extends Members>(members: M): Reader<ObjectOf<M>> {
  const names = Object.keys(members);
  return (value, field) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ShapeError(field);
    for (const name in value)
      if (!Object.hasOwn(members, name)) throw new ShapeError(`${field}.${name}`);
    const read: Record<string, unknown> = {};
    for (const name of names) {
      const member = members[name]?.(Reflect.get(value, name), `${field}.${name}`);
      if (member !== undefined) read[name] = member;
    }
    // Each member came from its own reader; the compiler cannot follow a loop over names.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return read as ObjectOf<M>;
  };
}

/** A member that may be absent. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, field) => (value === undefined ? undefined : reader(value, field));
}

/** A list of bounded length. */
export function list<T>(
  item: Reader<T>,
  bounds: { readonly min: number; readonly max: number },
): Reader<readonly T[]> {
  return (value, field) => {
    if (!Array.isArray(value) || value.length < bounds.min || value.length > bounds.max)
      throw new ShapeError(field);
    return value.map((entry: unknown, index) => item(entry, `${field}[${index}]`));
  };
}

/** An integer within bounds, both included. */
export function integer(min: number, max: number): Reader<number> {
  return (value, field) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max)
      throw new ShapeError(field);
    return value;
  };
}

/** Seconds UTC: from 2001 to 2286, so that milliseconds sent by mistake are refused. */
export const seconds: Reader<number> = integer(1_000_000_000, 9_999_999_999);

/** A text of bounded length without control characters. */
export function text(min: number, max: number): Reader<string> {
  return (value, field) => {
    if (typeof value !== "string" || value.length < min || value.length > max || hasControl(value))
      throw new ShapeError(field);
    return value;
  };
}

function hasControl(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** A text that a pattern admits. */
export function matching(pattern: RegExp, lengthMax: number): Reader<string> {
  return (value, field) => {
    if (typeof value !== "string" || value.length > lengthMax || !pattern.test(value))
      throw new ShapeError(field);
    return value;
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (value, field) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new ShapeError(field);
    return word;
  };
}

/** Exactly this value. */
export function literal<const T extends string | number | boolean>(expected: T): Reader<T> {
  return (value, field) => {
    if (value !== expected) throw new ShapeError(field);
    return expected;
  };
}

export const flag: Reader<boolean> = (value, field) => {
  if (typeof value !== "boolean") throw new ShapeError(field);
  return value;
};

/** Base64url of exactly `size` bytes, kept as text: papers compare texts, since each has one. */
export function bytesText(size: number): Reader<string> {
  const length = Math.ceil((size * 4) / 3);
  return (value, field) => {
    if (
      typeof value !== "string" ||
      value.length !== length ||
      decodeBase64url(value) === undefined
    )
      throw new ShapeError(field);
    return value;
  };
}

/** Base64url of `min` to `max` bytes, kept as text. */
export function bytesTextWithin(min: number, max: number): Reader<string> {
  return (value, field) => {
    if (typeof value !== "string" || value.length > Math.ceil((max * 4) / 3))
      throw new ShapeError(field);
    const bytes = decodeBase64url(value);
    if (bytes === undefined || bytes.length < min || bytes.length > max)
      throw new ShapeError(field);
    return value;
  };
}

/** A SHA-256 hash or RFC 7638 thumbprint: 32 bytes, 43 characters. */
export const hash: Reader<string> = bytesText(32);

/** A registrable or longer DNS name, lower case, without port. `localhost` names serve the demo. */
export const domain: Reader<string> = matching(
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  253,
);

/** A public key with exactly the members that its thumbprint covers. */
export const publicJwk: Reader<PublicJwk> = (value, field) => {
  const kind = kindOfKey(value, field);
  return kind.kty === "EC" ? ecKey(value, field) : okpKey(value, field);
};

const kindOfKey = (value: unknown, field: string): { readonly kty: "EC" | "OKP" } => {
  if (typeof value !== "object" || value === null) throw new ShapeError(field);
  return { kty: oneOf("EC", "OKP")(Reflect.get(value, "kty"), `${field}.kty`) };
};
const ecKey = object({
  kty: literal("EC"),
  crv: literal("P-256"),
  x: bytesText(32),
  y: bytesText(32),
});
const okpKey = object({ kty: literal("OKP"), crv: literal("Ed25519"), x: bytesText(32) });

/** Whether all texts differ. */
export function distinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
