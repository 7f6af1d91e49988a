import {
  type Assignment,
  assignmentBody,
  openPaper,
  type Policy,
  type RefusalCode,
} from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World, worldStart } from "@vestibule/core/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { nextPolicy } from "../member/build-policy.ts";
import {
  addressBookText,
  findBuilding,
  newAddressBook,
  normalizeAddress,
  pinBuilding,
  readAddressBook,
} from "./address-book.ts";
import { type ShiftPlan, signAssignments } from "./sign-assignments.ts";
import { verifyPolicies } from "./verify-policies.ts";

const crypto = nodeCrypto();
let world: World;
beforeAll(async () => {
  world = await makeWorld();
});

const plan = (more: Partial<ShiftPlan> = {}): ShiftPlan => ({
  chain: [world.policy],
  badge: world.papers.badge ?? "",
  at: worldStart,
  nbf: worldStart,
  exp: worldStart + 8 * 3_600,
  purpose: "deliver",
  parcels: [{ code: "TBA010000000000" }],
  ...more,
});
const sign = (shift: ShiftPlan, car = world.carrier.root.kid) =>
  signAssignments(crypto, shift, { car, signer: world.carrier.key });
async function codeOf(shift: ShiftPlan, car?: string): Promise<RefusalCode | "signed"> {
  const signed = await sign(shift, car);
  return signed.kind === "refused" ? signed.code : signed.kind;
}
function read(text: string): Assignment {
  const opened = openPaper(
    { crypto },
    { kind: "assignment", text, body: assignmentBody },
    () => world.carrier.key.jwk,
  );
  if (opened.kind === "refused") throw new Error(opened.refusal.code);
  return opened.body;
}

describe("signAssignments", () => {
  it("splits 1,201 parcels into papers of at most 500, each with a pepper of its own", async () => {
    const parcels = Array.from({ length: 1_201 }, (_, index) => ({
      code: `TBA${String(index).padStart(12, "0")}`,
      unit: String(index),
    }));
    const signed = await sign(plan({ parcels: [...parcels, { code: "TBA000000000000" }] }));
    if (signed.kind === "refused") throw new Error(signed.code);
    const bodies = signed.assignments.map(({ text }) => read(text));
    expect(bodies.map((body) => body.parcels.length)).toEqual([500, 500, 201]);
    expect(signed.assignments.flatMap(({ units }) => units)).toEqual(
      parcels.map(({ unit }) => unit),
    );
    expect(new Set(bodies.map(({ jti }) => jti)).size).toBe(3);
    expect(new Set(bodies.flatMap(({ pep }) => pep.map(({ ct }) => ct))).size).toBe(3);
  });

  it("says before anybody drives what the door would say", async () => {
    const night = worldStart + 13 * 3_600;
    expect(await codeOf(plan())).toBe("signed");
    expect(await codeOf(plan(), world.vetter.root.kid)).toBe("carrier-not-admitted");
    expect(await codeOf(plan({ purpose: "round" }))).toBe("purpose");
    expect(await codeOf(plan({ nbf: night, exp: night + 3_600 }))).toBe("hours");
    expect(await codeOf(plan({ exp: worldStart + 17 * 3_600 }))).toBe("too-long-lived");
    expect(await codeOf(plan({ at: worldStart + 9 * 3_600 }))).toBe("window");
    expect(await codeOf(plan({ badge: "x" }))).toBe("shape");
    expect(await codeOf(plan({ parcels: [{ code: "no code" }] }))).toBe("shape");
  });
});

describe("verifyPolicies", () => {
  const second = (change: Partial<Policy> = {}) =>
    nextPolicy(world.policy, { notice_s: 60, ...change }, worldStart + 10);
  const verify = (texts: readonly string[], bld = world.policy.bld) =>
    verifyPolicies(crypto, { texts, bld, pinned: [], at: worldStart + 3_600 });

  it("follows a chain from genesis, and picks up from what is pinned", () => {
    const text = world.signPolicy(second());
    const whole = verify([world.policy.text, text]);
    expect(whole).toMatchObject({ kind: "verified", chain: [{}, { policy: { ver: 2 } }] });
    const pinned = [{ text: world.policy.text, inForceFrom: worldStart }];
    const later = verifyPolicies(crypto, {
      texts: [text],
      bld: world.policy.bld,
      pinned,
      at: worldStart + 9,
    });
    expect(later.kind).toBe("verified");
  });

  it("refuses another building, a missing link, a missing signature and a second history", () => {
    const text = world.signPolicy(second());
    expect(verify([world.policy.text], world.handset.kid)).toMatchObject({ code: "bld-mismatch" });
    expect(verify([text])).toMatchObject({ code: "policy-fork" });
    const bare = text.replace(/"sigs":.*\]/, '"sigs":[]');
    expect(verify([world.policy.text, bare])).toMatchObject({ code: "quorum-members" });
    const other = world.signPolicy(second({ notice_s: 61 }));
    expect(verify([world.policy.text, text, other])).toMatchObject({ code: "policy-fork" });
  });
});

describe("the address book", () => {
  const found = { bld: "b".repeat(43), name: "12 Linden Street", policies: [] };
  const name = { kind: "address", text: "12 Linden St., Brooklyn" } as const;

  it("finds a building however the address is spelled, and never takes two numbers for one", () => {
    const pinned = pinBuilding(newAddressBook(), name, found);
    if (pinned.kind === "alarm") throw new Error("a first building is no alarm");
    const book = readAddressBook(addressBookText(pinned.book));
    expect(findBuilding(book, { kind: "address", text: "12 LINDEN STREET  brooklyn" })?.bld).toBe(
      found.bld,
    );
    expect(
      findBuilding(book, { kind: "address", text: "1 2 Linden St, Brooklyn" }),
    ).toBeUndefined();
    expect(normalizeAddress("12-A Calle Ávila")).toBe("12-a calle avila");
  });

  it("raises an alarm for a second building, and changes nothing", () => {
    const first = pinBuilding(newAddressBook(), name, found);
    if (first.kind === "alarm") throw new Error("a first building is no alarm");
    const second = pinBuilding(first.book, name, { ...found, bld: "c".repeat(43) });
    expect(second).toMatchObject({ kind: "alarm", pinned: { bld: found.bld } });
    expect(pinBuilding(first.book, name, found).kind).toBe("known");
  });
});
