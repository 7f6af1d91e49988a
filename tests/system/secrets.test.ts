import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { canonicalCodes } from "@vestibule/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tableNames } from "./digests.ts";
import { answerOf, enrolPhone, importParcels, type Phone } from "./phone.ts";
import { openStreet, type Street } from "./street.ts";

let street: Street;
let phone: Phone;
/** As the carriers' lists have them; the box is shown what their labels' symbols encode. */
const listed = [
  "1Z999AA10123456784",
  "9400111899223197428497",
  "TBA300000000001",
  "TBA300000000002",
  "TBA300000000003",
];
const neverListed = "TBA399999999999";
const scanned = new Map([["9400111899223197428497", "420112019400111899223197428497"]]);

beforeAll(async () => {
  street = await openStreet([
    { ent: "street", kind: "street", sensing: "contact", autoOpen: "40,60" },
  ]);
  phone = await enrolPhone(street.ground, "Ada");
  await importParcels(street.ground, "Ada", listed);
  // A day: openings, the same labels again, one that nobody listed, a broken import, the same import.
  const door = street.door("street");
  for (const code of [...listed, listed[0] ?? "", neverListed]) {
    const [canonical = ""] = canonicalCodes(scanned.get(code) ?? code);
    const attempt = answerOf(await phone.deliver(door, canonical));
    if (listed.includes(code)) expect(attempt.id).toMatch(/^att_/);
  }
  await importParcels(street.ground, "Ada", listed);
  // A line that is no number is reported, and loses nothing else.
  const broken = importParcels(street.ground, "Ada", ["no number at all!", "TBA300000000004"]);
  await expect(broken).rejects.toThrow('"parcels": 1');
  answerOf(await phone.client.handset.today());
  await street.query("checkpoint");
});
afterAll(() => street?.close());

/** A secret with every form in which its bytes could lie somewhere. */
interface Secret {
  readonly what: string;
  readonly needles: readonly Buffer[];
  /** The one folder where it may lie. */
  readonly home: string | undefined;
}

/** Text as it is, in base64url, and in hex of both cases. */
function textForms(text: string): readonly Buffer[] {
  return [text, Buffer.from(text).toString("base64"), Buffer.from(text).toString("hex")].map(
    (form) => Buffer.from(form),
  );
}

/** A private key: its raw bytes, and the texts that stand for them. */
function keyForms(privateText: string): readonly Buffer[] {
  const raw = Buffer.from(privateText, "base64url");
  const texts = [privateText, raw.toString("base64"), raw.toString("hex")];
  return [raw, ...texts.map((text) => Buffer.from(text))];
}

function trackingNumbers(): readonly Secret[] {
  const all = [...listed, neverListed, "TBA300000000004"];
  return all.map((code) => {
    const forms = [code, scanned.get(code) ?? code, ...canonicalCodes(scanned.get(code) ?? code)];
    return {
      what: `the tracking number ${code}`,
      needles: [...new Set(forms)].flatMap(textForms),
      // A carrier's list lies at the carrier's.
      home: street.ground.folders.carrier,
    };
  });
}

/** Private members of every key file below a folder, by their own names. */
function keysBelow(folder: string): readonly string[] {
  return filesBelow(folder).flatMap((path) => {
    if (!/\.(?:jwk|json)$/.test(path)) return [];
    const found = readFileSync(path, "utf8").matchAll(
      /"(?:d|private|spent|metaReadKey|fileReadKey)":\s*"([A-Za-z0-9_-]{22,})"/g,
    );
    return [...found].map(([, text]) => text ?? "");
  });
}

function privateKeys(): readonly Secret[] {
  const { folders } = street.ground;
  const { d } = phone.signer.exportPrivate();
  const secret = (what: string, text: string, home?: string) => ({
    what,
    needles: keyForms(text),
    home,
  });
  return [
    secret("the handset's key", d ?? ""),
    ...keysBelow(folders.carrier).map((text) =>
      secret("a key of the carrier", text, folders.carrier),
    ),
    ...keysBelow(folders.vetter).map((text) => secret("a key of the vetter", text, folders.vetter)),
    ...keysBelow(folders.roots).map((text) => secret("a root's key", text, folders.roots)),
    ...keysBelow(street.box.folder).map((text) =>
      secret("a key of the box or its stickers", text, street.box.folder),
    ),
  ];
}

/** Everything below a folder where others are at work: what goes while it is looked at is left out. */
function filesBelow(folder: string): readonly string[] {
  return unlessGone(() => readdirSync(folder, { withFileTypes: true }), []).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

const bytesOf = (path: string) => unlessGone(() => readFileSync(path), Buffer.alloc(0));

function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "ENOENT") return otherwise;
    throw error;
  }
}

const everySecret = () => [...trackingNumbers(), ...privateKeys()];

/** Names of the secrets that stand in these bytes, but for those whose home it is. */
function found(bytes: Buffer, path = ""): readonly string[] {
  return everySecret()
    .filter(({ home }) => home === undefined || !path.startsWith(`${home}/`))
    .filter(({ needles }) => needles.some((needle) => bytes.includes(needle)))
    .map(({ what }) => what);
}

describe("after a day's deliveries", () => {
  it("there are secrets to look for, and the search sees one where it lies", () => {
    const kinds = new Set(privateKeys().map(({ what }) => what));
    expect(kinds.size).toBe(5);
    const files = filesBelow(street.box.folder).filter((path) => path.endsWith("box-keys.json"));
    expect(files.flatMap((path) => found(readFileSync(path)))).toContain(
      "a key of the box or its stickers",
    );
    expect(found(Buffer.from(`x${Buffer.from(listed[0] ?? "").toString("hex")}y`))).toHaveLength(1);
  });

  it("no row of any table holds one", async () => {
    const names = await tableNames(street.query);
    expect(names).toContain("vestibule.receipt");
    for (const name of names) {
      const rows = await street.query(`select t::text as row from ${name} t`);
      for (const { row } of rows) expect([name, ...found(bytesOfRow(String(row)))]).toEqual([name]);
    }
    const [attempts] = await street.query("select count(*)::int as n from vestibule.attempt");
    expect(attempts?.["n"]).toBeGreaterThanOrEqual(listed.length);
  });

  it("no file of the host, its PostgreSQL with its log of writes, the box or the strike does", () => {
    const { data } = street.ground;
    const files = filesBelow(data);
    expect(files.some((path) => path.includes("/pg_wal/"))).toBe(true);
    expect(files.some((path) => path.endsWith("box.sqlite"))).toBe(true);
    const guilty = files.flatMap((path) =>
      found(bytesOf(path), path).map((what) => `${relative(data, path)}: ${what}`),
    );
    expect(guilty).toEqual([]);
  });

  it("no line of a log and no frame between host and box does", () => {
    const logs = [street.server, street.controller, ...street.doors.map(({ strike }) => strike)];
    const lines = logs.flatMap(({ log }) => log);
    expect(lines.length).toBeGreaterThan(3);
    expect(found(Buffer.from(lines.join("\n")))).toEqual([]);
    expect(street.proxy.heard.length).toBeGreaterThan(10);
    expect(found(Buffer.from(street.proxy.heard.join("\n")))).toEqual([]);
  });
});

/** A row's text, and the bytes of whatever it holds as bytea beside it. */
function bytesOfRow(row: string): Buffer {
  const hex = [...row.matchAll(/\\x([0-9a-f]+)/g)].map(([, digits]) =>
    Buffer.from(digits ?? "", "hex"),
  );
  return Buffer.concat([Buffer.from(row), ...hex]);
}
