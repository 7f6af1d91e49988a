import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DoorWorld, makeDoorWorld } from "./testing/door-world.ts";
import { type HostServer, startHost } from "./testing/host-server.ts";
import { filmLabel, noVideo } from "./testing/label-video.ts";
import {
  buildApp,
  enrolPhone,
  newPhone,
  seriousFindings,
  startBrowser,
  startOwnBrowser,
  tapAddress,
} from "./testing/phone.ts";

let app: Awaited<ReturnType<typeof buildApp>>;
let blind: Browser;
let world: DoorWorld;
let host: HostServer;

beforeAll(async () => {
  app = await buildApp();
  blind = await startBrowser();
});
afterAll(async () => {
  await blind.close();
  await app.remove();
});
beforeEach(async () => {
  world = await makeDoorWorld();
  host = await startHost(world, app.folder);
});
afterEach(() => host.close());

const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const title = (page: Page, text: string) =>
  page.getByRole("heading", { level: 1, name: text }).waitFor();

async function type(page: Page, code: string): Promise<void> {
  await page.getByRole("button", { name: "Type the number" }).click();
  await page.getByRole("textbox").fill(code);
  await page.getByRole("button", { name: "Use this number" }).click();
}

describe.skipIf(noVideo !== undefined)(`with a camera${noVideo ? ` (${noVideo})` : ""}`, () => {
  let film: Awaited<ReturnType<typeof filmLabel>>;
  let browser: Browser;
  beforeAll(async () => {
    film = await filmLabel("1Z999AA10123456784");
    browser = await startBrowser(film.file);
  });
  afterAll(async () => {
    await browser.close();
    await film.remove();
  });

  it("enrols, taps, reads the label from the video, shows the stages, and opens the next door by one tap", async () => {
    const phone = await newPhone(browser);
    const page = await enrolPhone(phone, host);
    expect(page.url()).not.toContain("enrol");
    await page.goto(tapAddress(host, world, "street"));
    await title(page, "The door is open");
    expect(page.url()).not.toContain("tap=");
    await shows(page, "Signed by the door's box");
    await shows(page, "Next: tap the lobby door");
    const second = await phone.newPage();
    await second.goto(tapAddress(host, world, "lobby"));
    await title(second, "Released: current flowed");
    await title(page, "This visit went on in a newer tab");
    await phone.close();
  });

  it("scans first, gives the camera back, and opens at the tap", async () => {
    const phone = await newPhone(browser);
    const page = await enrolPhone(phone, host);
    await page.getByRole("button", { name: "Scan a parcel" }).click();
    await title(page, "Now tap the sticker");
    await shows(page, "UPS 1Z…6784");
    expect(await page.locator("video").count()).toBe(0);
    const tapped = await phone.newPage();
    await tapped.goto(tapAddress(host, world, "street"));
    await title(tapped, "The door is open");
    await phone.close();
  });

  it("never stores a code, and sends none in clear", async () => {
    const phone = await newPhone(browser);
    const page = await enrolPhone(phone, host);
    await page.goto(tapAddress(host, world, "street"));
    await title(page, "The door is open");
    const kept = await page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open("vestibule-driver");
        request.onsuccess = () => resolve(request.result);
      });
      const all = await new Promise<unknown[]>((resolve) => {
        const request = database.transaction("kept").objectStore("kept").getAll();
        request.onsuccess = () => resolve(request.result);
      });
      const key = all.map((value) => Reflect.get(Object(value), "key")).find(Boolean);
      return {
        text: JSON.stringify([all, { ...localStorage }, { ...sessionStorage }]),
        extractable: key.extractable,
      };
    });
    expect(kept.extractable).toBe(false);
    expect(kept.text).toContain(world.bld);
    for (const where of [kept.text, JSON.stringify(host.sent)]) {
      expect(where).not.toContain("1Z999AA10123456784");
      expect(where).not.toContain("9AA10123456784");
    }
    await phone.close();
  });
});

