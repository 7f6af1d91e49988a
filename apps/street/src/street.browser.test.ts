import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import axe from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DoorState } from "./feed.ts";
import { type FakeWorld, openWorld, startBrowser } from "./testing/browser.ts";
import { driverOrigin, fakeParcels } from "./testing/fake-street.ts";
import { readSymbol } from "./testing/read-symbol.ts";
import { serveFolder } from "./testing/static-site.ts";

let browser: Browser;
let site: { origin: string; close: () => Promise<void> };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "street-"));
  const root = resolve(import.meta.dirname, "..");
  await build({
    root,
    configFile: join(root, "vite.config.ts"),
    logLevel: "error",
    build: { outDir: folder },
  });
  site = await serveFolder(folder);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Visit {
  readonly path?: string;
  readonly width?: number;
  readonly dark?: boolean;
}

async function visit({ path = "/", width = 1280, dark = false }: Visit = {}) {
  const world = await openWorld(browser, { origin: site.origin, width, height: 860, dark });
  const complaints: string[] = [];
  world.page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  world.page.on("pageerror", (fault) => complaints.push(fault.message));
  await world.page.goto(`${site.origin}${path}`);
  await world.page.waitForSelector("h1");
  // The heading stands before what the street's own answers fill in.
  const last = path === "/" ? "li.house >> nth=10" : `.symbol >> nth=${fakeParcels.length - 1}`;
  await world.page.waitForSelector(last, { state: "attached" });
  return { ...world, complaints };
}

/** No colour is on its way any more, but for what never comes to rest. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(300);
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ effect, playState }) =>
          playState !== "running" || effect?.getTiming().iterations === Number.POSITIVE_INFINITY,
      ),
  );
}

/** Pushes a door's change until the page shows it: its socket may still be on its way. */
async function pushUntil(world: FakeWorld, change: [string, DoorState], shown: Locator) {
  await expect
    .poll(() => {
      world.push(...change);
      return shown.count();
    })
    .toBeGreaterThan(0);
}

async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(
    `axe.run({ exclude: [["iframe"]] }, { iframes: false }).then((report) => report.violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .map((one) => one.id + ": " + one.nodes.map((node) => node.target.join(" ")).join(", ")))`,
  );
  if (!Array.isArray(found)) throw new Error("axe gave no list");
  return found.map(String);
}

const sticker = (world: FakeWorld, number: string) =>
  world.page.getByRole("button", { name: `Touch the sticker at number ${number}` });

