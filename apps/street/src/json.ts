/** What a parser found: the value, or where and why it is not what was promised. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}

/** An object of unknown members, as it came from the wire. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads an object. @throws FeedError when `value` is something else. */
export function readObject(value: unknown, where: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FeedError(`${where} is not an object`);
  }
  return Object.fromEntries(Object.entries(value));
}

/** Reads a list of at most `lengthMax` entries with one reader. @throws FeedError */
export function readList<Entry>(
  value: unknown,
  where: string,
  rule: { readonly lengthMax: number; readonly entry: (entry: unknown, where: string) => Entry },
): readonly Entry[] {
  if (!Array.isArray(value)) throw new FeedError(`${where} is not a list`);
  if (value.length > rule.lengthMax)
    throw new FeedError(`${where} is longer than ${rule.lengthMax}`);
  return value.map((entry: unknown, index) => rule.entry(entry, `${where}[${index}]`));
}

const textLengthMax = 500;
/** An invitation's link carries its terms and the names of carrier and vetter. */
const addressLengthMax = 2_000;

/** Reads a text of 1 to `lengthMax` characters. @throws FeedError */
export function readText(value: unknown, where: string, lengthMax = textLengthMax): string {
  if (typeof value !== "string" || value === "" || value.length > lengthMax) {
    throw new FeedError(`${where} is not a text of 1 to ${lengthMax} characters`);
  }
  return value;
}

/** Reads one of a closed list of words. @throws FeedError */
export function readWord<Word extends string>(
  value: unknown,
  where: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new FeedError(`${where} is none of ${words.join(", ")}`);
  return found;
}

/** Reads true or false. @throws FeedError */
export function readFlag(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw new FeedError(`${where} is neither true nor false`);
  return value;
}

/** Reads an http(s) address; a path is taken relative to `base`. @throws FeedError */
export function readAddress(value: unknown, where: string, base: string): string {
  const text = readText(value, where, addressLengthMax);
  if (!URL.canParse(text, base)) throw new FeedError(`${where} is not an address`);
  const url = new URL(text, base);
  // A javascript: address in the feed would run in this page's origin.
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new FeedError(`${where} is neither http nor https`);
  }
  return url.href;
}

/** Reads an ISO 8601 instant into epoch milliseconds. @throws FeedError */
export function readInstant(value: unknown, where: string): number {
  const text = readText(value, where);
  const atMs = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw new FeedError(`${where} is not an ISO 8601 instant`);
  return atMs;
}
