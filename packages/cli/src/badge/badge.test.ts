import { writeFileSync } from "node:fs";
import { generateSigner, nodeCrypto, softwareAssertion } from "@vestibule/core/node";
import { worldStart } from "@vestibule/core/testing";
import {
  answerEnrolment,
  createClient,
  type EnrolmentLink,
  enrolmentUrl,
  readEnrolmentLink,
} from "@vestibule/sdk";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CarrierDesk, openDesk } from "../testing/carrier-desk.ts";

let desk: CarrierDesk;
let now = worldStart;
beforeEach(async () => {
  now = worldStart;
  desk = await openDesk(() => now);
});
afterEach(() => desk.close());

async function invite(...more: readonly string[]): Promise<EnrolmentLink> {
  const { host, car, cli } = desk;
  const words = ["--host", host.origin, "--driver", "https://driver.example", "--car", car];
  const until = ["--cleared-until", "2027-01-01"];
  const ran = await cli.run("badge", "invite", ...words, ...until, "--json", ...more);
  const link = readEnrolmentLink(new URL(String(Reflect.get(Object(ran.json()), "url"))).hash);
  if (link === undefined) throw new Error(ran.error);
  return link;
}

async function answer(link: EnrolmentLink): Promise<void> {
  const signer = generateSigner("ES256");
  const made = await answerEnrolment(nodeCrypto(), link, { signer, consent: "driver-2026-11" });
  await createClient({ origin: desk.host.origin }).carrier.answerEnrolment(made);
}

const filesWith = (text: string) =>
  [...desk.cli.files()].filter(([, held]) => held.includes(text)).map(([path]) => path);
const encodedSecret = (link: EnrolmentLink) =>
  filesWith(link.id).concat([...desk.cli.files().keys()].filter((path) => path.includes(link.id)));

it("signs a badge for the phone that had the link, once, and forgets the secret", async () => {
  const link = await invite();
  expect((await desk.cli.run("badge", "issue")).out).toContain("has not answered yet");
  await answer(link);
  const { code } = await desk.cli.run("badge", "issue");
  expect([code, desk.host.badges.length]).toEqual([0, 2]);
  expect(encodedSecret(link)).toEqual([]);
  expect((await desk.cli.run("badge", "issue", link.id)).code).toBe(1);
  expect(desk.host.received.some((text) => text.includes(link.secret))).toBe(false);
});

it("signs nothing for an answer made without the secret, and keeps waiting", async () => {
  const link = await invite();
  await answer({ ...link, secret: "A".repeat(22) });
  const { code, out } = await desk.cli.run("badge", "issue", "--json");
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject({ enrolments: [{ state: "refused" }] });
  expect(desk.host.badges.length).toBe(1);
  await answer(link);
  expect((await desk.cli.run("badge", "issue")).code).toBe(0);
});

it("ends a link after 24 hours", async () => {
  const link = await invite();
  await answer(link);
  now += 86_400;
  const { out } = await desk.cli.run("badge", "issue");
  expect(out).toContain("The link has ended");
  expect(desk.host.badges.length).toBe(1);
  expect(encodedSecret(link)).toEqual([]);
});

it("names carrier and vetter in the link where the vetter gives the carrier's name", async () => {
  expect((await invite()).names).toBeUndefined();
  const named = await invite("--carrier-name", "Metro Couriers");
  expect(named.names).toEqual({ carrier: "Metro Couriers", vetter: "clearance.example" });
  const both = await invite(
    "--carrier-name",
    "Metro Couriers",
    "--vetter-name",
    "Clear Check Inc.",
  );
  expect(both.names).toEqual({ carrier: "Metro Couriers", vetter: "Clear Check Inc." });
  const { host, car, cli } = desk;
  const link = ["--host", host.origin, "--driver", "https://driver.example", "--car", car];
  const until = ["--cleared-until", "2027-01-01"];
  const twoLines = await cli.run("badge", "invite", ...link, ...until, "--carrier-name", "a\nb");
  expect(twoLines.code).not.toBe(0);
});

