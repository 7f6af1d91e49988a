import { adoptMac, doneMac, encodeBase64url, policyHash } from "@vestibule/core";
import type { ServerMessage } from "@vestibule/core/link";
import { nodeCrypto } from "@vestibule/core/node";
import { describe, expect, it } from "vitest";
import { receiptPageMax, resendAfterMs } from "./receipts.ts";
import { makeDoorRig } from "./testing/index.ts";

const hello = { t: "hello", nonce: "A".repeat(43), server: "https://host.example" } as const;
const junk = { kind: "jws", text: "a.b.c" } as const;

describe("the link", () => {
  it("gives no signature and no word to a host of another name", async () => {
    const rig = await makeDoorRig();
    rig.handle({ kind: "link-opened" });
    rig.say({ ...hello, server: "https://evil.example" });
    rig.say({ t: "welcome", seq: 0 });
    rig.say({ t: "policy", text: "{}" });
    rig.unlock(junk);
    expect(rig.sent).toEqual([]);
  });
  it("signs one challenge per link, and speaks only when welcomed", async () => {
    const rig = await makeDoorRig();
    rig.handle({ kind: "link-opened" });
    rig.say({ t: "welcome", seq: 0 });
    rig.say(hello);
    rig.say(hello);
    rig.report({ kind: "fault", pulseId: undefined, fault: "jammed" });
    expect(rig.sent.map(({ t }) => t)).toEqual(["auth"]);
    rig.say({ t: "welcome", seq: 0 });
    expect(rig.sent.map(({ t }) => t)).toEqual(["auth", "ask-time", "state"]);
    rig.say({ t: "welcome", seq: 0 });
    expect(rig.sent).toHaveLength(3);
  });
  it("sends what the host lacks in pages, as it acknowledges, and new ones in their turn", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    for (let count = 0; count < 450; count += 1) rig.unlock(junk);
    rig.handle({ kind: "link-closed" });
    rig.sent.length = 0;
    rig.connect(10);
    const seqs = () => rig.sent.filter(({ t }) => t === "receipt").length;
    expect(seqs()).toBe(receiptPageMax);
    rig.unlock(junk);
    expect(seqs()).toBe(receiptPageMax);
    rig.say({ t: "ack", seq: 210 });
    rig.say({ t: "ack", seq: 410 });
    expect(seqs()).toBe(441);
    rig.unlock(junk);
    expect(seqs()).toBe(442);
    rig.say({ t: "ack", seq: Number.MAX_SAFE_INTEGER });
    rig.nowMs += resendAfterMs;
    rig.handle({ kind: "tick" });
    expect(seqs()).toBe(442);
  });
  it("sends again what a host did not acknowledge for a minute", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    rig.unlock(junk);
    rig.sent.length = 0;
    rig.nowMs += resendAfterMs;
    rig.handle({ kind: "tick" });
    rig.handle({ kind: "tick" });
    expect(rig.sent.filter(({ t }) => t === "receipt")).toHaveLength(1);
  });
  it("believes no acknowledgement of what was never sent", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    rig.say({ t: "ack", seq: Number.MAX_SAFE_INTEGER });
    rig.unlock(junk);
    rig.sent.length = 0;
    rig.nowMs += resendAfterMs;
    rig.handle({ kind: "tick" });
    expect(rig.sent.filter(({ t }) => t === "receipt")).toHaveLength(1);
  });
  it("shuts when the host holds more receipts than the disk", async () => {
    const rig = await makeDoorRig();
    rig.connect(5);
    expect(rig.ticket()).toBeUndefined();
    expect(rig.last("ticket-refused")?.code).toBe("state-rolled-back");
  });
  it("has one next moment, never in the past for long, whatever the host does", async () => {
    const rig = await makeDoorRig();
    rig.connect();
    let asked = 0;
    for (let count = 0; count < 600; count += 1) {
      rig.sent.length = 0;
      rig.nowMs += 1_000;
      rig.handle({ kind: "tick" });
      asked += rig.sent.filter(({ t }) => t === "ask-time").length;
      // Void answers: of another day.
      rig.answerTime(1_000_000_000_000);
    }
    expect(asked).toBe(10);
  });
});

