import { describe, expect, it } from "vitest";
import { layoutHouse, pavementY } from "./layout.ts";
import { penOf } from "./pen.ts";
import { styleAt } from "./styles.ts";

describe("the drawing", () => {
  it("draws the same line for the same seed, and another for another", () => {
    const line = (seed: string) => penOf(seed).box(0, 0, 40, 60);
    expect(line("door")).toBe(line("door"));
    expect(line("door")).not.toBe(line("window"));
  });

  it("trembles, but never by more than its wobble", () => {
    const pen = penOf("tremble", 0.7);
    for (let stroke = 0; stroke < 200; stroke += 1) {
      const numbers =
        pen
          .line(10, 20, 90, 20)
          .match(/-?[\d.]+/g)
          ?.map(Number) ?? [];
      expect(numbers).toHaveLength(6);
      for (const y of [numbers[1], numbers[3], numbers[5]]) {
        expect(Math.abs((y ?? Number.NaN) - 20)).toBeLessThanOrEqual(0.75);
      }
    }
  });

  it("keeps door and sticker of every house inside its walls and apart from each other", () => {
    for (let index = 0; index < 11; index += 1) {
      for (const vestibule of [false, true]) {
        const layout = layoutHouse(styleAt(index), { sticker: true, vestibule });
        const { door, sticker } = layout;
        if (sticker === undefined) throw new Error("no sticker");
        expect(door.x).toBeGreaterThan(8);
        expect(door.x + door.width).toBeLessThan(layout.width - 8);
        expect(sticker.x - 15).toBeGreaterThan(2);
        expect(sticker.x + 15).toBeLessThan(layout.width - 2);
        expect(sticker.x + 15 <= door.x || sticker.x - 15 >= door.x + door.width).toBe(true);
        expect(door.sillY).toBeLessThanOrEqual(pavementY);
        expect(layout.top).toBeGreaterThan(60);
      }
    }
  });
});
