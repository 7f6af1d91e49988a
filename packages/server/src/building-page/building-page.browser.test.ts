import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { makeWorld } from "@vestibule/core/testing";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DomainApp, domainApp, settleBuilding } from "../testing/domain-app.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Where screenshots go when somebody wants to look at them. */
const shots = process.env["PAGE_SHOTS"];
let server: DomainApp;
let browser: Browser;
let address: string;

beforeAll(async () => {
  const world = await makeWorld();
  server = await domainApp(world);
  const { sticker } = await settleBuilding(server, world);
  const { e, c } = world.tap();
  const origin = await server.app.listen({ port: 0, host: "127.0.0.1" });
  address = `${origin}/d/${sticker}?e=${e}&c=${c}`;
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe("the building page in a browser", () => {
  const cases = [390, 1280].flatMap((width) =>
    (["light", "dark"] as const).flatMap((colorScheme) =>
      (["en", "es"] as const).map((locale) => ({ width, colorScheme, locale })),
    ),
  );
  it.each(cases)(
    "has nothing that axe objects to, at $width px, $colorScheme, $locale",
    async ({ width, colorScheme, locale }) => {
      const page = await browser.newPage({
        viewport: { width, height: 844 },
        colorScheme,
        locale,
        bypassCSP: true,
      });
      await page.goto(address);
      await page.addScriptTag({ content: axe });
      const found: unknown = await page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))",
      );
      expect(found).toEqual([]);
      const overflow: unknown = await page.evaluate(
        "document.documentElement.scrollWidth > innerWidth",
      );
      expect(overflow).toBe(false);
      if (shots)
        await page.screenshot({
          path: `${shots}/${width}-${colorScheme}-${locale}.png`,
          fullPage: true,
        });
      await page.close();
    },
  );

  it.each(["en", "es"])("prints to one sheet in %s", async (locale) => {
    const page = await browser.newPage({ locale });
    await page.goto(address);
    for (const format of ["Letter", "A4"]) {
      const pdf = await page.pdf({ format, preferCSSPageSize: false });
      const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
      expect([format, sheets]).toEqual([format, 1]);
    }
    if (shots) {
      await page.emulateMedia({ media: "print" });
      await page.setViewportSize({ width: 750, height: 1000 });
      await page.screenshot({ path: `${shots}/print-${locale}.png`, fullPage: true });
    }
    await page.close();
  });
});
