import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { type Browser, type CDPSession, chromium, type Page, type Route } from "playwright-core";
import { build } from "vite";
import { root } from "../e2e/machine.ts";

/** Where the driver's app lives for a door that checks a finger: https and the domain alone. */
export const fingerOrigin = "https://driver.localhost";

/** A driver's phone whose keys ask for a finger: Chromium with an authenticator of its own. */
export interface FingerPhone {
  readonly page: Page;
  /** From now on the finger fits, or does not. */
  readonly fingerFits: (fits: boolean) => Promise<void>;
  /** How many passkeys the phone holds, and how often they were used. */
  readonly passkeys: () => Promise<{ readonly count: number; readonly used: number }>;
  readonly close: () => Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/**
 * Starts the phone. The app is served to it from a folder under its https origin, without a socket:
 * no certificate stands between a test and what it looks at.
 *
 * @param host the host's origin, for the app's configuration.
 */
export async function startFingerPhone(browserPath: string, host: string): Promise<FingerPhone> {
  const folder = await buildDriver();
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: "en-US",
    reducedMotion: "reduce",
    serviceWorkers: "block",
  });
  // The app's pages have no address on any network here; browsers ask before such call this machine.
  await context.grantPermissions(["local-network-access"], { origin: fingerOrigin });
  await context.route(`${fingerOrigin}/**`, (route) => serve(route, { folder, host }));
  const page = await context.newPage();
  const finger = await addAuthenticator(await context.newCDPSession(page));
  return {
    page,
    ...finger,
    close: async () => {
      await closeBrowser(browser);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addAuthenticator(
  session: CDPSession,
): Promise<Pick<FingerPhone, "fingerFits" | "passkeys">> {
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    fingerFits: async (isUserVerified) => {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
    passkeys: async () => {
      const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
      const used = credentials.reduce((sum, { signCount }) => sum + signCount, 0);
      return { count: credentials.length, used };
    },
  };
}

async function closeBrowser(browser: Browser): Promise<void> {
  for (const context of browser.contexts()) await context.close();
  await browser.close();
}

async function serve(
  route: Route,
  { folder, host }: { readonly folder: string; readonly host: string },
): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname === "/config.json") {
    await route.fulfill({ json: { apiOrigin: host, demo: true } });
    return;
  }
  const file = join(folder, pathname === "/" ? "index.html" : pathname.slice(1));
  const body = await readFile(file).catch(() => undefined);
  if (body === undefined) return route.fulfill({ status: 404 });
  const socket = host.replace(/^http/, "ws");
  await route.fulfill({
    body,
    contentType: types[extname(file)] ?? "application/octet-stream",
    headers: {
      "content-security-policy":
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
        `img-src 'self'; font-src 'self'; connect-src 'self' ${host} ${socket}; base-uri 'none'`,
    },
  });
}

/** Builds the driver's app into a folder of its own, as it is deployed. */
async function buildDriver(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-driver-"));
  const app = join(root, "apps/driver");
  // Vitest's own NODE_ENV would bundle React's development half.
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  await build({
    root: app,
    configFile: join(app, "vite.config.ts"),
    logLevel: "error",
    build: { outDir: folder },
  });
  if (before !== undefined) process.env["NODE_ENV"] = before;
  return folder;
}
