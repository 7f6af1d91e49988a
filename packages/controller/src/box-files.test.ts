import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "@vestibule/core/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadBoxKeys, loadClaim, makeClaim } from "./box-files.ts";
import { startController } from "./controller.ts";
import { openBoxStore } from "./store/box-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vestibule-box-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openStore = () => openBoxStore(nodeCrypto(), join(folder, "box.sqlite"));

describe("a claim card", () => {
  it("is made for a new box, and again as long as no building has adopted it", () => {
    loadBoxKeys(folder);
    expect(makeClaim(folder)).not.toBe(makeClaim(folder));
    openStore().close();
    expect(loadClaim(folder)?.length).toBe(16);
    makeClaim(folder);
  });
  it("is not printed for a box that belongs to a building: the next start would burn it", () => {
    const store = openStore();
    store.transaction((write) => write({ kind: "claimed", bld: "A".repeat(43) }));
    store.close();
    expect(() => makeClaim(folder)).toThrow("belongs to a building");
    expect(loadClaim(folder)).toBeUndefined();
  });
  it("is not changed under a box that runs: the running one would not know the new card", () => {
    const store = openStore();
    expect(() => makeClaim(folder)).toThrow("another process");
    expect(loadClaim(folder)).toBeUndefined();
    store.close();
  });
});

it("a second box process on a folder ends before it touches keys or strikes", async () => {
  const store = openStore();
  let opened = 0;
  const second = startController({
    folder,
    url: "ws://127.0.0.1:9/box",
    server: "https://host.example",
    strikes: async () => {
      opened += 1;
      return new Map();
    },
    onFatal: () => undefined,
  });
  await expect(second).rejects.toThrow("another process");
  expect(opened).toBe(0);
  // Had it made keys, the first would now sign with a key that its next start does not have.
  expect(existsSync(join(folder, "box-keys.json"))).toBe(false);
  store.close();
});

it("a box whose host's address cannot be right touches nothing", async () => {
  const start = startController({
    folder,
    url: "ws://host.example/box",
    server: "https://host.example",
    strikes: new Map(),
    onFatal: () => undefined,
  });
  await expect(start).rejects.toThrow("wss://");
  expect(readdirSync(folder)).toEqual([]);
});
