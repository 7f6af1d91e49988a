import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ConsoleWorld } from "./console-world.ts";

/** However slow the machine: a wait says what must come, never how soon. In ms. */
export const patienceMs = 60_000;

/** A person before a browser with a passkey of his own. */
export interface Persona {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page's content security policy refused, and errors of the page's own. */
  readonly complaints: readonly string[];
  readonly see: (text: string | RegExp) => Promise<void>;
  readonly press: (name: string | RegExp) => Promise<void>;
}

/** Opens a browser window with an authenticator that always says yes. */
export async function openPersona(browser: Browser): Promise<Persona> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/content security policy|refused to/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
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
    context,
    page,
    complaints,
    see: async (text) => {
      await page.getByText(text).first().waitFor();
    },
    press: (name) => page.getByRole("button", { name }).first().click(),
  };
}

/** Joins an organization as its first owner. */
export async function joinAsOwner(
  { page, press, see }: Persona,
  { server }: ConsoleWorld,
  name: string,
): Promise<void> {
  const { url } = await server.inviteOwner("Linden Property Care");
  await page.goto(url);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("I agree that this is kept.").check();
  await press("Create your passkey and join");
  await see("No building yet");
}

/** Adds a building and answers its id. */
export async function addBuilding(
  { page, press, see }: Persona,
  { origin }: ConsoleWorld,
  { name, address }: { readonly name: string; readonly address: string },
): Promise<string> {
  await page.goto(`${origin}/buildings/new`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Address").fill(address);
  await page.getByLabel("Time zone").fill("America/New_York");
  await press("Add the building");
  await see("No entrance yet: name the first.");
  return /buildings\/(bld_[0-9a-z]+)/.exec(page.url())?.[1] ?? "";
}

/** Registers an entrance on the page of places. */
export async function addEntrance(
  { page, press }: Persona,
  { label, kind }: { readonly label: string; readonly kind: string },
): Promise<void> {
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(label);
  await page.getByLabel("Kind").selectOption(kind);
  await press("Add an entrance");
  await page.locator(".c-row__name", { hasText: label }).waitFor();
}
