import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { signPaper } from "@vestibule/core";
import { randomText } from "@vestibule/core/node";
import { worldStart } from "@vestibule/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { badgesIn, keepBadge } from "../badge/badge-file.ts";
import { keysIn, signerIn } from "../keys/key-file.ts";
import { type CarrierDesk, openDesk } from "../testing/carrier-desk.ts";
import { startFakeHost } from "../testing/fake-host.ts";
import { windowReader } from "./read-window.ts";
import type { ImportReport } from "./report.ts";

const codes = ["1Z999AA10123456784", "9400111206206406260787", "TBA010000000000"];
const [first = "", second = "", third = ""] = codes;
const times = "2026-11-18 09:00,2026-11-18 18:00,America/New_York";

let desk: CarrierDesk;
let now = worldStart;
let folder: string;
beforeEach(async () => {
  now = worldStart;
  desk = await openDesk(() => now);
  folder = `${desk.cli.folder}-in`;
  mkdirSync(folder);
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await desk.close();
});

async function run(lines: readonly string[], ...more: readonly string[]) {
  writeFileSync(join(folder, "list.csv"), lines.join("\n"));
  const words = ["import", join(folder, "list.csv"), "--host", desk.host.origin];
  const ran = await desk.cli.run(...words, "--json", ...more);
  const report: ImportReport = JSON.parse(ran.out);
  return { ...ran, report, issues: report.issues?.map(({ line, code }) => [line, code]) };
}
const header = "tracking,building,driver,from,until,zone,unit,purpose";
const row = (
  code: string,
  { building = "LINDEN-12", driver = "Dana", unit = "", purpose = "" } = {},
) => [code, building, driver, times, unit, purpose].join(",");

describe("what a line says", () => {
  it("names one parcel: a number that reads as two is told, never guessed", async () => {
    const both = "4201002395399126012660704306753122";
    expect((await run([header, row(both)])).issues).toEqual([[2, "label-several"]]);
  });

  it("counts the first of two columns that mean the same", async () => {
    const lines = [`${header},Parcel ID`, `${row(first)},${second}`];
    await run(lines);
    const { report } = await run([header, row(first)]);
    expect(report.shifts[0]?.made).toBe("earlier");
  });

  it("cuts a unit where the papers' own text for it ends", async () => {
    const long = "x".repeat(100);
    await run([header, row(first, { unit: `${long}y` })]);
    expect((await run([header, row(first, { unit: long })])).report.shifts[0]?.made).toBe(
      "earlier",
    );
  });

  it("costs no more than itself where it is endless, or opens a quotation by mistake", async () => {
    const endless = row("1".repeat(16_400));
    const opened = row(second).replace("Dana", '"Dana');
    const closes = row(third).replace("Dana", '"Dana"');
    const padding = Array.from({ length: 50 }, () => row("bad")).join("\n");
    const { issues, report } = await run([header, endless, opened, padding, closes]);
    expect(issues?.filter(([, code]) => code === "line-long")).toEqual([[2, "line-long"]]);
    expect(issues?.filter(([, code]) => code === "quote-broken")).toEqual([[3, "quote-broken"]]);
    expect(report).toMatchObject({ parcels: 1, lines: 53 });
  });

  it("puts deliveries and collections into shifts of their own, and finds a building by any case", async () => {
    const { report } = await run([
      header,
      row(first, { building: "linden-12" }),
      row(second, { purpose: "collect" }),
    ]);
    expect(report.issues).toEqual([]);
    expect(report.shifts.map(({ parcels }) => parcels)).toEqual([1, 1]);
  });

  it("ends a window at the second of two equal times, when the clocks go back", () => {
    const night = { zone: "America/New_York", date: "2026-11-01", window: "00:30-01:30", at: 0 };
    const read = windowReader(night)(new Map());
    expect(read.kind === "window" && read.exp - read.nbf).toBe(2 * 3_600);
  });
});

