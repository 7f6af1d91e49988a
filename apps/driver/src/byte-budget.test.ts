import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "./testing/phone.ts";

/*
 * JavaScript in bytes, plain and zipped, at about 2 % over what it is: most of it is React. Each step
 * counts everything before it.
 */
const budget = {
  /** What the first screen (today's list) waits for. */
  today: { plain: 260_000, zipped: 85_500 },
  /** The buildings' hours, drawn into the list. */
  hours: { plain: 276_000, zipped: 92_600 },
  /** A visit up to the camera: the list, labels, words of refusals. */
  visit: { plain: 359_000, zipped: 122_200 },
} as const;

let app: Awaited<ReturnType<typeof buildApp>>;
beforeAll(async () => {
  app = await buildApp();
});
afterAll(() => app.remove());

/** The entry and these later parts, each with everything it imports without waiting for a gesture. */
async function loaded(...later: readonly string[]): Promise<readonly string[]> {
  const html = await readFile(join(app.folder, "index.html"), "utf8");
  const entry = /<script type="module"[^>]* src="\/assets\/([^"]+)"/.exec(html)?.[1] ?? "";
  const assets = await readdir(join(app.folder, "assets"));
  const parts = assets.filter((name) =>
    later.some((part) => name.startsWith(`${part}-`) && name.endsWith(".js")),
  );
  expect(parts.length).toBeGreaterThanOrEqual(later.length);
  const wanted = [entry, ...parts];
  for (const name of wanted) {
    const source = await readFile(join(app.folder, "assets", name), "utf8");
    for (const [, other = ""] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      if (!wanted.includes(other)) wanted.push(other);
  }
  return wanted;
}

describe("the built app", () => {
  it.each([
    ["today", []],
    ["hours", ["building-hours"]],
    ["visit", ["building-hours", "visit-flow"]],
  ] as const)("keeps its byte budget: %s", async (step, later) => {
    const files = await loaded(...later);
    const sources = await Promise.all(
      files.map((name) => readFile(join(app.folder, "assets", name))),
    );
    const plain = sources.reduce((sum, source) => sum + source.length, 0);
    const zipped = sources.reduce((sum, source) => sum + gzipSync(source).length, 0);
    expect(plain).toBeGreaterThan(150_000);
    expect({ plain, within: plain <= budget[step].plain }).toEqual({ plain, within: true });
    expect({ zipped, within: zipped <= budget[step].zipped }).toEqual({ zipped, within: true });
  });

  it("reads public suffixes and opens curves only when a door is verified", async () => {
    const heavy = [/githubusercontent/, /ffffffff00000001/];
    const of = async (names: readonly string[]) =>
      (
        await Promise.all(names.map((name) => readFile(join(app.folder, "assets", name), "utf8")))
      ).join("");
    const before = await of(await loaded("building-hours", "visit-flow"));
    const after = await of(await loaded("door-papers"));
    for (const sign of heavy) expect([sign.test(before), sign.test(after)]).toEqual([false, true]);
  });

  it("asks no other origin for anything, and holds no inline script", async () => {
    const html = await readFile(join(app.folder, "index.html"), "utf8");
    expect(html).not.toMatch(/<script(?![^>]* src=)/);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const worker = (await readdir(join(app.folder, "assets"))).find((name) =>
      name.startsWith("decode-worker"),
    );
    expect(await readFile(join(app.folder, "assets", worker ?? ""), "utf8")).toContain(
      "zxing_reader-",
    );
  });

  it("lists its files for the service worker, the wasm left out", async () => {
    const shell = JSON.parse(await readFile(join(app.folder, "shell.json"), "utf8"));
    expect(shell.files).toContain("/");
    expect(shell.files.some((name: string) => name.endsWith(".wasm"))).toBe(false);
    for (const name of shell.files)
      if (name !== "/") await expect(readFile(join(app.folder, name))).resolves.toBeDefined();
  });
});
