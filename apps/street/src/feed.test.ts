import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDoorChange, parseParcels, parseStreetState, parseTap } from "./feed.ts";
import { FeedError } from "./json.ts";
import { fakeParcels, fakeState } from "./testing/fake-street.ts";

const base = "http://vestibule.localhost:4599";
const at = "2026-11-22T17:03:00Z";

describe("the street's feed", () => {
  it("reads what the demo serves, with paths made whole", () => {
    const state = parseStreetState(JSON.parse(JSON.stringify(fakeState(at))), base);
    expect(state.buildings).toHaveLength(11);
    expect(state.buildings.filter((building) => building.hasSticker)).toHaveLength(3);
    expect(state.links.labels).toBe(`${base}/labels.html`);
    expect(state.buildings[5]?.timeMs).toBe(Date.parse(at));
    expect(parseParcels(JSON.parse(JSON.stringify(fakeParcels)))).toEqual(fakeParcels);
  });

  it("refuses an address that would run as script", () => {
    expect(() => parseTap({ url: "javascript:alert(1)" }, base)).toThrow(FeedError);
    expect(() => parseTap({ url: "data:text/html,hi" }, base)).toThrow(FeedError);
    expect(parseTap({ url: "/t?e=1" }, base)).toBe(`${base}/t?e=1`);
  });

  it("refuses a state, a door or a time it has no word for", () => {
    expect(() => parseDoorChange({ doorId: "d", state: "ajar", at })).toThrow("state is none of");
    expect(() => parseDoorChange({ doorId: "", state: "open", at })).toThrow(FeedError);
    expect(() => parseDoorChange({ doorId: "d", state: "open", at: "noon" })).toThrow(FeedError);
  });

  it("names the member that is wrong", () => {
    const state = fakeState(at);
    const broken = { ...state, buildings: [{ ...state.buildings[0], hasSticker: "yes" }] };
    expect(() => parseStreetState(broken, base)).toThrow("buildings[0].hasSticker");
  });

  it("refuses a list without end", () => {
    const state = fakeState(at);
    const broken = { ...state, buildings: Array.from({ length: 41 }, () => state.buildings[0]) };
    expect(() => parseStreetState(broken, base)).toThrow("longer than 40");
  });

  it("answers anything at all with a value or a FeedError, never with another fault", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const parse of [
          parseDoorChange,
          parseParcels,
          (one: unknown) => parseStreetState(one, base),
        ]) {
          try {
            parse(value);
          } catch (fault) {
            if (!(fault instanceof FeedError)) return false;
          }
        }
        return true;
      }),
    );
  });
});