describe("the street in a browser", () => {
  it.each([
    { path: "/", width: 1280, dark: false },
    { path: "/", width: 1280, dark: true },
    { path: "/", width: 390, dark: false },
    { path: "/", width: 390, dark: true },
    { path: "/labels.html", width: 1280, dark: false },
    { path: "/labels.html", width: 390, dark: true },
  ])("has no serious accessibility finding: $path at $width, dark $dark", async (options) => {
    const world = await visit(options);
    await settled(world.page);
    expect(await seriousFindings(world.page)).toEqual([]);
    if (options.path === "/") {
      await world.page.getByText("Break something").click();
      await sticker(world, "51").click();
      await world.page.waitForSelector(".tray li");
      await settled(world.page);
      expect(await seriousFindings(world.page)).toEqual([]);
    }
    expect(world.complaints).toEqual([]);
    await world.page.context().close();
  });

  it("is a list of eleven houses, each reachable by keyboard, with its doors in words", async () => {
    const world = await visit();
    const list = world.page.getByRole("region", { name: "Eleven buildings" }).getByRole("listitem");
    expect(await list.count()).toBe(11);
    expect(await list.nth(5).textContent()).toContain("Lobby door: Locked");
    await world.page.getByRole("button", { name: "Number 57, Limestone Row" }).focus();
    await expect.poll(() => world.page.locator(".who h2").textContent()).toContain("57");
    await world.page.context().close();
  });

  it.each([1280, 390])("never scrolls sideways as a page at %d", async (width) => {
    const world = await visit({ width });
    const wide: unknown = await world.page.evaluate("document.documentElement.scrollWidth");
    expect(wide).toBe(width);
    const scene: unknown = await world.page.evaluate(
      "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.scene'))",
    );
    expect(Number(scene) > 1).toBe(width === 390);
    await world.page.context().close();
  });

  it("brings each sticker house into view from the phone's width at once", async () => {
    const world = await visit({ width: 390 });
    for (const number of ["57", "45", "51"]) {
      await world.page.locator(".jump").getByRole("button", { name: number }).click();
      // It glides there.
      await expect
        .poll(async () => {
          const box = await sticker(world, number).boundingBox();
          return box !== null && box.x > 0 && box.x + box.width < 390;
        })
        .toBe(true);
    }
    await world.page.context().close();
  });

  it("swings the door that the strike reports, and says so", async () => {
    const world = await visit();
    const house = world.page.locator("li.house").nth(5);
    for (const [state, word] of [
      ["released", "Unlocked"],
      ["open", "Open"],
      ["held", "Held open"],
      ["jammed", "Jammed"],
      ["offline", "Offline"],
      ["locked", "Locked"],
    ] as const) {
      await pushUntil(world, ["ent_5_0", state], house.locator(`.leaf-door--${state}`));
      const plate = house.locator(`.door-plate--${state}`).first();
      await expect.poll(() => plate.textContent()).toContain(word);
    }
    await world.page.context().close();
  });

  it("says that a door without sensing cannot confirm", async () => {
    const world = await visit();
    await world.page.getByRole("button", { name: "Number 57, Limestone Row" }).focus();
    const words = world.page.getByText("Unlocked; this door cannot confirm");
    await pushUntil(world, ["ent_8_0", "released"], words);
    await world.page.context().close();
  });

  it("opens the tap's fresh address in the phone and keeps the tab before it", async () => {
    const world = await visit();
    await sticker(world, "45").click();
    await world.page.waitForSelector(".phone iframe");
    await sticker(world, "51").click();
    await world.page.waitForSelector(`.phone iframe[src="${driverOrigin}/t?tap=2"]`);
    expect(world.posts.map((post) => post.path)).toEqual([
      "/street/stickers/bld_2/tap",
      "/street/stickers/bld_5/tap",
    ]);
    const frames = world.page.locator(".phone iframe");
    await expect.poll(() => frames.count()).toBe(2);
    await expect.poll(() => frames.first().isVisible()).toBe(false);
    expect(await frames.last().getAttribute("allow")).toContain(`camera ${driverOrigin}`);
    await world.page.context().close();
  });

  it("holds a parcel before the phone, and before no other origin", async () => {
    const world = await visit();
    await sticker(world, "51").click();
    await world.page.locator(".tray").getByRole("button").nth(1).click();
    const inside = world.page.frameLocator(".phone iframe").locator("#held");
    await expect
      .poll(() => inside.textContent())
      .toBe("vestibule-demo-parcel 420787459400111206206406260787 gs1-128");
    await world.page.context().close();
  });

  it("keeps holding a parcel while the phone's page changes, until the app has read it once", async () => {
    const world = await visit();
    await sticker(world, "45").click();
    await world.page.waitForSelector(".tray li");
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    // The next page is slow: what is held before it meanwhile reaches nobody.
    await world.page.route(`${driverOrigin}/t?tap=2`, async (route) => {
      await arrived;
      await route.fallback();
    });
    await sticker(world, "51").click();
    await world.page.waitForSelector(`.phone iframe[src="${driverOrigin}/t?tap=2"]`);
    await world.page.locator(".tray").getByRole("button").first().click();
    arrive();
    const inside = world.page.frameLocator(".phone iframe:not([hidden])");
    await expect
      .poll(() => inside.locator("#held").textContent())
      .toBe("vestibule-demo-parcel 1Z999AA10123456784 code128");
    // What was read is not held out again: the next door gets the next parcel, and that alone.
    await sticker(world, "57").click();
    await world.page.waitForSelector(`.phone iframe[src="${driverOrigin}/t?tap=3"]`);
    await inside.locator("#count", { hasText: "0" }).waitFor();
    await world.page.locator(".tray").getByRole("button").nth(1).click();
    await expect
      .poll(() => inside.locator("#held").textContent())
      .toBe("vestibule-demo-parcel 420787459400111206206406260787 gs1-128");
    expect(await inside.locator("#count").textContent()).toBe("1");
    await world.page.context().close();
  });

  it("says of a Matter lock that it takes no faults, and of the others what is broken now", async () => {
    const world = await visit();
    await world.page.getByText("Break something").click();
    const bought = world.page.locator(".misfortune").first();
    expect(await bought.textContent()).toContain("A Matter lock, as one buys it");
    expect(await bought.getByRole("combobox").count()).toBe(0);
    expect(await world.page.getByLabel("51, Lobby door").inputValue()).toBe("slow");
    expect(await world.page.getByLabel("51, Street").inputValue()).toBe("none");
    await pushUntil(
      world,
      ["ent_2_0", "open"],
      bought.getByRole("button", { name: "Let it fall" }),
    );
    await world.page.context().close();
  });

  it("breaks a strike and props a door through the drawer", async () => {
    const world = await visit();
    await world.page.getByText("Break something").click();
    await world.page.getByLabel("57, Front door").selectOption("welded");
    await world.page.locator(".misfortune").first().getByRole("button").click();
    await expect.poll(() => world.posts.length).toBe(2);
    expect(world.posts).toEqual([
      { path: "/street/doors/ent_8_0/fault", body: { fault: "welded" } },
      { path: "/street/doors/ent_2_0/hold", body: { held: true } },
    ]);
    await world.page.context().close();
  });

  it("speaks Spanish throughout", async () => {
    const world = await visit();
    await world.page.getByRole("button", { name: "Español" }).click();
    await expect.poll(() => world.page.locator("h1").textContent()).toBe("La calle");
    expect(await world.page.locator("html").getAttribute("lang")).toBe("es");
    // A manager's own name for a door stays; what every such door is called is said in Spanish.
    expect(await world.page.locator("li.house").nth(2).textContent()).toContain(
      "Front door: Cerrada",
    );
    expect(await world.page.locator("li.house").nth(5).textContent()).toContain(
      "Puerta del vestíbulo: Cerrada",
    );
    await world.page.context().close();
  });
});

