/** Whether a text anywhere in a request's part holds a zero byte, which PostgreSQL takes in no text. */
export function holdsZeroByte(part: unknown): boolean {
  if (typeof part === "string") return part.includes("\0");
  if (typeof part !== "object" || part === null) return false;
  return Object.entries(part).some(([name, value]) => name.includes("\0") || holdsZeroByte(value));
}

/** A whole number as one writes it, and no other thing that could be taken for one. */
const wholeNumber = /^-?\d{1,15}$/;

/**
 * A query string's members as their schema counts them: all arrive as text, so those that must be
 * whole numbers and look like one become numbers. Nothing else is converted.
 */
export function readQuery(schema: unknown, query: unknown): unknown {
  const members = propertiesOf(schema);
  if (typeof query !== "object" || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]: [string, unknown]) => [
      name,
      members.get(name) === "integer" && typeof value === "string" && wholeNumber.test(value)
        ? Number(value)
        : value,
    ]),
  );
}

function propertiesOf(schema: unknown): ReadonlyMap<string, unknown> {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return new Map();
  return new Map(
    Object.entries(Object(schema.properties)).map(([name, member]) => [
      name,
      typeof member === "object" && member !== null && "type" in member ? member.type : undefined,
    ]),
  );
}
