import { describe, expect, it } from "vitest";
import { readDemoParcel } from "./demo-parcel.ts";

const config = {
  apiOrigin: "https://host.example",
  streetOrigin: "https://street.example",
  demo: true,
};
const data = { type: "vestibule-demo-parcel", text: "1Z999AA10123456784", symbology: "code128" };
const event = { origin: "https://street.example", data };

describe("readDemoParcel", () => {
  it("takes a parcel from the street of a demonstration", () => {
    expect(readDemoParcel(config, event)).toEqual({ text: "1Z999AA10123456784" });
  });
  it("takes none from another origin, outside a demonstration, or of another shape", () => {
    expect(
      readDemoParcel(config, { ...event, origin: "https://street.example.evil" }),
    ).toBeUndefined();
    expect(readDemoParcel({ ...config, demo: false }, event)).toBeUndefined();
    expect(readDemoParcel({ apiOrigin: config.apiOrigin, demo: true }, event)).toBeUndefined();
    for (const bent of [
      { ...data, more: 1 },
      { ...data, type: "x" },
      { ...data, text: 7 },
      null,
      "x",
    ])
      expect(readDemoParcel(config, { ...event, data: bent })).toBeUndefined();
  });
});
