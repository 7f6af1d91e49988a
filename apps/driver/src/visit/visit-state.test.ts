import { describe, expect, it } from "vitest";
import { nextEntrance, readTapFragment } from "./visit-state.ts";

const door = (ent: string) => ({
  id: `ent_${ent}`,
  ent,
  kind: "street" as const,
  presence: "nfc" as const,
  noTap: "refuse" as const,
  boxOnline: true,
});

describe("nextEntrance", () => {
  const building = {
    entrances: ["gate", "street", "lobby", "garage"].map(door),
    paths: [["gate", "street", "lobby"], ["garage"]],
  };
  it("follows the path of the door that was opened last", () => {
    expect(nextEntrance(building, ["street"])?.ent).toBe("lobby");
    expect(nextEntrance(building, ["gate", "street"])?.ent).toBe("lobby");
  });
  it("knows nothing next before the first door, at a path's end, and off every path", () => {
    expect(nextEntrance(building, [])).toBeUndefined();
    expect(nextEntrance(building, ["street", "lobby"])).toBeUndefined();
    expect(nextEntrance(building, ["garage"])).toBeUndefined();
  });
});

describe("readTapFragment", () => {
  const good = `#tap=ent_01kaf0q0f6e8r9vdrs8t0s3a1b&e=${"A1".repeat(16)}&c=${"0f".repeat(8)}`;
  it("reads what the building page hands over", () => {
    expect(readTapFragment(good)).toEqual({
      ent: "ent_01kaf0q0f6e8r9vdrs8t0s3a1b",
      e: "A1".repeat(16),
      c: "0f".repeat(8),
    });
  });
  it("refuses anything else", () => {
    const bad = [good.replace("ent_", "bld_"), good.slice(0, -1), "#tap=", "#enrol=x", ""];
    for (const fragment of bad) expect(readTapFragment(fragment)).toBeUndefined();
  });
});
