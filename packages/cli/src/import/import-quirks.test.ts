import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { worldStart } from "@vestibule/core/testing";
import type { Answer } from "@vestibule/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CarrierDesk, deskAddress, openDesk } from "../testing/carrier-desk.ts";
import { patienceOf } from "./patience.ts";

const codes = ["1Z999AA10123456784", "9400111206206406260787", "TBA010000000000"];
const when = "2026-11-18 09:00,2026-11-18 18:00,America/New_York";
const header = "tracking,address,driver,from,until,zone";
const row = (code: string) => `${code},"${deskAddress}",Dana,${when}`;

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

function put(text: string | Uint8Array, name = "list.csv"): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
const run = (file: string, ...more: readonly string[]) =>
  desk.cli.run("import", file, "--host", desk.host.origin, "--json", ...more);
const whole = { parcels: 1, left: 0, issues: [] };

describe("a list as Excel writes it", () => {
  it("may name its separator on a line before the header", async () => {
    const text = ["sep=;", header, row(codes[0] ?? "")].join("\r\n").replaceAll(",", ";");
    // The address itself has commas, which are now semicolons inside quotation marks.
    desk.host.directory.set(
      deskAddress.replaceAll(",", ";"),
      desk.host.directory.get(deskAddress) ?? [],
    );
    expect((await run(put(text))).json()).toMatchObject(whole);
    const pipes = ["sep=|", header, row(codes[1] ?? "")].join("\n");
    const piped = pipes.replaceAll(",", "|").replace(/"[^"]*"/, `"${deskAddress}"`);
    expect((await run(put(piped))).json()).toMatchObject({ parcels: 1, left: 0 });
  });

  it("may keep numbers whole as formulas, and break a header's name over two lines", async () => {
    const text = `"Tracking\nNumber",${header.slice(9)}\n${row(`="${codes[1]}"`)}\n`;
    expect((await run(put(text))).json()).toMatchObject(whole);
  });

  it("may hold line breaks inside a field under a header that does, too", async () => {
    const text = `"Tracking\nNumber",${header.slice(9)},note\n${row(codes[0] ?? "")},"ring\ntwice"\n`;
    expect((await run(put(text))).json()).toMatchObject(whole);
  });

  it("may be UTF-16 of either order without a mark", async () => {
    const text = [header, row(codes[0] ?? "")].join("\r\n");
    const little = Buffer.from(text, "utf16le");
    expect((await run(put(little))).json()).toMatchObject({ parcels: 1, left: 0 });
    expect((await run(put(Buffer.from(little).swap16()))).json()).toMatchObject({ left: 0 });
  });

  it("is told apart from an empty one, a folder and a file that is not there", async () => {
    const nothing = async (file: string) => {
      const { code, error } = await run(file);
      expect(code).toBe(1);
      return error;
    };
    expect(await nothing(put("\ufeff \r\n"))).toContain("is empty");
    expect(await nothing(folder)).toContain("is a folder");
    expect(await nothing(join(folder, "none.csv"))).toContain("does not exist");
    expect(await nothing(put("a,b\n1,2"))).toContain("names no column of tracking numbers");
  });
});

describe("the report's file", () => {
  it("is asked for before anything is sent", async () => {
    const file = put([header, row(codes[0] ?? "")].join("\n"));
    const wrong = [folder, join(file, "report.json"), file];
    for (const path of wrong) {
      const { code, error, json } = await run(file, "--report", path);
      expect([path, code > 0]).toEqual([path, true]);
      expect(json()).toHaveProperty("error.code");
      expect(error).not.toContain("should not");
    }
    expect(desk.host.assignments.size).toBe(0);
    expect(readFileSync(file, "utf8")).toContain(header);
  });
});

describe("a host that says too fast", () => {
  it("is waited for, and the import is whole", async () => {
    // More often than the client's own attempts: for the building, and for the papers.
    desk.host.busy = 4;
    const file = put([header, row(codes[0] ?? "")].join("\n"));
    expect((await run(file)).json()).toMatchObject(whole);
    expect(desk.cli.waits).toEqual([1_000]);
  });

  it("is waited for as long as it says, within bounds, and not without end", async () => {
    const waits: number[] = [];
    const patience = patienceOf({ wait: async (ms) => void waits.push(ms) });
    const busy = (retryAfterMs?: number): Answer<number> => ({
      kind: "fault",
      code: "rate-limited",
      status: 429,
      retry: "later",
      title: "",
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    const answers = [busy(7_000), busy(), busy(3_600_000)];
    const ask = async () => answers.shift() ?? { kind: "answer" as const, value: 1 };
    expect(await patience(ask)).toEqual({ kind: "answer", value: 1 });
    expect(waits).toEqual([7_000, 5_000, 60_000]);
    expect(await patience(async () => busy(60_000))).toMatchObject({ status: 429 });
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(16 * 60_000);
    const refused = { ...busy(), status: 500 };
    const before = waits.length;
    expect(await patience(async () => refused)).toBe(refused);
    expect(waits).toHaveLength(before);
  });
});

describe("a dispatch key whose keyset has ended", () => {
  it("signs nothing, and the sentence says what to do", async () => {
    now += 31 * 86_400;
    const { code, json, error } = await run(put([header, row(codes[0] ?? "")].join("\n")));
    expect(code).toBe(1);
    expect(json()).toMatchObject({ error: { code: "dispatch-key-ended" } });
    expect(error).toContain("vestibule keys keyset");
  });
});

describe("progress", () => {
  it("is shown where somebody looks on, and never on standard output", async () => {
    const told: string[] = [];
    const file = put([header, row(codes[0] ?? "")].join("\n"));
    const ran = await desk.cli.run("import", file, "--host", desk.host.origin);
    expect(ran.out).not.toContain("shift 1 of 1");
    expect(ran.error).toBe("");
    desk.cli.onProgress((text) => told.push(text));
    await desk.cli.run("import", file, "--host", desk.host.origin);
    expect(told).toEqual(["building 1 of 1", "shift 1 of 1", "shift 1 of 1, paper 1 of 1", ""]);
    told.length = 0;
    const long = put(`${header}\n${`${row("bad")}\n`.repeat(10_000)}`, "long.csv");
    expect((await run(long)).code).toBe(1);
    expect(told.slice(0, 2)).toEqual(["read 5000 lines", "read 10000 lines"]);
  });
});
