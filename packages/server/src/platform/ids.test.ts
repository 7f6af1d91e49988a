import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idPrefixes, isId, newId } from "./ids.ts";

describe("ids", () => {
  it("sort by the time they were made", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: 1, max: 2 ** 40 }), (early, later) => {
        expect(newId("attempt", early) < newId("attempt", early + later)).toBe(true);
      }),
    );
  });

  it("follow the TypeID specification: base 32 of the UUID's bits", () => {
    const random = () => Buffer.from("774bbcceb302099a8057", "hex");
    expect(newId("building", 0x01890a5dac96, random)).toBe("bld_01h455vb4pex5vsknk084sn02q");
  });

  it("name their kind and no other", () => {
    const id = newId("driver", 1_700_000_000_000);
    expect(isId("driver", id)).toBe(true);
    expect(isId("carrier", id)).toBe(false);
    expect(isId("driver", `${id}\n`)).toBe(false);
    expect(new Set(Object.values(idPrefixes)).size).toBe(Object.keys(idPrefixes).length);
  });
});
