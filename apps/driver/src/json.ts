/**
 * Reads one value that came from outside, or says `undefined`. Unlike a paper's shape, members that
 * are not known are passed over: a host may say more than this app knows.
 */
export type Read<T> = (value: unknown) => T | undefined;

/** Marks a member that may be absent or null. */
export interface Maybe<T> {
  readonly maybe: Read<T>;
}

export type Fields = Readonly<Record<string, Read<unknown> | Maybe<unknown>>>;
type Sure<F extends Fields> = { [N in keyof F]: F[N] extends Maybe<unknown> ? never : N }[keyof F];
type Unsure<F extends Fields> = {
  [N in keyof F]: F[N] extends Maybe<unknown> ? N : never;
}[keyof F];
export type RecordOf<F extends Fields> = {
  readonly [N in Sure<F>]: F[N] extends Read<infer T> ? T : never;
} & { readonly [N in Unsure<F>]?: F[N] extends Maybe<infer T> ? T : never };

/** An object with these members. */
export function record<F extends Fields>(fields: F): Read<RecordOf<F>> {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const read: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      const member: unknown = Reflect.get(value, name);
      if (typeof field === "function") {
        const got = field(member);
        if (got === undefined) return undefined;
        read[name] = got;
      } else if (member !== undefined && member !== null) {
        const got = field.maybe(member);
        if (got === undefined) return undefined;
        read[name] = got;
      }
    }
    return isComplete<F>(read) ? read : undefined;
  };
}

// The loop above read every member by its own reader; this only tells the compiler so.
function isComplete<F extends Fields>(read: unknown): read is RecordOf<F> {
  return typeof read === "object";
}

/** A member that may be absent or null. */
export function maybe<T>(read: Read<T>): Maybe<T> {
  return { maybe: read };
}

/** A list; one bad item spoils it. */
export function listOf<T>(item: Read<T>): Read<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const read: T[] = [];
    for (const entry of value) {
      const got = item(entry);
      if (got === undefined) return undefined;
      read.push(got);
    }
    return read;
  };
}

export const text: Read<string> = (value) => (typeof value === "string" ? value : undefined);
export const flag: Read<boolean> = (value) => (typeof value === "boolean" ? value : undefined);
export const number: Read<number> = (value) =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Read<T> {
  return (value) => words.find((word) => word === value);
}

/** An ISO 8601 instant, as epoch milliseconds. */
export const instant: Read<number> = (value) => {
  if (typeof value !== "string") return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
};

/** Parses JSON; what is none is `undefined`. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
