import { browserCrypto } from "@vestibule/core/browser";
import { describe, expect, it } from "vitest";
import {
  doorDraftOf,
  entranceOf,
  gapsOf,
  newDoor,
  uidOf,
  usualPaths,
  withoutDoor,
} from "./door-draft.ts";

const crypto = browserCrypto();
const ctl = "A".repeat(43);
const seals = new Map([[ctl, "B".repeat(43)]]);
const street = newDoor({ ent: "street", kind: "street", label: "Front" }, ctl);

describe("a door that is being written", () => {
  it("says what it lacks, and is no entrance before it lacks nothing", () => {
    expect(gapsOf(newDoor({ ent: "a", kind: "gate", label: "A" }, undefined), seals)).toEqual([
      "box",
      "sticker",
      "sensing",
    ]);
    expect(gapsOf(street, new Map())).toContain("box");
    expect(entranceOf(crypto, street, seals)).toBeUndefined();
    const whole = {
      ...street,
      sensing: "contact",
      sticker: { kind: "typed", text: "04:A1:B2:C3:D4:E5:F6" },
    } as const;
    expect(gapsOf(whole, seals)).toEqual([]);
    const entrance = entranceOf(crypto, whole, seals);
    expect(entrance).toMatchObject({ ctl, seal: "B".repeat(43), presence: "nfc" });
    expect(entrance?.uidHash).toMatch(/^[A-Za-z0-9_-]{43}$/);
    if (entrance === undefined) throw new Error("no entrance");
    expect(entranceOf(crypto, doorDraftOf(entrance), seals)).toEqual(entrance);
  });
  it("needs no sticker where the policy asks for none, and then names none", () => {
    const open = { ...street, presence: "none", sensing: "none" } as const;
    expect(gapsOf(open, seals)).toEqual([]);
    expect(entranceOf(crypto, open, seals)).not.toHaveProperty("uidHash");
  });
  it.each([
    ["04a1b2c3d4e5f6", 7],
    ["04 A1-B2.C3:D4 E5 F6", 7],
    ["04a1b2c3d4e5f", undefined],
    ["04a1b2c3d4e5f6aa", undefined],
    ["", undefined],
  ])("reads a sticker's number: %s", (text, length) => {
    expect(uidOf(text)?.length).toBe(length);
  });
});

describe("ways in", () => {
  it("lead from the outermost doors inwards", () => {
    const door = (ent: string, kind: "gate" | "street" | "lobby") => ({ ent, kind });
    expect(usualPaths([])).toEqual([]);
    expect(usualPaths([door("front", "street")])).toEqual([]);
    expect(usualPaths([door("lobby", "lobby"), door("front", "street")])).toEqual([
      ["front", "lobby"],
    ]);
    const two = [door("front", "street"), door("lobby", "lobby"), door("back", "street")];
    expect(usualPaths(two)).toEqual([
      ["front", "lobby"],
      ["back", "lobby"],
    ]);
  });
  it("and carriers lose a door that is taken out; a carrier with no door left goes", () => {
    const carrier = {
      cap: 1,
      clearance: [],
      domain: "ups.example",
      ents: ["street"],
      holidays: [],
      purposes: ["deliver"],
      root: ctl,
      schedule: [],
      tz: "UTC",
    } as const;
    const draft = {
      doors: [street],
      paths: [["street"], ["street", "lobby"]],
      carriers: [carrier, { ...carrier, ents: ["street", "lobby"] }],
    };
    expect(withoutDoor(draft, "street")).toEqual({
      doors: [],
      paths: [["lobby"]],
      carriers: [{ ...carrier, ents: ["lobby"] }],
    });
  });
});
