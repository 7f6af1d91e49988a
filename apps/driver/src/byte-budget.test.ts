import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "./testing/phone.ts";

/** The JavaScript that the first screen (today's list) waits for, in bytes. */
const firstScreenBytesMax = 262_000;
const firstScreenGzipMax = 86_000;

let app: Awaited<ReturnType<typeof buildApp>>;
beforeAll(async () => {
  app = await buildApp();
}, 60_000);
afterAll(() => app.remove());

/** The entry and everything it imports without waiting for a gesture. */
async function firstScreen(): Promise<readonly string[]> {
  const html = await readFile(join(app.folder, "index.html"), "utf8");
  const entry = /<script type="module"[^>]* src="\/assets\/([^"]+)"/.exec(html)?.[1] ?? "";
  const wanted = [entry];
  for (const name of wanted) {
    const source = await readFile(join(app.folder, "assets", name), "utf8");
    for (const [, other = ""] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      if (!wanted.includes(other)) wanted.push(other);
  }
  return wanted;
}

describe("the built app", () => {
  it("starts within its byte budget", async () => {
    const files = await firstScreen();
    const sources = await Promise.all(
      files.map((name) => readFile(join(app.folder, "assets", name))),
    );
    const bytes = sources.reduce((sum, source) => sum + source.length, 0);
    const zipped = sources.reduce((sum, source) => sum + gzipSync(source).length, 0);
    expect(bytes).toBeGreaterThan(150_000);
    expect(bytes).toBeLessThanOrEqual(firstScreenBytesMax);
    expect(zipped).toBeLessThanOrEqual(firstScreenGzipMax);
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
