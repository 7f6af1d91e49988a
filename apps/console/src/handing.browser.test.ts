import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AcceptedPolicy, acceptPolicy, type Policy } from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import { softwareAssertion } from "@vestibule/core/node";
import { nextPolicy, policyBatch, withSignature } from "@vestibule/sdk";
import type { Browser } from "playwright-core";
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
import {
  addBuilding,
  joinAsOwner,
  openPersona,
  type Persona,
  patienceMs,
} from "./testing/persona.ts";

const crypto = browserCrypto();
let world: ConsoleWorld;
let browser: Browser;
let ada: Persona;
let building = "";
let first: AcceptedPolicy;
let folder = "";

beforeAll(async () => {
  world = await startConsoleWorld();
  browser = await startBrowser();
  ada = await openPersona(browser);
  folder = world.folder;
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** The signature of the member whose key lies with the demonstration. */
function bySecond(policy: Policy): string {
  const batch = policyBatch(crypto, [policy]);
  const key = world.world.genesis.members[0]?.keys[0];
  if (key === undefined) throw new Error("anna has a key");
  const { rpId, cred } = key;
  const made = softwareAssertion(world.world.member, {
    challenge: batch.challenge,
    rpId,
    origin: world.origin,
  });
  return withSignature(policy, [], { member: "anna", cred, batch: batch.hashes, ...made }).text;
}

async function load(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, text);
  await ada.page.locator('input[type="file"]').setInputFiles(path);
}

describe("a policy that needs two members", () => {
  it("is founded by two, of whom one signs in this console", async () => {
    await joinAsOwner(ada, world, "Ada Marsh");
    building = await addBuilding(ada, world, world.world.genesis.place);
    await ada.page.goto(`${world.origin}/keys`);
    await ada.page.getByLabel("Name of the key").fill("Ada's laptop");
    await ada.press("Enrol a signing key");
    await ada.see("The key is enrolled");
    const keys = await ada.page.evaluate(async () => (await fetch("/api/signing-keys")).json());
    const { cred, jwk, origin, rpId, be } = keys.keys[0];
    const genesis: Policy = {
      ...world.world.genesis,
      members: [
        ...world.world.genesis.members,
        { id: "ada", keys: [{ cred, jwk, origin, rpId, be }] },
      ],
      quorum: { members: 2, origins: 1 },
    };
    const half = bySecond(genesis);
    await ada.page.goto(`${world.origin}/buildings/${building}/policy`);
    await ada.page.getByRole("link", { name: "Sign one that was handed to you" }).click();
    await load("genesis.json", half);
    await ada.see("It is whole, and every signature in it holds");
    await ada.see("Signed by anna.");
    await ada.see(/This policy is for 12 Linden Street/);
    await ada.press("Sign with your passkey “Ada's laptop”");
    await ada.see(/Version 1, in force since/);
    const { rows } = await world.sql.query(
      "select bytes, sigs::text as sigs from vestibule.policy where building_id = $1",
      [building],
    );
    expect(rows).toHaveLength(1);
    const text = await ada.page.evaluate(
      async (path) => (await (await fetch(path)).json()).policies[0].text,
      `/api/buildings/${building}/policies`,
    );
    const at = Math.floor(Date.now() / 1_000);
    const outcome = acceptPolicy(crypto, { text, last: undefined, at });
    if (outcome.kind === "refused") throw new Error(outcome.code);
    first = outcome.accepted;
  });

  it("is signed by the first member, downloaded, and does not reach the host half signed", async () => {
    const { page } = ada;
    await page.goto(`${world.origin}/buildings/${building}/policy/edit`);
    await page.getByLabel(/opening at most/).fill("30");
    await ada.press("Sign with your passkey “Ada's laptop”");
    await ada.see("1 of 2 members have signed. Signed by ada.");
    const file = page.waitForEvent("download");
    await ada.press("Download for the next member");
    const text = await readFile(await (await file).path(), "utf8");
    expect(JSON.parse(text)).toMatchObject({ policy: { ver: 2 }, sigs: [{ member: "ada" }] });
    const { rows } = await world.sql.query(
      "select ver from vestibule.policy where building_id = $1",
      [building],
    );
    expect(rows).toEqual([{ ver: 1 }]);
  });

  it("refuses files that must not be signed, each with its reason and the way out", async () => {
    const at = Math.floor(Date.now() / 1_000);
    const { page } = ada;
    await page.goto(`${world.origin}/buildings/${building}/policy/sign`);
    const next = nextPolicy(first, { notice_s: 120 }, at);
    const half = bySecond(next);
    const elsewhere = bySecond({ ...next, bld: "A".repeat(43) });
    const ahead = bySecond({ ...next, ver: 3 });
    const forged = half.replace('"member":"anna"', '"member":"ada"');
    for (const [name, text, title] of [
      ["broken.json", half.slice(0, -20), "This is no policy, or it is not whole"],
      ["other.json", elsewhere, "This policy is for another building"],
      ["known.json", first.text, "This version is here already"],
      ["ahead.json", ahead, "This version does not follow the one here"],
      [
        "tampered.json",
        half.replace('"notice_s":120', '"notice_s":60'),
        "This file was changed after it was signed",
      ],
      ["forged.json", forged, "A signature in this file does not hold"],
    ] as const) {
      await load(name, text);
      await page.locator(".v-notice__title", { hasText: title }).waitFor();
      expect(await page.getByRole("button", { name: /^Sign with/ }).count()).toBe(0);
    }
    await lookAt(page, "handed-refused");
  });

  it("is loaded by the next member, who sees what it changes, signs it, and hands it in", async () => {
    const { page } = ada;
    const next = nextPolicy(first, { notice_s: 120 }, Math.floor(Date.now() / 1_000));
    await load("half.json", bySecond(next));
    await ada.see("It is whole, and every signature in it holds");
    await ada.see("A change takes effect 2 minutes after it was announced.");
    await lookAt(page, "handed");
    await ada.press("Sign with your passkey “Ada's laptop”");
    await ada.see(/Takes effect/);
    const { rows } = await world.sql.query(
      "select ver from vestibule.policy where building_id = $1 order by ver",
      [building],
    );
    expect(rows).toEqual([{ ver: 1 }, { ver: 2 }]);
    await page.goto(`${world.origin}/buildings/${building}/policy/sign`);
    await load("late.json", bySecond({ ...next, notice_s: 180 }));
    await page
      .locator(".v-notice__title", { hasText: "This version has been overtaken" })
      .waitFor();
  });

  it("takes in a member whom another invited, and nobody who answers another's link", async () => {
    await playDemoKey(ada.context, world);
    const { page } = ada;
    await page.goto(`${world.origin}/buildings/${building}/policy/edit`);
    await page.getByText("Invite another member").click();
    await page.getByLabel("Short name in the policy").fill("ben");
    await ada.press("Make the link");
    const link = await page.getByLabel("Link for ben").inputValue();
    const guest = await ada.context.newPage();
    guest.setDefaultTimeout(patienceMs);
    await guest.goto(link);
    await guest.getByRole("heading", { name: "You are invited as “ben”" }).waitFor();
    await guest.getByRole("button", { name: "Answer with “Ada's laptop”" }).click();
    const answer = await guest.getByLabel("Your answer").inputValue();
    await guest.close();
    await page.getByLabel("Answer from ben").fill(answer.replace('"id":"ben"', '"id":"eve"'));
    await ada.press("Take in the answer");
    await ada.see("This is not an answer to this link.");
    await page.getByLabel("Answer from ben").fill(answer);
    await ada.press("Take in the answer");
    await page.getByRole("button", { name: "Take out member ben" }).waitFor();
  });
});

describe("the page of what happens", () => {
  it("shows what happened between its first reading and the host's word that it follows", async () => {
    await world.sql.query(
      "update vestibule.controller set adopted_at = now() where building_id = $1",
      [building],
    );
    const { page } = ada;
    const seeded = Promise.withResolvers<void>();
    // The page's wish to follow is held back until after the event, which nobody then tells it of.
    await page.routeWebSocket(/\/live/, (socket) => {
      const host = socket.connectToServer();
      socket.onMessage((message) => void seeded.promise.then(() => host.send(message)));
    });
    await page.goto(`${world.origin}/buildings/${building}`);
    await ada.see("Nobody has come yet");
    await seedVisit(world, building, [
      { ent: "street", stage: "authorized", outcome: "failed", code: "hours", minutesAgo: 0 },
    ]);
    seeded.resolve();
    await page.locator(".c-attempts > li").first().waitFor();
    await ada.see("Live");
  });

  it("keeps the old list where it cannot be read again, says so, and tries again", async () => {
    const { page } = ada;
    await page.route(/\/attempts/, (route) =>
      route.fulfill({
        status: 500,
        contentType: "application/problem+json",
        body: JSON.stringify({ code: "internal", title: "x", status: 500, retry: "never" }),
      }),
    );
    await announce(world.sql, building, { kind: "attempt.ended", body: { attempt: "x" } });
    await ada.see("This list could not be read again, so it may be old.");
    await lookAt(page, "activity-old");
    expect(await page.locator(".c-attempts > li").count()).toBe(1);
    await page.unroute(/\/attempts/);
    await ada.press("Try again");
    await page
      .getByText("This list could not be read again, so it may be old.")
      .waitFor({ state: "detached" });
    expect(await page.locator(".c-attempts > li").count()).toBe(1);
    expect(ada.complaints).toEqual([]);
  });
});
