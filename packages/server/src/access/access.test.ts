import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Action, actions, may, type Role, roles } from "./access.ts";

const file: unknown = JSON.parse(
  readFileSync(new URL("../../../../vectors/access.json", import.meta.url), "utf8"),
);

function mayByReview(role: Role, action: Action): boolean {
  const table = new Map<string, unknown>(Object.entries(Object(file)));
  const listed = table.get(action);
  if (!Array.isArray(listed)) throw new Error(`vectors/access.json lacks ${action}`);
  return listed.includes(role);
}

describe("the access table", () => {
  const cells = roles.flatMap((role) => actions.map((action) => [role, action] as const));

  it.each(cells)("agrees with the reviewed one on %s, %s", (role, action) => {
    expect(may(role, action)).toBe(mayByReview(role, action));
  });

  it("knows no action or role that was not reviewed, and reviews none that it does not know", () => {
    const reviewed = Object.entries(Object(file));
    expect(reviewed.map(([action]) => action).toSorted()).toEqual([...actions].toSorted());
    const named = new Set(reviewed.flatMap(([, listed]) => (Array.isArray(listed) ? listed : [])));
    expect([...named].filter((role) => !roles.some((known) => known === role))).toEqual([]);
  });

  it("lets strangers see no entry, and the operator none either", () => {
    for (const action of [
      "attempt.read",
      "visit.read",
      "receipt.read",
      "live.read",
      "assignment.read",
    ] as const) {
      expect(may("anonymous", action)).toBe(false);
      expect(may("operator", action)).toBe(false);
    }
  });
});