describe("time", () => {
  const at = async () => {
    const rig = await makeDoorRig();
    rig.connect();
    const time = () => {
      rig.unlock(junk);
      const text = rig.store.receipts().at(-1)?.text.split(".")[1] ?? "";
      const body: { time: { local: number } } = JSON.parse(
        Buffer.from(text, "base64url").toString(),
      );
      return body.time.local;
    };
    const ask = () => {
      rig.nowMs += 60_000;
      rig.handle({ kind: "tick" });
    };
    return { rig, time, ask };
  };
  it("never falls: an answer more than a minute behind is void, a lesser one holds it still", async () => {
    const { rig, time, ask } = await at();
    const before = time();
    ask();
    rig.answerTime(rig.hostMs() - 61_000 - 1_000);
    expect(time()).toBe(before + 60);
    ask();
    rig.answerTime(rig.hostMs() - 59_000);
    expect(time()).toBe(before + 120);
    rig.nowMs += 30_000;
    expect(time()).toBe(before + 120);
  });
  it("takes no answer later than 300 s after its question, nor one to another question", async () => {
    const rig = await makeDoorRig();
    rig.handle({ kind: "link-opened" });
    rig.say(hello);
    rig.say({ t: "welcome", seq: 0 });
    rig.say({ t: "time", nonce: "B".repeat(43), nowMs: rig.hostMs() });
    rig.nowMs += 300_001;
    rig.answerTime();
    expect(rig.ticket()).toBeUndefined();
    rig.handle({ kind: "tick" });
    rig.answerTime();
    expect(rig.ticket()).toBeDefined();
  });
  it("recovers without a restart from a host's clock that went an hour ahead and came back", async () => {
    const { rig, time, ask } = await at();
    rig.hostAheadMs = 3_600_000;
    ask();
    rig.answerTime();
    let before = time();
    expect(before).toBe(Math.floor(rig.hostMs() / 1_000));
    rig.hostAheadMs = 0;
    let minutes = 0;
    while (time() > Math.floor(rig.hostMs() / 1_000) + 60 && minutes < 200) {
      ask();
      rig.answerTime();
      minutes += 1;
      expect(time()).toBeGreaterThanOrEqual(before);
      before = time();
    }
    // Ten minutes until it believes its own time no more, and the hour until the true one is there.
    expect(minutes).toBeGreaterThan(50);
    expect(minutes).toBeLessThan(80);
    expect(rig.ticket()).toBeDefined();
  });
  it("opens nothing while its host contradicts its time for long, and asks on", async () => {
    const { rig, ask } = await at();
    for (let minute = 0; minute < 11; minute += 1) {
      expect(rig.ticket()).toBeDefined();
      ask();
      rig.answerTime(rig.hostMs() - 600_000);
    }
    expect(rig.ticket()).toBeUndefined();
    expect(rig.last("ticket-refused")?.code).toBe("stale");
    ask();
    rig.answerTime();
    expect(rig.ticket()).toBeDefined();
  });
  it("does not fall over a restart, though the host says so", async () => {
    const { rig, time } = await at();
    rig.nowMs += 3_000_000;
    const before = time();
    rig.restart();
    rig.hostAheadMs = -2_000_000;
    rig.connect();
    expect(rig.ticket()).toBeUndefined();
    expect(time()).toBeGreaterThanOrEqual(before);
  });
});

describe("the claim", () => {
  const claim = new Uint8Array(16).fill(3);
  const crypto = nodeCrypto();
  const offered = async () => {
    const rig = await makeDoorRig({ claim });
    rig.connect();
    const offer = rig.last("offer");
    if (offer === undefined) throw new Error("no offer");
    const { bld, hash, text } = rig.world.policy;
    const named = { nonce: offer.nonce, bld, policy: hash };
    const mac = encodeBase64url(adoptMac(crypto, claim, named));
    const adopt: Extract<ServerMessage, { t: "adopt" }> = {
      t: "adopt",
      nonce: offer.nonce,
      policies: [text],
      mac,
    };
    return { rig, named, adopt };
  };
  it("pins the building that the card's holder names, once, and is burned", async () => {
    const { rig, named, adopt } = await offered();
    rig.say({ ...adopt, mac: "A".repeat(43) });
    expect(rig.last("adopt-refused")?.code).toBe("sig");
    rig.say(adopt);
    const { kid: ctl } = rig.world.box.signer;
    expect(rig.last("adopted")?.mac).toBe(
      encodeBase64url(doneMac(crypto, claim, { ...named, ctl })),
    );
    expect(rig.claimHeld()).toBe(false);
    rig.say(adopt);
    expect(rig.last("adopt-refused")).toBeDefined();
    expect(rig.store.stored().policies).toHaveLength(1);
  });
  it("is burned all the same when the process dies between pin and burn", async () => {
    const { rig, adopt } = await offered();
    rig.crashIn(1);
    rig.say(adopt);
    expect(rig.restarts()).toBe(1);
    expect(rig.claimHeld()).toBe(false);
    rig.connect();
    expect(rig.last("auth")).toMatchObject({ bld: rig.world.policy.bld });
  });
  it("is kept when the process dies before the pin", async () => {
    const { rig, adopt } = await offered();
    rig.crashIn(0);
    rig.say(adopt);
    expect(rig.store.stored().policies).toEqual([]);
    expect(rig.claimHeld()).toBe(true);
  });
  it("adopts a chain whose newest policy was accepted well before it took effect", async () => {
    const { rig, named, adopt } = await offered();
    const { genesis, policy } = rig.world;
    const later = { bld: policy.bld, prev: policy.hash, ver: 2, from: genesis.from + 14 * 86_400 };
    const next = { ...genesis, ...later };
    const mac = adoptMac(crypto, claim, { ...named, policy: policyHash(crypto, next) });
    const policies = [policy.text, rig.world.signPolicy(next)];
    rig.say({ ...adopt, policies, mac: encodeBase64url(mac) });
    expect(rig.last("adopted")).toBeDefined();
  });
  it("leaves an unclaimed box doing nothing", async () => {
    const rig = await makeDoorRig({ claim });
    rig.connect();
    rig.say({ t: "tap", tap: rig.world.tap() });
    expect(rig.ticket()).toBeUndefined();
    rig.unlock(junk);
    expect(rig.store.receipts()).toEqual([]);
    expect(JSON.parse(rig.store.dump())).toMatchObject({ windows: [], attempts: [] });
  });
});
