import type { Spend } from "@vestibule/core";

/**
 * Reads a spend as this box wrote it.
 *
 * @throws Error when it does not read: a box whose spends are damaged must not open.
 */
export function readSpend(stored: unknown): Spend {
  const value: unknown = JSON.parse(String(stored));
  if (!isSpend(value)) throw new Error("a stored spend is damaged; commission the box again");
  return value;
}

/** Reads the used counters of a tap window; damaged ones throw. */
export function readUsed(stored: unknown): readonly number[] {
  const value: unknown = JSON.parse(String(stored));
  if (!Array.isArray(value) || !value.every((counter) => typeof counter === "number")) {
    throw new Error("a stored tap window is damaged; commission the box again");
  }
  return value;
}

function isSpend(value: unknown): value is Spend {
  if (!hasMembers(value, ["days", "first"])) return false;
  const { days, first } = value;
  return (
    Array.isArray(days) &&
    days.every((day: unknown) => hasMembers(day, ["day", "openings"])) &&
    hasMembers(first, ["boot", "atMs", "jkt", "asg", "codes", "retries"])
  );
}

function hasMembers<N extends string>(
  value: unknown,
  names: readonly N[],
): value is Record<N, unknown> {
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}