describe("without a camera", () => {
  it("takes a typed number, doubts a wrong check digit, and says why a code is refused", async () => {
    const phone = await newPhone(blind);
    const page = await enrolPhone(phone, host);
    await page.goto(tapAddress(host, world, "street"));
    await shows(page, /camera/i);
    await type(page, "1Z999AA10123456785");
    await shows(page, "The last digit does not fit this number. Check it.");
    await page.getByRole("textbox").fill("TBA999999999999");
    await page.getByRole("button", { name: "Use this number" }).click();
    await title(page, "Not opened");
    await page.getByRole("button", { name: "Scan another parcel" }).waitFor();
    expect(await page.locator(".v-plate__stage--refused").count()).toBe(1);
    await phone.close();
  });

  it("never says that a door opened which stayed shut, or which cannot tell", async () => {
    const phone = await newPhone(blind);
    const page = await enrolPhone(phone, host);
    world.fault = "not-opened";
    await page.goto(tapAddress(host, world, "street"));
    await type(page, "1Z999AA10123456784");
    await title(page, "The door did not open");
    world.fault = "no-answer";
    await page.getByRole("button", { name: "Tap again" }).click();
    // The number is still in memory: the new tap alone is the retry.
    await page.goto(tapAddress(host, world, "street"));
    await title(page, "No word from the door");
    await phone.close();
    await host.close();
    world = await makeDoorWorld("none");
    host = await startHost(world, app.folder);
    const other = await newPhone(blind);
    const silent = await enrolPhone(other, host);
    await silent.goto(tapAddress(host, world, "street"));
    await type(silent, "1Z999AA10123456784");
    await shows(silent, "Released; this door cannot confirm.");
    await other.close();
  });

  it("says that a door is offline, keeps the host's note, and lists what it knew without a network", async () => {
    const phone = await newPhone(blind);
    const page = await enrolPhone(phone, host);
    host.offline = true;
    await page.goto(tapAddress(host, world, "street"));
    await title(page, "This door is offline; use the buzzer");
    await page.getByRole("button", { name: "Save the note" }).click();
    await shows(page, "Saved on this phone");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.goto(`${host.driverOrigin}/`);
    await page.getByRole("button", { name: "The Vestibule" }).waitFor();
    host.down = true;
    await phone.setOffline(true);
    await page.goto(`${host.driverOrigin}/`);
    await page.getByRole("button", { name: "The Vestibule" }).waitFor();
    await shows(page, /It could not be refreshed/);
    await page.goto(tapAddress(host, world, "street"));
    await shows(page, "This phone has no connection.");
    await phone.close();
  });

  it("says what to do where there is no key, and tells the host when consent is withdrawn", async () => {
    const phone = await newPhone(blind);
    const page = await phone.newPage();
    await page.goto(tapAddress(host, world, "street"));
    await title(page, "This phone has no driver's key");
    await shows(page, "Until then, use the buzzer.");
    await page.close();
    const own = await enrolPhone(phone, host);
    await own.getByRole("button", { name: "Badge" }).click();
    await own.getByRole("button", { name: "Withdraw and delete" }).click();
    await own.getByRole("button", { name: "Yes, delete my key" }).click();
    await title(own, "Deleted");
    expect(host.sent.map(({ path }) => path)).toContain("/api/handset/withdrawals");
    await own.reload();
    await title(own, "This phone has no driver's key");
    await phone.close();
  });

  it("shows new buildings by itself to a driver who waits for them", async () => {
    const phone = await newPhone(blind);
    const page = await phone.newPage();
    host.noBuildings = true;
    await page.goto(host.invitation());
    await page.getByRole("button", { name: "I agree; make the key" }).click();
    await page.getByRole("button", { name: "See today's buildings" }).click();
    await shows(page, "No buildings today");
    host.noBuildings = false;
    await page.getByRole("button", { name: "The Vestibule" }).waitFor();
    await phone.close();
  });

  it("keeps the newer key where two invitations are answered at once", async () => {
    const phone = await newPhone(blind);
    host.vetterAsleep = true;
    const links = [host.invitation(), host.invitation()];
    const pages: Page[] = [];
    for (const link of links) {
      const page = await phone.newPage();
      await page.goto(link);
      await page.getByRole("button", { name: "I agree; make the key" }).click();
      await title(page, "Your key is made");
      await shows(page, "Your badge appears here as soon as it is signed.");
      pages.push(page);
    }
    host.vetterAsleep = false;
    const [older, newer] = pages;
    if (older === undefined || newer === undefined) throw new Error("two pages were opened");
    await shows(older, "This invitation was used or has ended.");
    await newer.getByRole("button", { name: "See today's buildings" }).click();
    await newer.reload();
    await newer.getByRole("button", { name: "The Vestibule" }).waitFor();
    await phone.close();
  });

  it("says what to do where a part of the app cannot be fetched, and goes on once it can", async () => {
    const phone = await newPhone(blind);
    const page = await enrolPhone(phone, host);
    await page.goto("about:blank");
    let cut = true;
    await phone.route(/door-papers|visit-flow/, (route) =>
      cut ? route.abort() : route.continue(),
    );
    // Without the service worker's copies: as on a phone that was enrolled a moment ago.
    await phone.route("**/sw.js", (route) => route.abort());
    await page.goto(`${host.driverOrigin}/`);
    await page.evaluate(async () => {
      for (const worker of await navigator.serviceWorker.getRegistrations())
        await worker.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await page.goto("about:blank");
    await page.goto(tapAddress(host, world, "street"));
    await shows(page, "A part of this app could not be loaded.");
    cut = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: "The Vestibule" }).waitFor();
    await phone.close();
  });

  it("takes the demo's parcel from the street, and says that it is for show", async () => {
    const phone = await startOwnBrowser();
    const street = await phone.newPage();
    await street.goto(host.streetOrigin);
    const frame = street.frames()[1];
    if (frame === undefined) throw new Error("the street shows no phone");
    await frame.goto(host.invitation());
    await frame.getByRole("button", { name: "I agree; make the key" }).click();
    await frame.getByRole("button", { name: "See today's buildings" }).click();
    await frame.getByRole("button", { name: "The Vestibule" }).waitFor();
    await street.evaluate(() => {
      const data = {
        type: "vestibule-demo-parcel",
        text: "1Z999AA10123456784",
        symbology: "code128",
      };
      document.querySelector("iframe")?.contentWindow?.postMessage(data, "*");
    });
    await frame.getByText("Demonstration: held without a camera").waitFor();
    await frame.goto(tapAddress(host, world, "street"));
    await street.evaluate(() => {
      const data = {
        type: "vestibule-demo-parcel",
        text: "1Z999AA10123456784",
        symbology: "code128",
      };
      document.querySelector("iframe")?.contentWindow?.postMessage(data, "*");
    });
    await frame.getByRole("heading", { name: "The door is open" }).waitFor();
    await phone.close();
  });

  it("says that no key can be kept in a frame of a private window", async () => {
    const phone = await newPhone(blind);
    const street = await phone.newPage();
    await street.goto(host.streetOrigin);
    const frame = street.frames()[1];
    await frame?.getByText("This browser keeps nothing for this page here.").waitFor();
    expect(frame).toBeDefined();
    await phone.close();
  });

  it("speaks Spanish from the first screen to the open door, with nothing serious for axe", async () => {
    const phone = await newPhone(blind, { locale: "es-MX", dark: true });
    const first = await phone.newPage();
    await first.goto(host.invitation());
    await first.getByRole("button", { name: "Acepto; crear la llave" }).waitFor();
    expect(await seriousFindings(first)).toEqual([]);
    await first.close();
    const words = { agree: "Acepto; crear la llave", go: "Ver los edificios de hoy" };
    const page = await enrolPhone(phone, host, words);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("es");
    expect(await seriousFindings(page)).toEqual([]);
    await page.goto(tapAddress(host, world, "street"));
    await page.getByRole("button", { name: "Escribir el número" }).click();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("textbox").fill("1Z999AA10123456784");
    await page.getByRole("button", { name: "Usar este número" }).click();
    await title(page, "La puerta está abierta");
    expect(await seriousFindings(page)).toEqual([]);
    await phone.close();
  });
});
