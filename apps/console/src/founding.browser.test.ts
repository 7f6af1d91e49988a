import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleWorld, startBrowser, startConsoleWorld } from "./testing/console-world.ts";
import { lookAt } from "./testing/look.ts";
import {
  addBuilding,
  addEntrance,
  joinAsOwner,
  openPersona,
  type Persona,
} from "./testing/persona.ts";
import { type RealBox, startRealBox } from "./testing/real-box.ts";

let world: ConsoleWorld;
let browser: Browser;
let ada: Persona;
let building = "";
const boxes: RealBox[] = [];

beforeAll(async () => {
  world = await startConsoleWorld();
  browser = await startBrowser();
  ada = await openPersona(browser);
  for (const [table, id] of [
    ["carrier", "car"],
    ["vetter", "vet"],
  ] as const)
    await world.sql.query(
      `insert into vestibule.${table} (id, root, domain, name, created_at) values ($1, $2, $3, $4, now())`,
      [
        `${id}_01jz0000000000000000000000`,
        world.world[table].root.kid,
        table === "carrier" ? "ups.example" : "clearance.example",
        table === "carrier" ? "UPS" : "Clear Street",
      ],
    );
});

afterAll(async () => {
  await browser?.close();
  for (const box of boxes) await box.end();
  await world?.close();
});

const row = (text: string) => ada.page.locator(".c-row", { hasText: text });

describe("a manager founds a building in the console", () => {
  it("joins, adds the building and its front door, and is shown the way to a policy", async () => {
    await joinAsOwner(ada, world, "Ada Marsh");
    building = await addBuilding(ada, world, {
      name: "9 Elm Street",
      address: "9 Elm Street, Brooklyn, NY 11201",
    });
    await addEntrance(ada, { label: "Front door", kind: "street" });
    await ada.page.getByRole("link", { name: "Policy", exact: true }).click();
    await ada.see("No policy yet");
    await ada.page.getByRole("link", { name: "Write the first policy" }).click();
    await ada.see("Front door: choose its box.");
    await ada.see("Name a member who signs.");
    await ada.see("Make the recovery paper.");
    await lookAt(ada.page, "first-policy-empty");
  });

  it("finds the box by its card, and the door's sticker by its number", async () => {
    const box = await startRealBox(world, "front-door");
    boxes.push(box);
    const { page } = ada;
    await ada.see("1 box without a building is connected to this host now.");
    await page.getByLabel("The card's secret").fill(box.card);
    await ada.press("Find its box");
    await ada.see("This is your box");
    await page.locator("select").filter({ hasText: "card scanned" }).waitFor();
    expect(await page.getByLabel("Box", { exact: true }).inputValue()).toBe(box.ctl);
    await page.getByLabel("Number of the sticker").fill("04:A1");
    await ada.see("14 digits from 0 to 9 and A to F");
    await page.getByLabel("Number of the sticker").fill(box.sticker);
    await page.getByLabel("What tells that it opened").selectOption("contact");
    await page.getByText("Front door: choose its box.").waitFor({ state: "detached" });
  });

  it("admits a carrier by its name, names a member with a passkey, and makes the paper", async () => {
    const { page } = ada;
    await page.getByLabel("Choose a carrier").selectOption({ label: "UPS (ups.example)" });
    await page
      .getByLabel("Choose who clears them")
      .selectOption({ label: "Clear Street (clearance.example)" });
    await ada.press("Admit");
    await page.getByRole("heading", { name: "UPS ups.example" }).waitFor();
    await page.getByLabel("Name of the key").fill("Ada's laptop");
    await ada.press("Enrol a signing key");
    await ada.press(/Name my key “Ada's laptop”/);
    await row("ada-marsh").waitFor();
    await ada.press("Make the recovery paper");
    const paper = (await page.locator(".c-paper").textContent()) ?? "";
    expect(paper.split(" ")).toHaveLength(16);
    await page.getByLabel("Type the last four groups from the paper").fill("0000 0000");
    await ada.press("It is on paper");
    await ada.see("These are not its last four groups. Look at the paper.");
    const end = paper.split(" ").slice(-4).join(" ");
    await page.getByLabel("Type the last four groups from the paper").fill(end);
    await ada.press("It is on paper");
    await ada.see("The recovery paper is made");
    await page.getByLabel("Apps that drivers may use").fill("driver.localhost");
  });

  it("reads it as sentences, signs it, and the box pins the building under its card", async () => {
    const { page } = ada;
    await ada.see("This policy is for 9 Elm Street, 9 Elm Street, Brooklyn, NY 11201.");
    await ada.see(/ups\.example may come to deliver, through “front-door” \(street door\)\./);
    await page.getByRole("heading", { name: "ada-marsh" }).waitFor();
    await lookAt(page, "first-policy");
    await ada.press("Sign with your passkey “Ada's laptop”");
    await ada.see("Every box obeys the policy now");
    await lookAt(page, "founded");
    await page.getByRole("link", { name: "Doors and activity" }).last().click();
    await ada.see("Box on the line");
    await page.locator(".c-demo").waitFor();
    const [first] = boxes;
    expect(first?.hasClaim()).toBe(false);
    const { rows } = await world.sql.query(
      "select bld, demo from vestibule.building where id = $1",
      [building],
    );
    expect(rows[0]).toMatchObject({ demo: true });
    await first?.switchOff();
    expect(first?.pinned()).toBe(rows[0]?.bld);
  });

  it("shows a new box as not yet in the policy, and writes the version that names it", async () => {
    const { page } = ada;
    const box = await startRealBox(world, "lobby");
    boxes.push(box);
    await page.goto(`${world.origin}/buildings/${building}/places`);
    await addEntrance(ada, { label: "Lobby", kind: "lobby" });
    await page.getByRole("link", { name: "Boxes", exact: true }).click();
    await page.getByLabel("The card's secret").fill(box.card);
    await ada.press("Find its box");
    await row(box.ctl).getByText("Not yet in the policy").waitFor();
    await lookAt(page, "boxes-new");
    await row(box.ctl).getByRole("link", { name: "Name it in the policy" }).click();
    await ada.press("Name “Lobby” in the policy");
    const lobby = page.getByRole("group", { name: "Lobby" });
    expect(await lobby.getByLabel("Box", { exact: true }).inputValue()).toBe(box.ctl);
    await ada.see("Lobby: enter the number of its sticker.");
    await lobby.getByLabel("Number of the sticker").fill(box.sticker);
    await lobby.getByLabel("What tells that it opened").selectOption("none");
    await ada.press("Add a way in");
    await page.getByLabel("Way in 1: then through …").selectOption({ label: "Lobby" });
    await ada.see(/Entrance “lobby” \(lobby door\) may be used to deliver and collect/);
    await ada.see(/One way in leads through front-door > lobby/);
    await lookAt(page, "policy-edit-doors");
    await ada.press("Sign with your passkey “Ada's laptop”");
    await ada.see(/Takes effect (?:today at|\w+day) \d\d:\d\d|Version 2, in force/);
    await page.getByRole("link", { name: "Boxes", exact: true }).click();
    await row(box.ctl)
      .getByText(/Named by a policy that takes effect|Adopt it for this building/)
      .first()
      .waitFor();
    expect(ada.complaints).toEqual([]);
  });
});
