/** How deep a paper may nest; the policy, our deepest paper, needs six. */
const depthMax = 12;

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/**
 * Serializes in the JSON Canonicalization Scheme (RFC 8785), narrowed as the papers demand: integers
 * only, no lone surrogates.
 *
 * @throws TypeError when the value holds anything else: our own code built it, so that is a fault.
 */
export function canonicalize(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new TypeError("a paper's text holds a lone surrogate");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!isPaperInteger(value)) throw new TypeError("a paper's number is not a safe integer");
    return String(value);
  }
  if (typeof value !== "object") throw new TypeError("a paper holds JSON only");
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(",")}]`;
  const members = Object.entries(value).sort(byMemberName);
  return `{${members.map(([name, member]) => `${canonicalize(name)}:${canonicalize(member)}`).join(",")}}`;
}

/**
 * Parses a text that must equal the canonical form of what it says. Duplicate members, other spacing,
 * fractions, exponents, lone surrogates and deep nesting are all `undefined`.
 */
export function parseCanonical(text: string): JsonValue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isCanonicalValue(value, 0)) return undefined;
  // ECMAScript's own serialization is JCS's once members are sorted and numbers are integers.
  return JSON.stringify(value) === text ? value : undefined;
}

function isCanonicalValue(value: unknown, depth: number): value is JsonValue {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "number") return isPaperInteger(value);
  if (typeof value !== "object" || depth >= depthMax) return false;
  if (Array.isArray(value)) return value.every((item) => isCanonicalValue(item, depth + 1));
  let last: string | undefined;
  for (const name in value) {
    if (last !== undefined && last >= name) return false;
    if (!name.isWellFormed()) return false;
    last = name;
    if (!isCanonicalValue(Reflect.get(value, name), depth + 1)) return false;
  }
  return true;
}

function isPaperInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function byMemberName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1;
}
