import { type Browser, chromium, type Page } from "playwright-core";
import type { DoorState } from "../feed.ts";
import { driverOrigin, fakeParcels, fakeState } from "./fake-street.ts";

/** Starts the machine's Chromium. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
}

export interface FakeWorld {
  readonly page: Page;
  /** Every POST the page made: path and body. */
  readonly posts: { path: string; body: unknown }[];
  /** Pushes one door change, as the demo's socket does. */
  readonly push: (doorId: string, state: DoorState) => void;
}

interface WorldOptions {
  readonly origin: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly at?: string;
  readonly moved?: Readonly<Record<string, DoorState>>;
}

/** Opens a page whose street, phone and socket are fakes in this process. */
export async function openWorld(browser: Browser, options: WorldOptions): Promise<FakeWorld> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: options.height },
    colorScheme: options.dark === true ? "dark" : "light",
    locale: "en-US",
  });
  // Nothing is asserted by how long a page takes.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const moved: Record<string, DoorState> = { ...options.moved };
  const posts: { path: string; body: unknown }[] = [];
  const sockets: { send: (text: string) => void }[] = [];
  await page.route("**/street/**", (route) => {
    const { pathname } = new URL(route.request().url());
    if (route.request().method() === "POST") {
      posts.push({ path: pathname, body: route.request().postDataJSON() });
      return route.fulfill({ json: { url: `${driverOrigin}/t?tap=${posts.length}` } });
    }
    if (pathname === "/street/parcels") return route.fulfill({ json: fakeParcels });
    return route.fulfill({ json: fakeState(options.at ?? "2026-11-22T17:03:00Z", moved) });
  });
  await page.route(`${driverOrigin}/**`, (route) =>
    route.fulfill({ contentType: "text/html", body: phonePage }),
  );
  await page.routeWebSocket("**/street/live", (socket) => {
    sockets.push({ send: (text) => socket.send(text) });
  });
  const push: FakeWorld["push"] = (doorId, state) => {
    // A page that reads the street after this must see it too.
    moved[doorId] = state;
    const text = JSON.stringify({ doorId, state, at: "2026-11-22T17:03:01Z" });
    for (const socket of sockets) socket.send(text);
  };
  return { page, posts, push };
}

/** Stands for the driver app: shows the last parcel handed to it, how many there were, and says so. */
const phonePage = `<!doctype html><html lang="en"><title>Driver</title><body style="font:18px sans-serif;padding:24px">
<h1 style="font-size:22px">The driver's page</h1><p id="held">No parcel yet</p><p id="count">0</p>
<script>let count=0;addEventListener("message",(e)=>{document.getElementById("held").textContent=e.data.type+" "+e.data.text+" "+e.data.symbology;document.getElementById("count").textContent=String(++count);e.source.postMessage({type:"vestibule-demo-parcel-read",text:e.data.text},e.origin)})</script>`;
