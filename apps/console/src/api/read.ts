/** Reads one value that came from outside or throws {@link AnswerError}; unknown members are dropped. */
export type Read<T> = (value: unknown, at: string) => T;

/** The host's answer is not as agreed. Names the place, never the value. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly at: string;
  constructor(at: string) {
    super(`the answer is not as agreed at ${at === "" ? "its root" : at}`);
    this.at = at;
  }
}

type Members = Readonly<Record<string, Read<unknown>>>;
type ValueOf<R> = R extends Read<infer T> ? T : never;

/** An object of these members at least. A member whose reader says `undefined` is absent. */
export function object<M extends Members>(
  members: M,
): Read<{ readonly [N in keyof M]: ValueOf<M[N]> }> {
  return (value, at) => {
    if (!isObject(value)) throw new AnswerError(at);
    const read: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(members))
      read[name] = member(value[name], `${at}/${name}`);
    if (!isComplete<{ readonly [N in keyof M]: ValueOf<M[N]> }>(read)) throw new AnswerError(at);
    return read;
  };
}

// Every member was read by its own reader; this only tells the compiler so.
function isComplete<T>(read: unknown): read is T {
  return typeof read === "object";
}

/** Whether a value is an object that is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that may be absent or null. */
export function maybe<T>(inner: Read<T>): Read<T | undefined> {
  return (value, at) => (value === undefined || value === null ? undefined : inner(value, at));
}

/** No page of ours is longer. */
const listLengthMax = 10_000;

/** A list. */
export function list<T>(item: Read<T>): Read<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > listLengthMax) throw new AnswerError(at);
    return value.map((entry: unknown, index) => item(entry, `${at}/${index}`));
  };
}

/** Any text; papers are the longest, and half of this. */
export const text: Read<string> = (value, at) => {
  if (typeof value !== "string" || value.length > 262_144) throw new AnswerError(at);
  return value;
};

/** An ISO 8601 time in UTC, as epoch milliseconds. */
export const instant: Read<number> = (value, at) => {
  const ms = Date.parse(text(value, at));
  if (Number.isNaN(ms)) throw new AnswerError(at);
  return ms;
};

/** A safe integer. */
export const integer: Read<number> = (value, at) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new AnswerError(at);
  return value;
};

/** True or false. */
export const flag: Read<boolean> = (value, at) => {
  if (typeof value !== "boolean") throw new AnswerError(at);
  return value;
};

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Read<T> {
  return (value, at) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new AnswerError(at);
    return word;
  };
}

/** Whatever it is, unread: its user reads it. */
export const anything: Read<unknown> = (value) => value;

/** Reads with one reader and hands on what is made of it. */
export function mapped<T, U>(inner: Read<T>, make: (value: T) => U): Read<U> {
  return (value, at) => make(inner(value, at));
}
