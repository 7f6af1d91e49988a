/** What a reader accepts, as a JSON Schema: lets a test compare it with the host's OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * Reads one value of an answer or throws {@link AnswerError}. Members it does not know are dropped,
 * not refused: a newer host may say more.
 */
export interface Reader<T> {
  (value: unknown, at: string): T;
  readonly schema: Schema;
}

/** An answer that is not as agreed. Caught where the answer is read, never beyond; holds no value. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly at: string;
  constructor(at: string) {
    super(`the answer is not as agreed at ${at === "" ? "its root" : at}`);
    this.at = at;
  }
}

type Members = Readonly<Record<string, Reader<unknown>>>;
type Read<R> = R extends Reader<infer T> ? T : never;
type OptionalNames<M extends Members> = {
  [N in keyof M]: undefined extends Read<M[N]> ? N : never;
}[keyof M];
/** The object that these member readers make. */
export type ObjectOf<M extends Members> = {
  readonly [N in Exclude<keyof M, OptionalNames<M>>]: Read<M[N]>;
} & { readonly [N in OptionalNames<M>]?: Exclude<Read<M[N]>, undefined> };

function reader<T>(schema: Schema, read: (value: unknown, at: string) => T): Reader<T> {
  return Object.assign((value: unknown, at: string) => read(value, at), { schema });
}

const optionalReaders = new WeakSet<Reader<unknown>>();

/** An object of these members at least. */
export function object<M extends Members>(members: M): Reader<ObjectOf<M>> {
  const names = Object.keys(members);
  const schema = {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, members[name]?.schema])),
    required: names.filter((name) => !isOptional(members[name])),
  };
  return reader(schema, (value, at) => {
    if (!isObject(value)) throw new AnswerError(at);
    const read: Record<string, unknown> = {};
    for (const name of names) {
      const member = members[name]?.(value[name], `${at}/${name}`);
      if (member !== undefined) read[name] = member;
    }
    if (!isWhole(read, members)) throw new AnswerError(at);
    return read;
  });
}

/** Each member that stands there was read by its own reader; so only absence is left to check. */
function isWhole<M extends Members>(
  read: Readonly<Record<string, unknown>>,
  members: M,
): read is ObjectOf<M> {
  return Object.keys(members).every(
    (name) => read[name] !== undefined || mayBeAbsent(members[name]),
  );
}

function mayBeAbsent(member: Reader<unknown> | undefined): boolean {
  return isOptional(member) || Object.keys(member?.schema ?? {}).length === 0;
}

function isOptional(member: Reader<unknown> | undefined): boolean {
  return member !== undefined && optionalReaders.has(member);
}

/** A member that may be absent or null. */
export function optional<T>(inner: Reader<T>): Reader<T | undefined> {
  const made = reader<T | undefined>(inner.schema, (value, at) =>
    value === undefined || value === null ? undefined : inner(value, at),
  );
  optionalReaders.add(made);
  return made;
}

/** A list, of at most 10,000 items: no page of ours is longer. */
export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return reader({ type: "array", items: item.schema }, (value, at) => {
    if (!Array.isArray(value) || value.length > 10_000) throw new AnswerError(at);
    return value.map((entry: unknown, index) => item(entry, `${at}/${index}`));
  });
}

/** Any text, of at most 256 KiB: the longest paper is half of that. */
export const text: Reader<string> = reader({ type: "string" }, (value, at) => {
  if (typeof value !== "string" || value.length > 262_144) throw new AnswerError(at);
  return value;
});

/** A text that a pattern admits. */
export function matching(pattern: RegExp): Reader<string> {
  return reader({ type: "string", pattern: pattern.source }, (value, at) => {
    const read = text(value, at);
    if (!pattern.test(read)) throw new AnswerError(at);
    return read;
  });
}

/** A SHA-256 hash or key thumbprint in base64url. */
export const hash: Reader<string> = matching(/^[A-Za-z0-9_-]{43}$/);

/** An ISO 8601 time in UTC. */
export const instant: Reader<string> = matching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** A safe integer. */
export const integer: Reader<number> = reader({ type: "integer" }, (value, at) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new AnswerError(at);
  return value;
});

/** True or false. */
export const flag: Reader<boolean> = reader({ type: "boolean" }, (value, at) => {
  if (typeof value !== "boolean") throw new AnswerError(at);
  return value;
});

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return reader({ type: "string", enum: words }, (value, at) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new AnswerError(at);
    return word;
  });
}

/** One of two forms; where neither fits, the second says where it does not. */
export function either<A, B>(first: Reader<A>, second: Reader<B>): Reader<A | B> {
  return reader<A | B>({ anyOf: [first.schema, second.schema] }, (value, at) => {
    try {
      return first(value, at);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      return second(value, at);
    }
  });
}

/** Any JSON object, handed on unread; its user parses it. */
export const anything: Reader<unknown> = reader({}, (value) => value);

/** Reads with one reader and hands on what is made of it. */
export function mapped<T, U>(inner: Reader<T>, make: (value: T, at: string) => U): Reader<U> {
  return reader(inner.schema, (value, at) => make(inner(value, at), at));
}

/** Whether a value is an object that is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
