import { makeWorld, type World } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../platform/http/log.ts";
import {
  anyKey,
  type DomainApp,
  domainApp,
  foundBuilding,
  type SettledBuilding,
  settleBuilding,
} from "../testing/domain-app.ts";
import { arrive, asPerson } from "../testing/people.ts";
import { testDriverOrigin } from "../testing/test-app.ts";
import { weakestPresence } from "./building-page.ts";
import { html } from "./html.ts";
import { type LawFacts, lawItems, pageWords } from "./page-words.ts";
import { zoneSentence } from "./time-zone-words.ts";

const lines: string[] = [];
let server: DomainApp;
let world: World;
let linden: SettledBuilding;

beforeAll(async () => {
  world = await makeWorld();
  server = await domainApp(world, {
    logger: createLogger("info", { write: (line) => void lines.push(line) }),
  });
  linden = await settleBuilding(server, world);
});
afterAll(() => server?.close());

const page = (query = "", headers: Record<string, string> = {}, sticker = linden.sticker) =>
  server.app.inject({ url: `/d/${sticker}${query}`, headers });

describe("the building page", () => {
  it("says who may open this door, when, for what and since when", async () => {
    const { body, statusCode } = await page();
    expect(statusCode).toBe(200);
    for (const said of [
      "Street door of 12 Linden Street",
      "12 Linden Street, Brooklyn",
      "ups.example",
      "Only to deliver parcels and collect parcels.",
      "Monday to Saturday, 08:00 to 20:00.",
      "Times are New York’s.",
      "checked by clearance.example",
      "These rules have held since Wednesday, November 18, 2026 at 10:00.",
      "By a tap on this sticker.",
      "The host that runs this page is host.example.",
      "This is a demonstration.",
      "It has not reported yet.",
      "The buzzer stays as it is",
      "This building is looked after by 12 Linden Street",
    ])
      expect(body).toContain(said);
  });

  it("speaks Spanish to who prefers it, or asks for it", async () => {
    expect((await page("", { "accept-language": "es-MX,en" })).body).toContain("Quién puede abrir");
    expect((await page("?lang=es")).body).toContain(
      "Solo para entregar paquetes y recoger paquetes",
    );
    expect((await page("?lang=en", { "accept-language": "es" })).body).toContain("Who may open");
  });

  it("announces a change before it counts", async () => {
    const next = {
      ...world.genesis,
      bld: world.policy.bld,
      prev: world.policy.hash,
      ver: 2,
      carriers: [],
      notice_s: 3_600,
    };
    const answer = await server.app.inject({
      method: "POST",
      url: `/api/buildings/${linden.buildingId}/policies`,
      payload: { text: world.signPolicy(next) },
      headers: asPerson(linden.organization.manager, anyKey()),
    });
    expect(answer.statusCode).toBe(201);
    const before = (await page()).body;
    expect(before).toContain("The rules change on Wednesday, November 18, 2026 at 11:00");
    expect(before).toContain("ups.example");
    server.advance(3_600_000 + 5_000);
    const after = (await page()).body;
    expect(after).toContain("No carrier may open this door.");
    expect(after).toContain("since Wednesday, November 18, 2026 at 11:00");
    expect(after).not.toContain("The rules change");
  });

  it("hands a tap on to the box and, by a link, to the drivers' app; never to the log", async () => {
    const { e, c } = world.tap();
    const { body, headers } = await page(`?e=${e}&c=${c}`);
    expect(server.boxes.taps).toEqual([{ ctl: world.box.signer.kid, e, c }]);
    const link = /<a class="go" rel="noreferrer" href="([^"]+)"/
      .exec(body)?.[1]
      ?.replaceAll("&#38;", "&");
    expect(link).toBe(`${testDriverOrigin}/#tap=${linden.entranceId}&e=${e}&c=${c}`);
    expect(headers).toMatchObject({
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    expect(lines.join("")).toContain("/d/:sticker");
    expect(lines.join("")).not.toContain(e);
    expect(lines.join("")).not.toContain(linden.sticker);
  });

  it("takes nothing for a tap that no tag writes", async () => {
    const before = server.boxes.taps.length;
    const { body } = await page(`?e=${encodeURIComponent('"><script>')}&c=1`);
    expect(body).not.toContain("<script");
    expect(body).not.toContain('class="go"');
    expect(server.boxes.taps).toHaveLength(before);
  });

  it("helps whoever holds a sticker that no door has", async () => {
    const { statusCode, body, headers } = await page("", {}, "0000000000000000");
    expect([statusCode, headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(body).toContain("No door has this address");
  });

  it("says that a claimed building is only claimed, and gives drivers no way on", async () => {
    const other = await makeWorld();
    const genesis = { ...other.genesis, host: world.genesis.host };
    server.advance(-3_605_000);
    const claimed = await foundBuilding(server, { ...other, genesis });
    const { e, c } = other.tap();
    const { body } = await page(`?e=${e}&c=${c}`, {}, claimed.sticker);
    expect(body).toContain("Nobody has proved yet");
    expect(body).not.toContain('class="go"');
  });

  it("weighs 60 kB at most with its letters, and fetches nothing but them, from this host", async () => {
    const { body, headers } = await page();
    const fetched = [...body.matchAll(/url\(([^)]*)\)/g)].map(([, url = ""]) => url);
    expect(fetched).toHaveLength(1);
    const letters = await server.app.inject(fetched[0] ?? "");
    expect([letters.statusCode, letters.headers["content-type"]]).toEqual([200, "font/woff2"]);
    expect(letters.headers["cache-control"]).toContain("immutable");
    expect(letters.rawPayload.subarray(0, 4).toString("latin1")).toBe("wOF2");
    expect(Buffer.byteLength(body) + letters.rawPayload.length).toBeLessThan(60_000);
    expect(body).not.toMatch(/<script|<link|<img|@import|\son\w+=/i);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toMatch(/script-src|unsafe|https?:/);
    expect((await server.app.inject("/d/letters/another")).statusCode).toBe(404);
  });

  it("calls a carrier and its vetter by name where one is known, their domains beside them", async () => {
    const operator = await arrive(server, { kind: "operator" });
    const call = (kind: "carrier" | "vetter", name: string) =>
      server.app.inject({
        method: "POST",
        url: `/api/${kind}s`,
        payload: { root: world[kind].root.kid, domain: world[kind].keysetBody.domain, name },
        headers: asPerson(operator, anyKey()),
      });
    await call("carrier", "United <Parcel>");
    await call("vetter", "Clear Checks");
    const { body } = await page();
    expect(body).toContain("<h3>United &#60;Parcel&#62; <span>ups.example</span></h3>");
    expect(body).toContain("checked by Clear Checks (clearance.example)");
    expect(body).toContain("Clear Checks, clearance.example (background checks)");
    await call("carrier", "ups.example");
    expect((await page()).body).toContain("<h3>ups.example</h3>");
  });

  it("prints the box online, or silent since when", async () => {
    server.boxes.online.add(world.box.signer.kid);
    expect((await page()).body).toContain("Online now.");
    server.boxes.online.clear();
  });
});

describe("the seven things that the law wants told (L.L. 63/2021 T13)", () => {
  const facts: LawFacts = {
    manager: "Elm Condo",
    host: "host.example",
    carriers: ["ups.example"],
    vetters: ["clear.example"],
    apps: ["driver.example"],
    retentionDays: 90,
    updates: true,
  };
  it.each(["en", "es"] as const)("are all there in %s, made from what is configured", (locale) => {
    const words = pageWords(locale);
    const texts = words.lawTexts(facts);
    for (const item of lawItems) {
      expect(words.lawTitles[item].length).toBeGreaterThan(5);
      expect(texts[item].length).toBeGreaterThan(40);
    }
    for (const name of ["host.example", "ups.example", "clear.example", "driver.example"])
      expect(texts.parties).toContain(name);
    expect(texts.retention).toContain("90");
    expect(texts.breach).toContain("Elm Condo");
  });
});

describe("whose clock it is", () => {
  it("is said by the city that people know, in their language", () => {
    expect(zoneSentence("America/New_York", "en")).toBe("Times are New York’s.");
    expect(zoneSentence("America/New_York", "es")).toBe("Las horas son las de Nueva York.");
    expect(zoneSentence("America/Los_Angeles", "en")).toBe("Times are Los Angeles’.");
    expect(zoneSentence("America/Indiana/Indianapolis", "en")).toBe("Times are Indianapolis’.");
    expect(zoneSentence("America/Puerto_Rico", "es")).toBe("Las horas son las de Puerto Rico.");
  });
  it("is the zone's own name where no city stands in it", () => {
    expect(zoneSentence("UTC", "en")).toBe("Times are UTC.");
    expect(zoneSentence("Etc/UTC", "es")).toBe("Las horas son Etc/UTC.");
  });
});

describe("a template", () => {
  it("escapes whatever it is given, in text and in attributes", () => {
    const evil = `"><script>alert('1')</script>&`;
    expect(html`<p title="${evil}">${[evil, undefined, 1]}</p>`.text).not.toMatch(/<script|'1'/);
  });
});

describe("the way of presence that is printed", () => {
  it("is the weakest that the door takes", () => {
    expect(weakestPresence({ presence: "nfc", noTap: "refuse" })).toBe("nfc");
    expect(weakestPresence({ presence: "nfc", noTap: "ble" })).toBe("ble");
    expect(weakestPresence({ presence: "nfc", noTap: "none" })).toBe("none");
    expect(weakestPresence({ presence: "none", noTap: "refuse" })).toBe("none");
  });
});
