import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  type Assignment,
  decodeBase64url,
  encodeBase64url,
  importSealPrivateKey,
  parcelDigest,
  unsealPepper,
} from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { worldStart } from "@vestibule/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CarrierDesk, deskAddress, openDesk, otherHash } from "../testing/carrier-desk.ts";
import { filesBelow } from "../testing/test-cli.ts";
import type { ImportReport } from "./report.ts";

const codes = ["1Z999AA10123456784", "9400111206206406260787", "TBA010000000000"];
const header = "Tracking Number,Address,Apt,Driver,From,Until,Time Zone";
const row = (code: string, more: Partial<Record<"address" | "driver" | "from", string>> = {}) =>
  [
    code,
    `"${more.address ?? deskAddress}"`,
    "4B",
    more.driver ?? "Dana",
    more.from ?? "2026-11-18 09:00",
    "2026-11-18 18:00",
    "America/New_York",
  ].join(",");

let desk: CarrierDesk;
beforeEach(async () => {
  desk = await openDesk(() => worldStart);
});
afterEach(async () => {
  rmSync(`${desk.cli.folder}-in`, { recursive: true, force: true });
  await desk.close();
});

function put(name: string, text: string | Uint8Array): string {
  // Outside the searched folder: a manifest itself holds codes.
  const folder = `${desk.cli.folder}-in`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function run(file: string, ...more: readonly string[]) {
  const ran = await desk.cli.run("import", file, "--host", desk.host.origin, "--json", ...more);
  const report = ran.json();
  if (!isReport(report)) throw new Error(ran.error);
  return { ...ran, report };
}

function isReport(value: unknown): value is ImportReport {
  return typeof value === "object" && value !== null && "shifts" in value && "issues" in value;
}

describe("import", () => {
  it("sends each parcel as a digest that the building's box can test, and nobody else", async () => {
    const { code, report } = await run(
      put("a.csv", [header, ...codes.map((each) => row(each))].join("\n")),
    );
    expect(report.issues).toEqual([]);
    expect(code).toBe(0);
    expect(report.parcels).toBe(3);
    const [text = ""] = [...desk.host.assignments.values()];
    const body: Assignment = JSON.parse(
      Buffer.from(text.split(".")[1] ?? "", "base64url").toString(),
    );
    const { seal, signer } = desk.world.box;
    const key = await importSealPrivateKey(decodeBase64url(seal.privateText) ?? new Uint8Array());
    const pepper = await unsealPepper(key, body, signer.kid);
    if (pepper === "unopenable") throw new Error("the box cannot open the pepper");
    const digests = codes.map((each) =>
      encodeBase64url(parcelDigest(nodeCrypto(), pepper, { car: desk.car, code: each })),
    );
    expect(body.parcels.map(({ d }) => d)).toEqual(digests);
    expect(body.cnf.jkt).toBe(desk.handset.kid);
    expect(body.nbf).toBe(Date.parse("2026-11-18T14:00:00Z") / 1_000);
    expect(desk.host.received.at(-1)).toContain('"units":["4B","4B","4B"]');
  });

  it("changes nothing when the same file comes twice, in another order and form too", async () => {
    await run(put("a.csv", [header, ...codes.map((each) => row(each))].join("\n")));
    const again = await run(
      put("b.csv", [header, ...codes.toReversed().map((each) => row(each))].join("\r\n")),
    );
    expect(desk.host.assignments.size).toBe(1);
    expect(again.report.shifts[0]?.made).toBe("earlier");
    expect(again.report.shifts[0]?.papers[0]?.known).toBe(true);
  });

  it("sends the very same papers after an upload that failed", async () => {
    desk.host.failWith = 400;
    const file = put("a.csv", [header, row(codes[0] ?? "")].join("\n"));
    const failed = await run(file);
    expect(failed.code).toBe(1);
    expect(failed.report.issues.map(({ code, line }) => [code, line])).toEqual([
      ["upload-failed", 2],
    ]);
    const sent = desk.host.received.at(-1);
    desk.host.failWith = undefined;
    expect((await run(file)).code).toBe(0);
    expect(desk.host.received.at(-1)).toBe(sent);
  });

  it("leaves out broken lines alone, and says where, what and how to mend it", async () => {
    const lines = [
      header,
      row(codes[0] ?? ""),
      row("42010023"),
      row("12"),
      row(codes[1] ?? "", { driver: "Nobody" }),
      row(codes[1] ?? "", { address: "1 Elsewhere" }),
      row(codes[1] ?? "", { from: "18/11/2026 9:00" }),
      row(codes[1] ?? "", { driver: '"open' }),
      row(codes[1] ?? "").replace("America/New_York", "Nowhere/Town"),
      `${row(codes[1] ?? "")},more`,
      row("1.23457E+21"),
      row(codes[1] ?? "").replace("18:00", "08:00"),
      "",
      row(codes[0] ?? ""),
      row(codes[2] ?? ""),
    ];
    const { code, report } = await run(put("a.csv", lines.join("\n")));
    expect(code).toBe(3);
    expect(report.issues.map((one) => [one.line, one.column, one.code])).toEqual([
      [3, "tracking", "label-routing-only"],
      [4, "tracking", "label-unknown"],
      [5, "driver", "driver-unknown"],
      [6, "address", "building-unknown"],
      [7, "from", "time-form"],
      [8, null, "quote-broken"],
      [9, "zone", "zone-unknown"],
      [10, null, "columns-many"],
      [11, "tracking", "label-unknown"],
      [12, "until", "window-order"],
      [14, "tracking", "parcel-twice"],
    ]);
    expect(report.parcels).toBe(2);
    expect(report.issues.every(({ reason, mend }) => reason.length > 0 && mend.length > 0)).toBe(
      true,
    );
  });

  it("reads JSON lines, semicolons with BOM, tabs, UTF-16 and Spanish headers alike", async () => {
    const [first = "", second = "", third = ""] = codes;
    const json = [
      JSON.stringify({
        trackingNumber: first,
        building: "LINDEN-12",
        driver: "Dana",
        window: "2026-11-18 09:00-18:00 America/New_York",
        unit: "4B",
      }),
      "{broken",
      JSON.stringify({ trackingNumber: 12.5, building: "LINDEN-12", driver: "Dana" }),
    ].join("\n");
    const read = await run(put("a.jsonl", json));
    expect(read.report.issues.map(({ line, code }) => [line, code])).toEqual([
      [2, "json-broken"],
      [3, "value-kind"],
    ]);
    expect(read.report.parcels).toBe(1);
    const spanish = "\ufeffNúmero de guía;Dirección;Depto;Repartidor;Fecha;Franja;Zona horaria\n";
    const line = `${second};${deskAddress};4B;dana;2026-11-18;09:00 a 18:00;America/New_York\n`;
    expect((await run(put("b.csv", spanish + line))).report).toMatchObject({ parcels: 1, left: 0 });
    const tabs = `tracking\taddress\tdriver\tfrom\tuntil\n${third}\t${deskAddress}\tDana\t2026-11-18T09:00-05:00\t2026-11-18T18:00-05:00\n`;
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(tabs, "utf16le")]);
    expect((await run(put("c.tsv", utf16))).report).toMatchObject({ parcels: 1, left: 0 });
    expect(desk.host.assignments.size).toBe(3);
  });

  it("costs only its own line where bytes are not UTF-8", async () => {
    const text = Buffer.from(
      [header, row(codes[0] ?? ""), row(codes[1] ?? "", { driver: "Jos\u00e9" })].join("\n"),
      "latin1",
    );
    const { report } = await run(put("a.csv", text));
    expect(report.issues.map(({ line, code }) => [line, code])).toEqual([[3, "not-utf8"]]);
    expect(report.parcels).toBe(1);
  });

  it("raises an alarm when another building claims a pinned address, and sends nothing there", async () => {
    await run(put("a.csv", [header, row(codes[0] ?? "")].join("\n")));
    const [true_] = desk.host.directory.get(deskAddress) ?? [];
    if (true_ === undefined) throw new Error("the desk lists no building");
    desk.host.directory.set(deskAddress, [{ ...true_, bld: otherHash("impostor") }]);
    const { code, report } = await run(put("b.csv", [header, row(codes[1] ?? "")].join("\n")));
    expect(code).toBe(1);
    expect(report.issues.map((one) => one.code)).toEqual(["building-alarm"]);
    expect(desk.host.assignments.size).toBe(1);
  });

  it("refuses a policy whose signatures do not verify", async () => {
    const [found] = desk.host.directory.get(deskAddress) ?? [];
    if (found === undefined) throw new Error("the desk lists no building");
    const forged = found.policy.replace(/"sigs":.*\]/, '"sigs":[]');
    desk.host.directory.set(deskAddress, [{ ...found, policy: forged }]);
    const { report } = await run(put("a.csv", [header, row(codes[0] ?? "")].join("\n")));
    expect(report.issues.map(({ code, because }) => [code, because])).toEqual([
      ["building-refused", "quorum-members"],
    ]);
  });

  it("keeps, sends and signs nothing in a dry run", async () => {
    const before = [...desk.cli.files().keys()];
    const sent = desk.host.received.length;
    const { code, report } = await run(
      put("a.csv", [header, row(codes[0] ?? "")].join("\n")),
      "--dry-run",
    );
    expect(code).toBe(0);
    expect(report.shifts[0]?.made).toBe("dry-run");
    expect(desk.host.received.length).toBe(sent);
    expect([...desk.cli.files().keys()]).toEqual(before);
  });

  it("writes and sends no tracking number and sends no private key", async () => {
    const lines = [
      header,
      ...codes.map((each) => row(each)),
      row("1Z999AA10123456785"),
      row("0371790000523483742"),
      row(codes[0] ?? ""),
    ];
    const { out } = await run(
      put("a.csv", lines.join("\n")),
      "--report",
      join(desk.cli.folder, "report.json"),
    );
    const all = [...codes, "1Z999AA10123456785", "0371790000523483742"];
    const kept = [...filesBelow(desk.cli.folder).values()];
    const sent = desk.host.received;
    for (const text of [...kept, ...sent, out]) {
      for (const each of all) expect(text.includes(each)).toBe(false);
    }
    const secrets = [...desk.cli.files()].flatMap(([path, text]) =>
      path.endsWith(".jwk") ? [String(Reflect.get(JSON.parse(text), "d"))] : [],
    );
    expect(secrets.length).toBe(4);
    for (const secret of secrets)
      for (const text of [...sent, out]) expect(text.includes(secret)).toBe(false);
  });
});

describe("import as a process of its own", () => {
  it("runs by the bin, prints one JSON document and ends with its code", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const own = await openDesk(() => now);
    try {
      const day = new Date((now + 3_600) * 1_000).toISOString();
      const end = new Date((now + 7_200) * 1_000).toISOString();
      const text = `tracking,address,driver,from,until\n${codes[0]},"${deskAddress}",Dana,${day},${end}\nbad,,,,\n`;
      const file = put("own.csv", text);
      const bin = new URL("../../bin/vestibule.mjs", import.meta.url).pathname;
      const words = [
        "import",
        file,
        "--host",
        own.host.origin,
        "--json",
        "--data",
        join(own.cli.folder, "data"),
      ];
      const ran = await promisify(execFile)(process.execPath, [bin, ...words]).catch(
        (error) => error,
      );
      expect(ran.code).toBe(3);
      expect(JSON.parse(ran.stdout)).toMatchObject({ parcels: 1, left: 1 });
      expect(own.host.assignments.size).toBe(1);
    } finally {
      await own.close();
    }
  });
});
