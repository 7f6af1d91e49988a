import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  announce,
  type ConsoleWorld,
  playDemoKey,
  seedVisit,
  startBrowser,
  startConsoleWorld,
} from "./testing/console-world.ts";
import { lookAt } from "./testing/look.ts";
import { openPersona, type Persona } from "./testing/persona.ts";

let world: ConsoleWorld;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let buildingId = "";
let persona: Persona;

beforeAll(async () => {
  world = await startConsoleWorld();
  browser = await startBrowser();
  persona = await openPersona(browser);
  ({ context, page } = persona);
  await playDemoKey(context, world);
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const look = (name: string) => lookAt(page, name);
const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
const button = (name: string | RegExp) => page.getByRole("button", { name });

describe("the console on the real host", () => {
  it("sends a stranger to the sign-in, and says that a broken link is broken", async () => {
    await page.goto(`${world.origin}/people`);
    await see("Sign in with your passkey");
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await look("sign-in");
    await page.goto(`${world.origin}/invitation#half`);
    await see("This link is not whole.");
  });

  it("lets the first owner join by his link, and keeps the secret out of the address", async () => {
    const { url } = await world.server.inviteOwner("Linden Property Care");
    await page.goto(url);
    await see(/You are invited to Linden Property Care as owner/);
    expect(page.url()).not.toContain("#");
    await look("invitation");
    await button("Create your passkey and join").click();
    await see("Enter your name.");
    await page.getByLabel("Your name").fill("Ada Marsh");
    await page.getByLabel("I agree that this is kept.").check();
    await button("Create your passkey and join").click();
    await see("No building yet");
    await look("portfolio-empty");
  });

  it("signs out, and in again with the same passkey, back to where one wanted to be", async () => {
    await button("Sign out").first().click();
    await see("Sign in with your passkey");
    await page.goto(`${world.origin}/keys`);
    await button("Sign in with your passkey").click();
    await see("No signing key yet");
    expect(new URL(page.url()).pathname).toBe("/keys");
  });

  it("adds a building, its entrances and its units from a pasted list", async () => {
    await page.goto(`${world.origin}/buildings/new`);
    await page.getByLabel("Name").fill("12 Linden Street");
    await page.getByLabel("Address").fill("12 Linden Street, Brooklyn, NY 11201");
    await page.getByLabel("Time zone").fill("America/New_York");
    await look("new-building");
    await button("Add the building").click();
    await see("No entrance yet: name the first.");
    buildingId = /buildings\/(bld_[0-9a-z]+)/.exec(page.url())?.[1] ?? "";
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Garden gate");
    expect(await page.getByLabel("Short name in the policy").inputValue()).toBe("garden-gate");
    await button("Add an entrance").click();
    await see("Sticker's page");
    await page.getByLabel("Paste the labels").fill("unit,floor\n1A,1\n1B,1\n2A,2\n1a,1\n");
    await see("3 new units. 1 left out: empty, too long, or there already.");
    await button("Add the units").click();
    await page.getByLabel("Remove 2A").waitFor();
    await page.getByLabel("1B takes no deliveries through Vestibule").click({ force: true });
    await see("opted out");
    await look("places");
  });

  it("shows the policy as sentences, and a demonstration on every page of it", async () => {
    const offered = await page.evaluate(
      async ([path, text]) => {
        const answer = await fetch(path, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": "first-policy-0001" },
          body: JSON.stringify({ text }),
        });
        return answer.text();
      },
      [
        `/api/buildings/${buildingId}/policies`,
        world.world.signPolicy(world.world.genesis),
      ] as const,
    );
    expect(offered).toContain("inForceFrom");
    await page.goto(`${world.origin}/buildings/${buildingId}/policy`);
    await see(/ups\.example may come to deliver and collect/);
    await see(/Monday to Saturday, 08:00 to 20:00/);
    await look("policy");
    for (const path of ["", "/visits", "/places", "/boxes", "/policy/edit"]) {
      await page.goto(`${world.origin}/buildings/${buildingId}${path}`);
      await page.locator(".c-demo").waitFor();
    }
  });
});

describe("what happens at the doors", () => {
  it("shows doors with their boxes' health and claims nothing about open or locked", async () => {
    await world.sql.query(
      "update vestibule.controller set adopted_at = now(), last_seen_at = now() - interval '20 minutes' where building_id = $1",
      [buildingId],
    );
    await page.goto(`${world.origin}/buildings/${buildingId}`);
    await see(/Silent since/);
    await see(/Carriers are shut out 1 hour after/);
    await see("Nobody has come yet");
  });

  it("shows attempts as they happen, with the refusal worded for the manager", async () => {
    await see("Live");
    await seedVisit(world, buildingId, [
      {
        ent: "street",
        stage: "authorized",
        outcome: "failed",
        code: "hours",
        detail: { localTime: "21:14", domain: "ups.example" },
        minutesAgo: 12,
      },
      {
        ent: "street",
        stage: "confirmed",
        outcome: "reached",
        sensing: ["contact", "opened"],
        minutesAgo: 3,
      },
      {
        ent: "lobby",
        stage: "released",
        outcome: "reached",
        sensing: ["none", "unknown"],
        minutesAgo: 1,
      },
      { ent: "street", stage: "released", outcome: "failed", code: "strike-fault", minutesAgo: 0 },
    ]);
    await see(/does not admit UPS|admits UPS/);
    await see("Released; this door cannot confirm.");
    await announce(world.sql, buildingId, {
      kind: "door.held",
      body: { ent: "street", held: true },
    });
    await see(/Held open since/);
    await look("activity");
  });

  it("opens an attempt in a sheet with its own address, and closes it by key", async () => {
    await page.locator(".c-attempts a").first().click();
    await page.getByRole("dialog").waitFor();
    expect(page.url()).toContain("attempt=att_");
    const address = page.url();
    await page.goto(address);
    await see("What was checked");
    await page.getByText("Authorized").last().click();
    await see(/The policy in force admits this carrier now/);
    await look("attempt");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(page.url()).not.toContain("attempt=");
  });

  it("lists visits with their attempts, and exports them without formulas", async () => {
    await page.getByRole("link", { name: "Visits" }).click();
    await page.locator("details.c-visit summary").first().click();
    await page.locator("details.c-visit .v-plate").nth(3).waitFor();
    await look("visits");
    const file = page.waitForEvent("download");
    await button("Export as CSV").click();
    const text = await (await file).path();
    const { readFile } = await import("node:fs/promises");
    expect((await readFile(text, "utf8")).split("\r\n")).toHaveLength(6);
  });
});

describe("signing", () => {
  it("changes a policy in sentences and signs it with the demonstration's key", async () => {
    await page.goto(`${world.origin}/buildings/${buildingId}/policy/edit`);
    await see("Nothing is changed yet.");
    await page.getByLabel("Sun", { exact: true }).check({ force: true });
    await page.getByLabel(/opening at most/).fill("30");
    await see(/It may open doors at most 30 times an hour/);
    await look("policy-edit");
    await button("Sign with the demonstration's key").click();
    // A minute from now, which on some evening is tomorrow.
    await see(/Takes effect (?:today at|\w+day) \d\d:\d\d/);
    await see(/It may open doors at most 30 times an hour/);
    await look("policy-pending");
  });

  it("enrols a signing passkey, which the policy then can name", async () => {
    await page.goto(`${world.origin}/keys`);
    await page.getByLabel("Name of the key").fill("Ada's laptop");
    await button("Enrol a signing key").click();
    await see("Ada's laptop");
    await look("keys");
  });

  it("names the own key in a demonstration, then signs with the passkey itself", async () => {
    await page.goto(`${world.origin}/buildings/${buildingId}/policy/edit`);
    await button(/Name my key “Ada's laptop”/).click();
    await button("Sign with the demonstration's key").click();
    await see(/Version 3/);
    await page.goto(`${world.origin}/buildings/${buildingId}/policy/edit`);
    await page.getByLabel(/opening at most/).fill("31");
    await button(/Sign with your passkey/).click();
    await see(/Version 4/);
  });

  it("finds no box for a card that no box holds, and says the way out", async () => {
    await page.goto(`${world.origin}/buildings/${buildingId}/boxes`);
    await see("No box without a building is connected to this host now.");
    await page.getByLabel("The card's secret").fill("AAAAAAAAAAAAAAAAAAAAAA");
    await button("Find its box").click();
    await see("No waiting box holds this card");
    await look("boxes");
  });

  it("invites a colleague by a link that is shown once", async () => {
    await page.goto(`${world.origin}/people`);
    await button("Make the link").click();
    expect(await page.getByLabel("Invitation link").inputValue()).toMatch(/\/invitation#.{43}$/);
    await look("people");
  });

  it("lists the building in the portfolio, and speaks Spanish", async () => {
    await page.goto(world.origin);
    await page.locator(".c-row__name").first().waitFor();
    await look("portfolio");
    await button("Español").first().click();
    await see("Añadir un edificio");
    await look("portfolio-es");
  });

  it("never asked for what its content security policy refuses, and never threw", () => {
    expect(persona.complaints).toEqual([]);
  });
});