describe("the labels", () => {
  it("read back, from the screen, as exactly the text a scanner should give", async () => {
    const world = await visit({ path: "/labels.html" });
    const symbols = world.page.locator(".symbol");
    for (const [index, parcel] of fakeParcels.entries()) {
      const read = await readSymbol(await symbols.nth(index).screenshot());
      expect(read.text.replaceAll("\x1d", "")).toBe(parcel.code);
      expect(read.format).toBe(parcel.symbology === "datamatrix" ? "DataMatrix" : "Code128");
      expect(read.gs1).toBe(parcel.symbology === "gs1-128");
    }
    await world.page.context().close();
  });

  it("bring the phone and hold the parcel before it with one button", async () => {
    const world = await visit({ path: "/labels.html" });
    await world.page.locator(".label-item").first().getByRole("button").click();
    const inside = world.page.frameLocator(".phone iframe").locator("#held");
    await expect
      .poll(() => inside.textContent())
      .toBe("vestibule-demo-parcel 1Z999AA10123456784 code128");
    await world.page.context().close();
  });

  it("print one label to a sheet", async () => {
    const world = await visit({ path: "/labels.html" });
    const pdf = (await world.page.pdf({ preferCSSPageSize: true })).toString("latin1");
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(fakeParcels.length);
    await world.page.context().close();
  });
});