it("asks for a finger only at an app that a door could check it at, and only from a passkey", async () => {
  const { host, car, cli } = desk;
  const at = (driver: string) =>
    cli.run(
      ...["badge", "invite", "--host", host.origin, "--driver", driver, "--car", car],
      ...["--cleared-until", "2027-01-01", "--uv"],
    );
  for (const driver of ["http://driver.example", "https://driver.example:8443"]) {
    const ran = await at(driver);
    expect(ran.code).not.toBe(0);
    expect(ran.error).toContain("--uv needs the driver app at https://");
  }
  const link = await invite("--uv");
  expect(link.terms.uv).toBe(true);
  const signer = generateSigner("ES256");
  const place = { rpId: "driver.example", origin: "https://driver.example" };
  const finger = (origin: string) => ({
    ...signer,
    ask: async (challenge: Uint8Array) =>
      softwareAssertion(signer, { ...place, origin, challenge }),
  });
  const send = async (origin: string) =>
    createClient({ origin: desk.host.origin }).carrier.answerEnrolment(
      await answerEnrolment(nodeCrypto(), link, {
        signer: finger(origin),
        consent: "driver-finger-2026-11",
      }),
    );
  await send("https://driver.examp1e");
  const elsewhere = await cli.run("badge", "issue", "--json");
  expect(elsewhere.code).toBe(3);
  expect(elsewhere.out).toContain("did not show one at the app");
  await send(place.origin);
  expect((await cli.run("badge", "issue")).code).toBe(0);
});

it("issues the other badges where one root's keyset has ended, and says which was left", async () => {
  const [first, second] = [await invite(), await invite()];
  await answer(first);
  await answer(second);
  const [path = ""] = encodedSecret(second);
  const clr = "A".repeat(43);
  const kept = JSON.parse(desk.cli.files().get(path) ?? "{}");
  const terms = { ...second.terms, clr };
  writeFileSync(path, JSON.stringify({ ...kept, link: enrolmentUrl("", { ...second, terms }) }));
  const { code, json } = await desk.cli.run("badge", "issue", "--json");
  expect(code).toBe(3);
  const { enrolments }: { enrolments: { id: string; state: string }[] } = JSON.parse(
    JSON.stringify(json()),
  );
  expect(new Map(enrolments.map(({ id, state }) => [id, state]))).toEqual(
    new Map([
      [first.id, "issued"],
      [second.id, "not-sent"],
    ]),
  );
  expect(desk.host.badges.length).toBe(2);
});

it("signs no badge for a person whose clearance ended meanwhile", async () => {
  const { host, car, cli } = desk;
  const words = ["--host", host.origin, "--driver", "https://driver.example", "--car", car];
  const until = new Date((now + 3_600) * 1_000).toISOString().replace(/:\d\d\.\d+/, "");
  const ran = await cli.run("badge", "invite", ...words, "--cleared-until", until, "--json");
  const link = readEnrolmentLink(new URL(String(Reflect.get(Object(ran.json()), "url"))).hash);
  if (link === undefined) throw new Error(ran.error);
  await answer(link);
  now += 3_600;
  expect((await cli.run("badge", "issue")).out).toContain("clearance has ended");
  expect(host.badges.length).toBe(1);
  expect(encodedSecret(link)).toEqual([]);
});

it("sends the very same badge again after an upload that failed, and none longer than the clearance", async () => {
  const link = await invite("--cleared-until", "2026-12-01");
  await answer(link);
  desk.host.gone = true;
  const kept = () =>
    [...desk.cli.files()].filter(([path]) => path.endsWith(".badge.json")).map(([, text]) => text);
  const before = kept();
  expect((await desk.cli.run("badge", "issue", "--days", "10")).code).toBe(3);
  const signed = kept().filter((text) => !before.includes(text));
  expect(signed).toHaveLength(1);
  desk.host.gone = false;
  expect((await desk.cli.run("badge", "issue")).code).toBe(0);
  expect(kept().filter((text) => !before.includes(text))).toEqual(signed);
  const { badges }: { badges: { exp: number }[] } = JSON.parse(
    (await desk.cli.run("badge", "list", "--json")).out,
  );
  expect(badges.map(({ exp }) => exp)).toContain(now + 10 * 86_400);
  const other = await invite("--cleared-until", "2026-12-01");
  await answer(other);
  await desk.cli.run("badge", "issue");
  expect((await desk.cli.run("badge", "list", "--json")).out).toContain(
    String(Date.parse("2026-12-01Z") / 1_000),
  );
});

it("signs nothing by a keyset that has ended, and invites nobody whose clearance has", async () => {
  const { host, car, cli } = desk;
  const words = ["--host", host.origin, "--driver", "https://driver.example", "--car", car];
  const past = new Date((now - 86_400) * 1_000).toISOString().slice(0, 10);
  const ended = await cli.run("badge", "invite", ...words, "--cleared-until", past, "--json");
  expect([ended.code, ended.json()]).toMatchObject([2, { error: { code: "clearance-ended" } }]);
  now += 30 * 86_400 - 60;
  const link = await invite();
  await answer(link);
  now += 120;
  expect((await cli.run("badge", "issue", "--json")).json()).toMatchObject({
    enrolments: [{ state: "not-sent" }],
  });
  expect(host.badges.length).toBe(1);
});
