import { describe, expect, it } from "vitest";
import type { Entrance } from "../api/today.ts";
import { inWalkingOrder } from "./walking-order.ts";

const door = (ent: string, kind: Entrance["kind"]): Entrance => ({
  id: `ent_${ent}`,
  ent,
  kind,
  presence: "nfc",
  noTap: "refuse",
  boxOnline: true,
});
const order = (entrances: readonly Entrance[], paths: readonly (readonly string[])[]) =>
  inWalkingOrder({ entrances, paths }).map(({ ent }) => ent);

describe("a building's doors", () => {
  const doors = [door("lobby", "lobby"), door("mail", "mailroom"), door("street", "street")];

  it("stand in the order of the policy's path, what no path names after it", () => {
    expect(order(doors, [["street", "lobby"]])).toEqual(["street", "lobby", "mail"]);
    expect(order(doors, [["mail", "lobby"]])).toEqual(["mail", "lobby", "street"]);
  });

  it("follow the longest of several paths, so that a gate stands before its street door", () => {
    const more = [...doors, door("gate", "gate")];
    const paths = [
      ["street", "lobby"],
      ["gate", "street", "lobby"],
    ];
    expect(order(more, paths)).toEqual(["gate", "street", "lobby", "mail"]);
  });

  it("stand as one meets them where there is no path, and as they came where they are alike", () => {
    expect(order(doors, [])).toEqual(["street", "lobby", "mail"]);
    expect(order([door("b", "unit"), door("a", "unit")], [])).toEqual(["b", "a"]);
  });
});
