import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { build } from "vite";
import type { DoorWorld } from "./door-world.ts";
import type { HostServer } from "./host-server.ts";

/** Builds the app into a folder of its own, as it is deployed. */
export async function buildApp(): Promise<{
  readonly folder: string;
  readonly remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-driver-"));
  const root = join(import.meta.dirname, "../..");
  // Vitest's own NODE_ENV would bundle React's development half and leave the service worker out.
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  await build({
    root,
    configFile: join(root, "vite.config.ts"),
    logLevel: "error",
    build: { outDir: folder },
  });
  if (before !== undefined) process.env["NODE_ENV"] = before;
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts the machine's Chromium; with a film it has a camera that shows it, with `""` a test picture. */
export function startBrowser(film?: string): Promise<Browser> {
  const camera =
    film === undefined
      ? []
      : [
          "--use-fake-device-for-media-stream",
          "--use-fake-ui-for-media-stream",
          ...(film === "" ? [] : [`--use-file-for-fake-video-capture=${film}`]),
        ];
  return chromium.launch({ executablePath, args: [...flags, ...camera] });
}

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const flags: readonly string[] = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Long enough for the slowest machine: nothing is asserted by how long a page takes. In ms. */
const patienceMs = 60_000;

/** A browser as people have it: unlike a private window it keeps things for pages in frames. */
export async function startOwnBrowser(): Promise<BrowserContext> {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-profile-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    // In place of playwright's own list, which switches off the partitioned storage of frames.
    args: [...flags, "--disable-features=Translate"],
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
  });
  context.setDefaultTimeout(patienceMs);
  context.on("close", () => {
    void rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  return context;
}

export interface PhoneOptions {
  readonly width?: number;
  readonly dark?: boolean;
  readonly locale?: string;
  /** Epoch ms that the phone's clock shows. */
  readonly clockMs?: number;
}

/** One phone: a browser profile of its own. */
export async function newPhone(
  browser: Browser,
  options: PhoneOptions = {},
): Promise<BrowserContext> {
  const { width = 390, dark = false, locale = "en-US", clockMs } = options;
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 900 },
    colorScheme: dark ? "dark" : "light",
    locale,
    timezoneId: "America/New_York",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patienceMs);
  if (clockMs !== undefined) await context.clock.setFixedTime(clockMs);
  return context;
}

/** Enrols this phone through the screens and stops at today's list. */
export async function enrolPhone(
  context: BrowserContext,
  host: HostServer,
  words = { agree: "I agree; make the key", go: "See today's buildings" },
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(host.invitation());
  await page.getByRole("button", { name: words.agree }).click();
  await page.getByRole("button", { name: words.go }).click();
  await page.getByRole("button", { name: "The Vestibule" }).waitFor();
  return page;
}

/** The address by which the building page hands a fresh tap over. */
export function tapAddress(host: HostServer, world: DoorWorld, ent: "street" | "lobby"): string {
  const { e, c } = world.tap(ent);
  return `${host.driverOrigin}/#tap=${world.ids[ent]}&e=${e}&c=${c}`;
}

/** What axe finds serious or worse on a page, as readable lines. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // As an expression: the page's content security policy lets no script element in.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const result = await Reflect.get(window, "axe").run(document);
    return JSON.stringify(result.violations);
  });
  const violations: { id: string; impact: string; nodes: { html: string }[] }[] = JSON.parse(found);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
