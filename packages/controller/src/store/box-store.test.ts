import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, worldStart } from "@vestibule/core/testing";
import type { StoredReceipt } from "@vestibule/door";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBoxStore } from "./box-store.ts";
import { schemaSteps } from "./schema.ts";

const crypto = nodeCrypto();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vestibule-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openBoxStore(crypto, join(folder, "box.sqlite"));
const hash = "A".repeat(43);

function receipt(seq: number, given: Partial<StoredReceipt> = {}): StoredReceipt {
  const personal = { salt: hash, parcels: [3], drv: `driver-${seq}-x` };
  const att = `att_${seq}`;
  return {
    seq,
    hash,
    att,
    ent: "street",
    text: "t",
    personal,
    last: true,
    at: worldStart,
    ...given,
  };
}

describe("the store", () => {
  it("gives back after a restart all that a box must know", async () => {
    const world = await makeWorld();
    const first = open();
    const spend = {
      days: [{ day: "2026-11-18", openings: 1 }],
      first: { boot: "b", atMs: 1, jkt: "j", asg: "a", codes: "c", retries: 0 },
    };
    first.transaction((write) => {
      write({ kind: "policy", policy: world.policy });
      const { root, key, keyset } = world.vetter;
      write({ kind: "keyset", root: root.kid, text: keyset, kids: [key.kid], at: 7 });
      write({ kind: "keyset", root: root.kid, text: keyset, kids: [key.kid], at: 9 });
      const window = { highest: 40, used: [38, 40], floor: 0, rises: [] };
      write({ kind: "tap-window", uidHash: hash, window });
      const spent = { kind: "spend", spent: "s", ent: "street", spend, at: worldStart } as const;
      write({ kind: "change", change: spent });
      write({ kind: "receipt", receipt: receipt(1, { last: false, at: worldStart + 50 }) });
      write({ kind: "floor", seconds: worldStart });
      write({ kind: "claimed", bld: world.policy.bld });
    });
    first.close();
    const again = open();
    const stored = again.stored();
    expect(stored.policies).toEqual([world.policy]);
    expect([...(stored.keysets.get(world.vetter.root.kid)?.includedAt.values() ?? [])]).toEqual([
      7,
    ]);
    expect(stored.windows.get(hash)).toMatchObject({ highest: 40, used: [38, 40] });
    expect(stored).toMatchObject({
      chain: { seq: 1 },
      // The receipt is later than the floor that was written: time does not fall behind it.
      floor: worldStart + 50,
      unfinished: [{ att: "att_1", ent: "street" }],
    });
    expect(again.reads.spend("s", "street")).toEqual(spend);
    expect(again.reads.attemptKnown("att_1")).toBe(true);
    expect(again.setting("bld")).toBe(world.policy.bld);
    again.close();
  });
  it("shows the writes of one event to the next, and keeps none of a batch that fails", () => {
    const store = open();
    const change = { kind: "attempt", jkt: "j", at: worldStart } as const;
    expect(() =>
      store.transaction((write) => {
        write({ kind: "change", change });
        expect(store.reads.attempts("j", worldStart - 1)).toBe(1);
        throw new Error("power");
      }),
    ).toThrow("power");
    expect(store.reads.attempts("j", 0)).toBe(0);
    store.close();
  });
  it("deletes the personal half first and leaves nothing of it in its files", () => {
    const store = open();
    const dayS = 86_400;
    store.transaction((write) => {
      write({ kind: "receipt", receipt: receipt(1) });
      write({ kind: "receipt", receipt: receipt(2, { at: worldStart + 2 * dayS }) });
    });
    const prune = (now: number) =>
      store.transaction((write) =>
        write({ kind: "prune", personalBefore: now - 89 * dayS, before: now - 90 * dayS, now }),
      );
    const onDisk = (text: string) =>
      readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(text));
    expect(onDisk("driver-1-x")).toBe(true);
    prune(worldStart + 89 * dayS + 1);
    expect(store.receiptsBetween(0, 9).map(({ personal }) => personal !== undefined)).toEqual([
      false,
      true,
    ]);
    expect([onDisk("driver-1-x"), onDisk("driver-2-x")]).toEqual([false, true]);
    prune(worldStart + 90 * dayS + 1);
    expect(store.reads.oldestReceipt()).toBe(2);
    prune(worldStart + 200 * dayS);
    // The newest stays: the chain goes on from it.
    expect(store.stored().chain.seq).toBe(2);
    expect(onDisk("driver-2-x")).toBe(false);
    store.close();
  });
  it("counts on from what an older version of the box wrote", () => {
    const old = new DatabaseSync(join(folder, "box.sqlite"));
    old.exec(`${schemaSteps[0] ?? ""}; pragma user_version = 1`);
    const attempt = old.prepare("insert into attempt_count values (?, ?)");
    for (const at of [worldStart, worldStart, worldStart + 5]) attempt.run("j", at);
    old.prepare("insert into opening values (?, ?)").run("carrier", worldStart);
    old.close();
    const store = open();
    const change = { kind: "attempt", jkt: "j", at: worldStart + 5 } as const;
    store.transaction((write) => write({ kind: "change", change }));
    expect([0, 4, 5].map((later) => store.reads.attempts("j", worldStart - 1 + later))).toEqual([
      4, 2, 2,
    ]);
    expect(store.reads.attempts("j", worldStart + 5)).toBe(0);
    expect(store.reads.openings("carrier", worldStart - 1)).toBe(1);
    store.close();
  });
  it("belongs to one process", () => {
    const store = open();
    expect(open).toThrow("locked");
    store.close();
  });
  it("refuses a file that is damaged or of a newer version", () => {
    const store = open();
    store.transaction((write) => {
      for (let seq = 1; seq < 300; seq += 1) write({ kind: "receipt", receipt: receipt(seq) });
    });
    store.close();
    const path = join(folder, "box.sqlite");
    const whole = readFileSync(path);
    truncateSync(path, Math.floor(whole.length / 2));
    expect(open).toThrow();
    const torn = Buffer.from(whole);
    torn.fill(0x5a, 4_096 * 5, 4_096 * 9);
    writeFileSync(path, torn);
    expect(open).toThrow();
    writeFileSync(
      path,
      "a text that is no database, and longer than one of its headers".repeat(20),
    );
    expect(open).toThrow("damaged");
    writeFileSync(path, whole);
    const later = new DatabaseSync(path);
    later.exec("pragma user_version = 99");
    later.close();
    expect(open).toThrow("newer Vestibule");
    writeFileSync(path, whole);
    const mended = open();
    expect(mended.stored().chain.seq).toBe(299);
    mended.close();
  });
});
