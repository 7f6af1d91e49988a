import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { asParty, rootsOf } from "@vestibule/cli/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromiumPath, orSkipped } from "../e2e/machine.ts";
import { type FingerPhone, fingerOrigin, startFingerPhone } from "./finger-phone.ts";
import { importParcels } from "./phone.ts";
import { openStreet, type Street } from "./street.ts";
import { until } from "./until.ts";

const noBrowser = existsSync(chromiumPath) ? "" : `no Chromium at ${chromiumPath}`;
const codes = ["1Z999AA10123456784", "1Z999AA10123456793"];
const patience = { timeout: 60_000 };

/*
 * A badge that asks for a finger, from the vetter's own command to the open door: server, box and
 * strike as processes, and a phone that is Chromium with a virtual authenticator.
 */
describe.skipIf(noBrowser !== "")(`a driver with a finger${orSkipped(noBrowser)}`, () => {
  let street: Street;
  let phone: FingerPhone;

  beforeAll(async () => {
    street = await openStreet(
      [{ ent: "street", kind: "street", sensing: "contact", autoOpen: "40,60" }],
      { driverOrigin: fingerOrigin },
    );
    phone = await startFingerPhone(chromiumPath, street.ground.origins.host);
    phone.page.setDefaultTimeout(patience.timeout);
  });
  afterAll(async () => {
    await phone?.close();
    await street?.close();
  });

  // Two pulses that overlap are one release to the latch: each case begins at a locked door.
  beforeEach(() => until(() => !street.door("street").released(), "a locked door"));

  const title = (name: string) =>
    phone.page.getByRole("heading", { level: 1, name }).waitFor(patience);
  const press = (name: string) => phone.page.getByRole("button", { name }).click();
  const openings = () => street.door("street").releases();
  const attempts = async () => (await street.query("select id from vestibule.attempt")).length;

  /** Taps the street door's sticker: the page that it opens hands the tap on to the app. */
  const tap = async () => {
    const [row] = await street.query("select id from vestibule.entrance where ent = 'street'");
    const { e, c } = street.door("street").tap();
    await phone.page.goto(`${fingerOrigin}/#tap=${String(row?.["id"])}&e=${e}&c=${c}`);
  };
  /**
   * Waits for the end of an attempt: an opening, and how many fingers it took. A command that a busy
   * machine brought too late is no opening; the driver then taps again, as his phone tells him.
   */
  const opened = async (before: number) => {
    const ends = /^(The door is open|No word from the door|Not opened)$/;
    const heading = phone.page.getByRole("heading", { level: 1, name: ends });
    for (let fingers = 1; ; fingers += 1) {
      await heading.waitFor(patience);
      const late = phone.page.getByText("Too long since the tap");
      if (
        (await heading.textContent()) !== "Not opened" ||
        fingers > 5 ||
        !(await late.isVisible())
      ) {
        await until(() => openings() > before, "the strike gave way");
        return fingers;
      }
      await tap();
      await heading.waitFor({ state: "detached" });
    }
  };
  const typeNumber = async (code: string) => {
    await press("Type the number");
    await phone.page.getByRole("textbox").fill(code);
    await press("Use this number");
  };

  it("enrols by the vetter's link, with a passkey that the vetter checks and the browser keeps", async () => {
    const { folders, origins } = street.ground;
    const clearedUntil = new Date(Date.now() + 180 * 86_400_000).toISOString().slice(0, 10);
    const invited = await asParty(folders.vetter, [
      ...["badge", "invite", "--uv", "--host", origins.host, "--driver", origins.driver],
      ...["--car", rootsOf(street.ground).carrier, "--cleared-until", clearedUntil],
      ...["--label", "Ada", "--carrier-name", "Metro Couriers"],
    ]);
    await phone.page.goto(String(Reflect.get(Object(invited), "url")));
    await phone.page.getByText("invites you to open doors for Metro Couriers").waitFor();
    await phone.page.getByText("Neither finger nor face ever leaves the phone").waitFor();
    await phone.fingerFits(false);
    await press("I agree; make the key");
    await phone.page.getByText("Your finger or face was not read.").waitFor();
    expect(await street.query("select id from vestibule.enrolment")).toEqual([]);
    await phone.fingerFits(true);
    await press("Try again");
    await title("Your key is made");
    expect((await phone.passkeys()).count).toBe(1);
    const issue = () => asParty(folders.vetter, ["badge", "issue", "--days", "60"]);
    await until(
      async () => JSON.stringify(await issue()).includes("issued"),
      "the badge is signed",
    );
    await title("You are ready");
    await press("See today's buildings");
    mkdirSync(join(folders.carrier, "badges"), { recursive: true, mode: 0o700 });
    cpSync(join(folders.vetter, "badges"), join(folders.carrier, "badges"), { recursive: true });
    await importParcels(street.ground, "Ada", codes);
  });

  it("starts the shift with one finger, asked for by a button and never by itself", async () => {
    await phone.page.getByText("Start your shift with your finger or face").waitFor();
    const before = await phone.passkeys();
    await phone.page.reload();
    await phone.page.getByText("Start your shift with your finger or face").waitFor();
    expect(await phone.passkeys()).toEqual(before);
    await press("Use finger or face");
    await phone.page.getByRole("button", { name: "12 Linden Street" }).waitFor();
    expect((await phone.passkeys()).used).toBe(before.used + 1);
  });

  it("opens the door with one finger after tap and label", async () => {
    const before = await phone.passkeys();
    await tap();
    await typeNumber(codes[0] ?? "");
    const fingers = await opened(0);
    expect((await phone.passkeys()).used).toBe(before.used + fingers);
    expect(openings()).toBe(1);
  });

  it("sends nothing without the finger, and opens by a second try without a new tap or scan", async () => {
    await phone.page.goto(`${fingerOrigin}/`);
    const [tried, before] = [await attempts(), openings()];
    await phone.fingerFits(false);
    await tap();
    await typeNumber(codes[1] ?? "");
    await phone.page.getByText("Your finger or face was not read.").waitFor();
    await phone.page.getByText("Nothing was sent; your tap and label still count.").waitFor();
    expect([await attempts(), openings()]).toEqual([tried, before]);
    await phone.fingerFits(true);
    await press("Use finger or face");
    const sent = await opened(before);
    expect([await attempts(), openings()]).toEqual([tried + sent, before + 1]);
  });

  it("forgets the passkey's use here when consent is withdrawn, and tells the host by a finger", async () => {
    await phone.page.goto(`${fingerOrigin}/`);
    await press("Badge");
    await phone.page.getByText("your finger or face, each time").waitFor();
    await press("Withdraw and delete");
    await press("Yes, delete my key");
    await title("Deleted");
    expect(await street.query("select id from vestibule.handset")).toEqual([]);
  });
});
