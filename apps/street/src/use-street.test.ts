import { describe, expect, it } from "vitest";
import { parseStreetState } from "./feed.ts";
import { skyAt } from "./sky.ts";
import { fakeState } from "./testing/fake-street.ts";
import { withChange } from "./use-street.ts";

const state = parseStreetState(fakeState("2026-11-22T17:03:00Z"), "http://vestibule.localhost");

describe("the street's view", () => {
  it("moves the one door that a change names", () => {
    const view = withChange(
      { kind: "ready", state, hearing: true },
      { doorId: "ent_5_1", state: "open", atMs: 0 },
    );
    if (view.kind !== "ready") throw new Error("not ready");
    const moved = view.state.buildings
      .flatMap((one) => one.doors)
      .filter((door) => door.state === "open");
    expect(moved.map((door) => door.id)).toEqual(["ent_5_1"]);
  });

  it("lets a change of an unknown door change nothing", () => {
    const before = { kind: "ready", state, hearing: true } as const;
    expect(withChange(before, { doorId: "ent_none", state: "open", atMs: 0 })).toEqual(before);
  });

  it("takes the sky from the building's clock, not from the visitor's", () => {
    const zone = "America/New_York";
    expect(skyAt(zone, Date.parse("2026-11-22T17:00:00Z"))).toBe("day");
    expect(skyAt(zone, Date.parse("2026-11-22T22:30:00Z"))).toBe("dusk");
    expect(skyAt(zone, Date.parse("2026-11-22T04:00:00Z"))).toBe("night");
    expect(skyAt("Asia/Tokyo", Date.parse("2026-11-22T17:00:00Z"))).toBe("night");
  });
});
