import { execFile } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import axe from "axe-core";
import bwip from "bwip-js/node";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumPath, ffmpegPath } from "./machine.ts";
import type { StreetClient, StreetParcel } from "./street-client.ts";

const run = promisify(execFile);
/** Long enough for the slowest machine: nothing is asserted by how long a page takes. In ms. */
const patienceMs = 60_000;
const flags: readonly string[] = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** A browser with a camera, before which one label at a time can be held. */
export interface Camera {
  readonly browser: Browser;
  /** Holds a parcel's label before the camera from its next start on. */
  readonly hold: (parcel: Pick<StreetParcel, "code" | "symbology">) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What is before the camera while no parcel is. */
export const noLabel = { code: "", symbology: "none" };

/** Starts Chromium with a film for a camera. */
export async function startCamera(): Promise<Camera> {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-camera-"));
  const film = join(folder, "camera.mjpeg");
  const hold: Camera["hold"] = async (parcel) => {
    const next = join(folder, "next.mjpeg");
    await run(ffmpegPath, [
      ...["-loglevel", "error", "-y", ...(await pictureOf(parcel, folder)), "-t", "1", "-r", "10"],
      ...["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", next],
    ]);
    // Chromium opens the file anew whenever a camera starts; a rename leaves a running one alone.
    renameSync(next, film);
  };
  await hold(noLabel);
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...flags,
      ...["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
      `--use-file-for-fake-video-capture=${film}`,
    ],
  });
  return {
    browser,
    hold,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** What ffmpeg makes the film of: a label on cardboard, or the cardboard alone. */
async function pictureOf(
  parcel: Pick<StreetParcel, "code" | "symbology">,
  folder: string,
): Promise<readonly string[]> {
  const cardboard = "color=0xB9A88A";
  if (parcel === noLabel) return ["-f", "lavfi", "-i", `${cardboard}:s=1280x720`];
  const picture = join(folder, "label.png");
  writeFileSync(picture, await drawLabel(parcel));
  const width = parcel.symbology.endsWith("datamatrix") ? 420 : 900;
  const fit = `scale=${width}:-1,pad=1280:720:(ow-iw)/2:(oh-ih)/2:${cardboard}`;
  return ["-loop", "1", "-i", picture, "-vf", fit];
}

/** A label's symbol as it is printed; GS in the text stands where the symbol has FNC1. */
function drawLabel({ code, symbology }: Pick<StreetParcel, "code" | "symbology">): Promise<Buffer> {
  const gs1 = symbology.startsWith("gs1-");
  return bwip.toBuffer({
    bcid: symbology.endsWith("datamatrix") ? "datamatrix" : "code128",
    text: `${gs1 ? "^FNC1" : ""}${code.split("\x1d").join("^FNC1")}`,
    parsefnc: true,
    scale: 3,
    ...(symbology.endsWith("datamatrix") ? {} : { height: 24 }),
    backgroundcolor: "FFFFFF",
    paddingwidth: 24,
    paddingheight: 18,
  });
}

/** A browser as people have it: unlike a private window it keeps things for pages in frames. */
export async function startOwnBrowser(): Promise<BrowserContext> {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-profile-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath,
    // In place of playwright's own list, which switches off the partitioned storage of frames.
    args: [...flags, "--disable-features=Translate"],
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    reducedMotion: "reduce",
  });
  context.on("close", () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  );
  context.setDefaultTimeout(patienceMs);
  return context;
}

/** One phone of a driver: a browser profile of its own. */
export async function newPhone(browser: Browser, locale = "en-US"): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale,
    timezoneId: "America/New_York",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patienceMs);
  return context;
}

/** What the screens of enrolment are called. */
export const english = {
  agree: "I agree; make the key",
  go: "See today's buildings",
  today: "Today",
  deliver: "I deliver a parcel",
  type: "Type the number",
  use: "Use this number",
};
export const spanish: typeof english = {
  agree: "Acepto; crear la llave",
  go: "Ver los edificios de hoy",
  today: "Hoy",
  deliver: "Entrego un paquete",
  type: "Escribir el número",
  use: "Usar este número",
};

export interface EnrolOptions {
  readonly words?: typeof english;
  /** Looks at each screen on the way. */
  readonly look?: (page: Page) => Promise<void>;
}

/** Enrols a phone through its screens, waits for the carrier's import, and gives its own parcels. */
export async function enrol(
  phone: BrowserContext,
  street: StreetClient,
  { words = english, look }: EnrolOptions = {},
): Promise<{ readonly page: Page; readonly parcels: readonly StreetParcel[] }> {
  const known = new Set((await street.parcels()).map(({ id }) => id));
  const page = await phone.newPage();
  await page.goto(await street.invitation());
  await page.getByRole("button", { name: words.agree }).waitFor();
  await look?.(page);
  await page.getByRole("button", { name: words.agree }).click();
  await page.getByRole("button", { name: words.go }).click();
  await page.getByRole("heading", { level: 1, name: words.today }).waitFor();
  const parcels = await importedSince(street, known);
  return { page, parcels };
}

/** The parcels that the carrier imported since these were known. */
export async function importedSince(
  street: StreetClient,
  known: ReadonlySet<string>,
): Promise<readonly StreetParcel[]> {
  const give = performance.now() + patienceMs;
  for (;;) {
    const fresh = (await street.parcels()).filter(
      ({ id, driver }) => !known.has(id) && driver !== "nobody yet",
    );
    if (fresh.length > 0) return fresh;
    if (performance.now() > give) throw new Error("no parcels were imported");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Taps a sticker as a phone does: a new tab with the building page, and on into the driver's app. */
export async function tapSticker(
  phone: BrowserContext,
  address: string,
  { words = english, look }: EnrolOptions = {},
): Promise<Page> {
  const page = await phone.newPage();
  await page.goto(address);
  await look?.(page);
  await page.getByRole("link", { name: words.deliver }).click();
  return page;
}

/** Gives a parcel's number by hand, as a driver whose camera does not read it. */
export async function typeNumber(page: Page, parcel: StreetParcel, words = english): Promise<void> {
  await page.getByRole("button", { name: words.type }).click();
  await page.getByRole("textbox").fill(parcel.code.replaceAll("\x1d", ""));
  await page.getByRole("button", { name: words.use }).click();
}

/** What axe finds serious or worse on a page, as readable lines. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // As an expression: the page's content security policy lets no script element in.
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(`axe.run({ exclude: [["iframe"]] }, { iframes: false })
    .then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 160)).join(" | ")))`);
  if (!Array.isArray(found)) throw new Error("axe gave no list");
  return found.map(String);
}
