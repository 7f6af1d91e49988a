/**
 * Takes the pictures of the documentation from the running demonstration: starts all of it in a
 * folder of its own, walks it as a visitor does, and writes JPEG files to docs/pictures.
 *
 *   npm run screenshots
 *   npm run screenshots -- --only street,console
 */
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "@vestibule/server/free-port";
import { type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { type Demo, startDemo } from "../packages/cli/src/demo/demo.ts";

const run = promisify(execFile);
const pictures = join(import.meta.dirname, "../docs/pictures");
/** The largest picture the repository takes, in bytes. */
const pictureBytesMax = 250_000;
const desktop = { width: 1_280, height: 860 };
const phone = { width: 390, height: 844 };
/** How long the firms may take to sign a badge and to import parcels, in ms. */
const enrolMsMax = 60_000;
/** How long a page gets to have said what it has to say, in ms. */
const settleMs = 4_000;

interface Shown {
  readonly page: Page;
  /** Only this part of the page. */
  readonly part?: Locator;
  readonly whole?: boolean;
}

/** A parcel as the street lists it. */
interface Parcel {
  readonly code: string;
  readonly address: string;
}

interface Tour {
  readonly demo: Demo;
  readonly context: BrowserContext;
  /** The street's own routes, for taps and parcels. */
  readonly at: (path: string) => string;
}

type Walk = (tour: Tour) => Promise<void>;

const walks: Readonly<Record<string, Walk>> = {
  street: walkStreet,
  driver: walkDriver,
  building: walkBuildingPage,
  console: walkConsole,
};

await main();

async function main(): Promise<void> {
  const only = process.argv.includes("--only")
    ? (process.argv[process.argv.indexOf("--only") + 1] ?? "").split(",")
    : Object.keys(walks);
  mkdirSync(pictures, { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "vestibule-pictures-"));
  const port = await freePort();
  const demo = await startDemo({
    data: join(folder, "data"),
    port,
    signal: new AbortController().signal,
    say: () => undefined,
    log: () => undefined,
  });
  try {
    const camera = await filmOfNothing(folder);
    const context = await openBrowser(join(folder, "profile"), camera);
    const tour = { demo, context, at: (path: string) => `http://127.0.0.1:${port}${path}` };
    try {
      for (const [name, walk] of Object.entries(walks))
        if (only.includes(name)) await walkOrTell(name, () => walk(tour), context);
    } finally {
      await context.close();
    }
  } finally {
    await demo.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One walk that fails leaves a picture of where it stood, and does not keep the others from walking. */
async function walkOrTell(
  name: string,
  walk: () => Promise<void>,
  context: BrowserContext,
): Promise<void> {
  try {
    await walk();
  } catch (error) {
    process.exitCode = 1;
    const path = join(tmpdir(), `vestibule-pictures-${name}-failed.png`);
    const page = context.pages().at(-1);
    await page?.screenshot({ path });
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${name}: ${why}\nwhere it stood: ${path}\n`);
    for (const left of context.pages().slice(1)) await left.close();
  }
}

/** A browser as people have it, with a camera that looks at a parcel held too far away. */
function openBrowser(profile: string, camera: string | undefined): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      // In place of playwright's own list, which switches off the partitioned storage of frames.
      "--disable-features=Translate",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      ...(camera === undefined ? [] : [`--use-file-for-fake-video-capture=${camera}`]),
    ],
    viewport: desktop,
    locale: "en-US",
    timezoneId: "America/New_York",
    reducedMotion: "reduce",
    colorScheme: "light",
  });
}

/** A film of a brown carton with an empty label: a camera picture in which nothing is read. */
async function filmOfNothing(folder: string): Promise<string | undefined> {
  const file = join(folder, "carton.mjpeg");
  const boxes = [
    "drawbox=x=240:y=150:w=800:h=420:color=0xF4F1EA:t=fill",
    "drawbox=x=240:y=150:w=800:h=70:color=0x2B2B2B:t=fill",
    "drawbox=x=300:y=270:w=420:h=18:color=0x6b6b6b:t=fill",
    "drawbox=x=300:y=310:w=340:h=18:color=0x6b6b6b:t=fill",
    "drawbox=x=300:y=350:w=260:h=18:color=0x6b6b6b:t=fill",
    "drawbox=x=0:y=344:w=1280:h=4:color=0xa8865a:t=fill",
  ];
  try {
    await run("ffmpeg", [
      ...["-loglevel", "error", "-y", "-f", "lavfi", "-i", "color=c=0xB98F5E:s=1280x720:r=10:d=2"],
      ...["-vf", boxes.join(","), "-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p", file],
    ]);
    return file;
  } catch {
    // Without ffmpeg the picture shows Chromium's own test film.
    return undefined;
  }
}

async function walkStreet(tour: Tour): Promise<void> {
  const { demo, context } = tour;
  const page = await context.newPage();
  await page.setViewportSize(desktop);
  // The street's clock decides day and night; the demo's answer is shown at noon and at night.
  await showStreetAt(tour, page, 16);
  await page.goto(demo.address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForTimeout(1_000);
  await keep("street", { page });
  await showStreetAt(tour, page, 3);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.reload();
  await page.waitForTimeout(1_000);
  await keep("street-night", { page });
  await page.close();

  const small = await context.newPage();
  await small.setViewportSize(phone);
  await showStreetAt(tour, small, 16);
  await small.goto(demo.address);
  await small.waitForTimeout(1_000);
  await keep("street-phone", { page: small });
  await small.close();

  const labels = await context.newPage();
  await labels.setViewportSize(desktop);
  await labels.goto(`${demo.address}/labels.html`);
  await labels.waitForTimeout(1_500);
  await keep("labels", { page: labels });
  await labels.close();
}

/** Answers the street's question for its state with another hour (UTC) of the same day. */
async function showStreetAt({ at }: Tour, page: Page, hourUtc: number): Promise<void> {
  const hour = String(hourUtc).padStart(2, "0");
  await page.unroute("**/street/state");
  await page.route("**/street/state", async (route) => {
    const text = JSON.stringify(await fetchJson(at("/street/state")));
    await route.fulfill({
      contentType: "application/json",
      body: text.replaceAll(/("time":"[0-9-]{10}T)[0-9]{2}/g, `$1${hour}`),
    });
  });
}

async function walkDriver({ demo, context, at }: Tour): Promise<void> {
  const page = await context.newPage();
  await page.setViewportSize(phone);
  await page.goto(await demo.invitePhone());
  await page.getByRole("button", { name: "I agree; make the key" }).waitFor();
  await keep("driver-consent", { page });
  await page.getByRole("button", { name: "I agree; make the key" }).click();
  const go = page.getByRole("button", { name: "See today's buildings" });
  await go.waitFor({ timeout: enrolMsMax });
  await go.click();
  await page.getByRole("button", { name: /4 Linden Street/ }).waitFor({ timeout: enrolMsMax });
  await keep("driver-today", { page });
  const parcels = parcelsOf(await fetchJson(at("/street/parcels")));
  const mine = parcels.find(({ address }) => address.startsWith("4 "));
  const elsewhere = parcels.find(({ address }) => address.startsWith("18 "));
  if (mine === undefined || elsewhere === undefined) throw new Error("no parcels on the street");

  const first = await tap({ demo, context, at }, "house-4");
  await openCamera(first);
  await keep("driver-scan", { page: first });
  await type(first, mine.code);
  await first.getByText("The door is open").waitFor({ timeout: 40_000 });
  await first.waitForTimeout(500);
  await keep("driver-open", { page: first });

  await first.close();
  const second = await tap({ demo, context, at }, "house-12");
  const refused = second.getByText("Not opened").first();
  // The parcel of the tab before is still in hand here, and may be shown to this door by itself.
  await second.waitForTimeout(settleMs);
  if (!(await refused.isVisible())) {
    await openCamera(second);
    await type(second, elsewhere.code);
  }
  await refused.waitFor({ timeout: 40_000 });
  await second.waitForTimeout(500);
  await keep("driver-refused", { page: second });
  for (const used of [page, second]) await used.close();
}

/** Touches a house's sticker with the phone and goes on to the driver's app, as a driver does. */
async function tap({ context, at }: Tour, house: string): Promise<Page> {
  const answer = await fetch(at(`/street/stickers/${house}/tap`), { method: "POST" });
  const body: unknown = await answer.json();
  const page = await context.newPage();
  await page.setViewportSize(phone);
  await page.goto(textOf(body, "url"));
  await page
    .getByRole("link", { name: /deliver/i })
    .first()
    .click();
  return page;
}

/** The viewfinder; where a parcel is wanted first the app opens it by itself. */
async function openCamera(page: Page): Promise<void> {
  await page.waitForTimeout(settleMs);
  const byHand = page.getByRole("button", { name: "Scan the label" }).first();
  if (await byHand.isVisible()) await byHand.click();
  await page.getByRole("button", { name: "Type the number" }).waitFor({ timeout: 40_000 });
  await page.waitForTimeout(2_500);
}

async function type(page: Page, code: string): Promise<void> {
  await page.getByRole("button", { name: "Type the number" }).click();
  await page.getByRole("textbox").fill(code.replaceAll("\u001d", ""));
  await page.getByRole("button", { name: "Use this number" }).click();
}

async function walkBuildingPage({ demo, context, at }: Tour): Promise<void> {
  const state: unknown = await fetchJson(at("/street/state"));
  const url = /"buildingPageUrl":"([^"]+)"/.exec(JSON.stringify(state))?.[1] ?? demo.address;
  const page = await context.newPage();
  await page.setViewportSize({ width: 640, height: 960 });
  await page.goto(url);
  await keep("building-page", { page, whole: true });
  await page.close();
}

async function walkConsole({ context, at }: Tour): Promise<void> {
  const state: unknown = await fetchJson(at("/street/state"));
  const links: unknown = typeof state === "object" && state !== null && Reflect.get(state, "links");
  const page = await context.newPage();
  await page.setViewportSize(desktop);
  await page.goto(textOf(links, "console"));
  await page
    .getByRole("link", { name: /4 Linden Street/ })
    .first()
    .waitFor();
  await page.waitForTimeout(1_500);
  await keep("console-portfolio", { page });
  await page
    .getByRole("link", { name: /4 Linden Street/ })
    .first()
    .click();
  await page.waitForTimeout(2_000);
  await keep("console-building", { page });
  const attempts = page.locator("a[href*='attempt=']");
  if ((await attempts.count()) > 0) {
    await attempts.first().click();
    await page.waitForTimeout(1_500);
    await keep("console-attempt", { page });
    await page.keyboard.press("Escape");
  }
  await page.getByRole("link", { name: "Policy" }).first().click();
  await page.waitForTimeout(1_500);
  await keep("console-policy", { page });
  await page
    .getByRole("link", { name: /change the policy/i })
    .first()
    .click();
  await page.waitForTimeout(1_500);
  await page.getByLabel(/^from/i).first().fill("08:00");
  await page.waitForTimeout(800);
  await page.getByRole("region", { name: "What changes" }).scrollIntoViewIfNeeded();
  await keep("console-policy-edit", { page });
  await page.close();
}

/** Writes one picture; JPEG, since PNG of drawn faces of houses is four times its size. */
async function keep(name: string, { page, part, whole = false }: Shown): Promise<void> {
  const path = join(pictures, `${name}.jpg`);
  const options = { type: "jpeg", quality: 82, animations: "disabled" } as const;
  const bytes =
    part === undefined
      ? await page.screenshot({ ...options, fullPage: whole })
      : await part.screenshot(options);
  await writeFile(path, bytes);
  const { size } = statSync(path);
  process.stdout.write(`${name}.jpg ${Math.ceil(size / 1_000)} kB\n`);
  if (size > pictureBytesMax)
    throw new Error(`${name}.jpg has ${size} bytes; ${pictureBytesMax} at most`);
}

async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.json();
}

function parcelsOf(json: unknown): readonly Parcel[] {
  if (!Array.isArray(json)) throw new Error("the street's parcels are no list");
  return json.map((entry: unknown) => ({
    code: textOf(entry, "code"),
    address: textOf(entry, "address"),
  }));
}

function textOf(value: unknown, name: string): string {
  const member: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof member !== "string") throw new Error(`the demo's answer has no "${name}"`);
  return member;
}
