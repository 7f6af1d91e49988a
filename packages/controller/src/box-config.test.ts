import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBoxConfig, readStrikeSecret } from "./box-config.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vestibule-box-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const strike = { kind: "virtual", listen: "127.0.0.1:4000", secret: "/s", sensing: "contact" };
const good = {
  folder: "/var/lib/box",
  url: "wss://host.example/box",
  server: "https://host.example",
  strikes: { street: strike },
};
const read = (value: unknown) => {
  const path = join(folder, "box.json");
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return readBoxConfig(path);
};

describe("a box's configuration", () => {
  it("is read as it stands", () => {
    expect(read(good)).toEqual(good);
    expect(
      read({ ...good, url: "ws://127.0.0.1:8080/box", server: "http://vestibule.localhost:8080" }),
    ).toMatchObject({ url: "ws://127.0.0.1:8080/box" });
  });
  it.each([
    ["no JSON", "{", "not a JSON file"],
    ["a member that nobody knows", { ...good, heldOpen: 1 }, "heldOpen"],
    ["no folder", { ...good, folder: undefined }, "folder"],
    ["an address without wss", { ...good, url: "ws://host.example/box" }, "/url"],
    ["an address that is none", { ...good, url: "host.example" }, "/url"],
    [
      "a host with a path: the box would answer nobody",
      { ...good, server: "https://host.example/" },
      "/server",
    ],
    ["a host that is no origin", { ...good, server: "host.example" }, "/server"],
    ["no strike", { ...good, strikes: {} }, "/strikes"],
    ["an entrance that no policy can name", { ...good, strikes: { "-": strike } }, "/strikes"],
    [
      "a strike of no kind",
      { ...good, strikes: { street: { kind: "relay" } } },
      "/strikes/street/kind",
    ],
    [
      "a strike with a word too many",
      { ...good, strikes: { street: { ...strike, pin: "1" } } },
      "/strikes/street/pin",
    ],
    [
      "another sensing",
      { ...good, strikes: { street: { ...strike, sensing: "camera" } } },
      "/strikes/street/sensing",
    ],
  ])("with %s is refused, and the sentence names the place", (_what, value, place) => {
    expect(() => read(value)).toThrow(place);
  });
});

it("a strike's secret is this user's alone and 64 hex digits", () => {
  const path = join(folder, "secret");
  writeFileSync(path, `${"a1".repeat(32)}\n`, { mode: 0o600 });
  expect(readStrikeSecret(path)).toHaveLength(32);
  chmodSync(path, 0o640);
  expect(() => readStrikeSecret(path)).toThrow("chmod 600");
  chmodSync(path, 0o600);
  writeFileSync(path, "a1");
  expect(() => readStrikeSecret(path)).toThrow("64 hex digits");
  expect(() => readStrikeSecret(join(folder, "none"))).toThrow("none");
});
