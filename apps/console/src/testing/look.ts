import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const shots = process.env["CONSOLE_SHOTS"];

/**
 * Looks at a page with axe in both themes, and whether it scrolls sideways on a phone; keeps pictures
 * where somebody asked for them (CONSOLE_SHOTS, a folder).
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  await settled(page);
  expect.soft(await seriousFindings(page), `${name}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await settled(page);
  expect.soft(await seriousFindings(page), `${name}, dark`).toEqual([]);
  for (const [width, height] of [
    [390, 844],
    [1280, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    // What is laid out by script follows the window a moment later.
    await expect
      .poll(() => overflow(page), {
        message: `${name} at ${width} px scrolls sideways`,
        timeout: 30_000,
      })
      .toBe(0);
    for (const colorScheme of ["light", "dark"] as const) {
      if (shots === undefined) continue;
      mkdirSync(shots, { recursive: true });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      await page.evaluate(() => scrollTo(0, 0));
      const path = join(shots, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Nothing moves and no colour is on its way. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(300);
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState }) => playState !== "running"),
  );
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Through the debugger's own door: the page's policy lets no script in.
  const found: unknown = await page.evaluate(`(async () => {
    if (!window.axe) { ${await axeSource()} }
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 160)).join(" | "));
  })()`);
  return Array.isArray(found) ? found.map(String) : [];
}

let axeText: string | undefined;
async function axeSource(): Promise<string> {
  axeText ??= await readFile(axePath, "utf8");
  return axeText;
}