describe("drivers", () => {
  /** A badge as another vetter's program could have made it. */
  async function badge(more: { drv: string; label?: string; exp?: number; clearedUntil?: number }) {
    const key = keysIn(join(desk.cli.folder, "data/keys")).find(
      ({ notes }) => notes.use === "badge",
    );
    const [known] = badgesIn(join(desk.cli.folder, "data/badges"));
    if (key === undefined || known === undefined) throw new Error("no badge");
    const exp = more.exp ?? now + 86_400 * 30;
    const body = {
      v: 1,
      iss: known.body.iss,
      car: desk.car,
      cnf: { jkt: desk.handset.kid },
      drv: more.drv,
      uv: false,
      app: "driver.example",
      cleared_until: more.clearedUntil ?? exp,
      exp,
      inv: randomText(32),
    };
    const text = await signPaper("badge", body, signerIn(key));
    return keepBadge(join(desk.cli.folder, "data/badges"), text, more.label);
  }

  it("of one name are told apart by drv alone", async () => {
    await badge({ drv: "drv_another", label: "dana" });
    expect((await run([header, row(first)])).issues).toEqual([[2, "driver-several"]]);
    const named = await run([header, row(first, { driver: "drv_another" })], "--dry-run");
    expect(named.issues).toEqual([]);
  });

  it("whose clearance has ended have no badge, whatever its own end says, in lists either", async () => {
    await badge({ drv: "drv_uncleared", clearedUntil: now });
    const { issues } = await run([header, row(first, { driver: "drv_uncleared" })]);
    expect(issues).toEqual([[2, "driver-unknown"]]);
    const { badges }: { badges: { drv: string; alive: boolean }[] } = JSON.parse(
      (await desk.cli.run("badge", "list", "--json")).out,
    );
    expect(badges.find(({ drv }) => drv === "drv_uncleared")?.alive).toBe(false);
  });

  it("with two badges go by the newer", async () => {
    const newer = await badge({ drv: "drv_twice", exp: now + 86_400 * 30 });
    await badge({ drv: "drv_twice", exp: now + 86_400 * 10 });
    await run([header, row(first, { driver: "drv_twice" })]);
    const [text = ""] = [...desk.host.assignments.values()];
    const body = JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString());
    expect(basename(newer)).toBe(`${body.badge}.badge.json`);
  });
});

describe("what was signed before", () => {
  it("is another thing for another unit and for another host", async () => {
    const made = async (lines: readonly string[], ...more: readonly string[]) =>
      (await run(lines, ...more)).report.shifts[0]?.made;
    expect(await made([header, row(first, { unit: "4B" })])).toBe("new");
    expect(await made([header, row(first, { unit: "5B" })])).toBe("new");
    expect(await made([header, row(first, { unit: "4B" })])).toBe("earlier");
    const other = await startFakeHost();
    try {
      for (const [name, listed] of desk.host.directory) other.directory.set(name, listed);
      const root = ["--root", join(desk.cli.folder, "c.jwk"), "--host", other.origin];
      await desk.cli.run("keys", "keyset", ...root);
      expect(await made([header, row(first, { unit: "4B" })], "--host", other.origin)).toBe("new");
      expect(other.assignments.size).toBe(1);
    } finally {
      await other.close();
    }
  });

  it("is kept for a week after its end, and then forgotten", async () => {
    const kept = () => [...desk.cli.files().keys()].filter((path) => path.endsWith(".sent.json"));
    await run([header, row(first)]);
    const ends = Date.parse("2026-11-18T18:00:00-05:00") / 1_000;
    now = ends + 7 * 86_400;
    await run([header, row(second)]);
    expect(kept()).toHaveLength(1);
    now += 1;
    await run([header, row(second)]);
    expect(kept()).toHaveLength(0);
  });
});

describe("a network that is gone in the middle", () => {
  it("is given up after the first paper; the rest is told line by line, and goes out the next time", async () => {
    const lines = [header, row(first), row(second, { purpose: "collect" }), row(third)];
    desk.host.gone = true;
    const { code, issues } = await run(lines);
    // The client's own three attempts.
    expect([code, desk.host.uploads]).toEqual([1, 3]);
    expect(issues).toEqual([2, 3, 4].map((line) => [line, "upload-failed"]));
    desk.host.gone = false;
    const again = await run(lines);
    expect([again.code, again.report.parcels]).toEqual([0, 3]);
  });
});

describe("keys and long reports", () => {
  it("asks which of several dispatch keys, and takes the one that is named", async () => {
    const party = ["--role", "carrier", "--domain", "ups.example"];
    await desk.cli.run("keys", "sub", "--use", "dispatch", ...party);
    await desk.cli.run("keys", "keyset", "--root", join(desk.cli.folder, "c.jwk"));
    const { code, out } = await run([header, row(first)]);
    expect([code, JSON.parse(out).error?.code]).toEqual([2, "dispatch-key-several"]);
    const dispatch = keysIn(join(desk.cli.folder, "data/keys")).filter(
      ({ notes }) => notes.use === "dispatch",
    );
    const named = await run([header, row(first)], "--key", dispatch[0]?.path ?? "", "--dry-run");
    expect(named.code).toBe(0);
  });

  it("shows fifty lines at a terminal and says where the rest is", async () => {
    writeFileSync(join(folder, "bad.csv"), `${header}\n${`${row("bad")}\n`.repeat(60)}`);
    const words = ["import", join(folder, "bad.csv"), "--host", desk.host.origin];
    const { out } = await desk.cli.run(...words);
    expect(out.match(/^left out: /gm)).toHaveLength(50);
    expect(out).toContain("... and 10 more; --report FILE writes all of them.");
  });
});
