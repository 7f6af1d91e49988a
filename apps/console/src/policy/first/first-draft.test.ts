import { checkPolicyRules, policyText, readPolicy } from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import { generateSealPair, generateSigner } from "@vestibule/core/node";
import { describe, expect, it } from "vitest";
import type { DoorDraft } from "../doors/door-draft.ts";
import {
  type FirstDraft,
  firstGaps,
  firstPolicyOf,
  newFirstDraft,
  witnessesOf,
} from "./first-draft.ts";

const crypto = browserCrypto();
const ctl = generateSigner("EdDSA").kid;
const seals = new Map([[ctl, generateSealPair().publicText]]);
const at = 1_795_014_000;
const place = { name: "9 Elm Street", address: "9 Elm Street, Brooklyn" };
const entrances = [{ id: "ent_1", ent: "street", kind: "street", label: "Front door" }];

function member(id: string, origin: string, rpId: string) {
  const { jwk, kid } = generateSigner("ES256");
  return { id, keys: [{ be: false, cred: kid, jwk, origin, rpId }] };
}

function written(demo: boolean) {
  const host = {
    domain: "host.example",
    root: generateSigner("EdDSA").kid,
    demo,
    apps: ["driver.app"],
  };
  const begun = newFirstDraft({ entrances }, host);
  const doors = begun.doors.map(
    (door): DoorDraft => ({
      ...door,
      ctl,
      sensing: "contact",
      sticker: { kind: "typed", text: "04A1B2C3D4E5F6" },
    }),
  );
  const draft: FirstDraft = {
    ...begun,
    doors,
    members: [
      member("ada", "https://console.host.example", "host.example"),
      member("ben", "https://sign.watch.net", "sign.watch.net"),
    ],
    recovery: { sign: generateSigner("EdDSA").jwk.x, seal: generateSealPair().publicText },
    log: "log.example+1+AAAA",
    witnesses: "one.org one.org+1+AAAA\ntwo.net two.net+2+AAAA\nthree.dev three.dev+3+AAAA",
  };
  return { host, draft, begun };
}

describe("a first policy", () => {
  it.each([true, false])("is one that core takes, demonstration %s", (demo) => {
    const { host, draft } = written(demo);
    const policy = firstPolicyOf(crypto, draft, { place, host, seals, at });
    if (policy === undefined) throw new Error("it lacks something");
    expect(readPolicy(crypto, policyText(policy, []))).toMatchObject({ kind: "read" });
    expect(checkPolicyRules(crypto, policy)).toBeUndefined();
    expect(policy.demo).toBe(demo ? true : undefined);
    expect(policy.quorum).toEqual(demo ? { members: 1, origins: 1 } : { members: 2, origins: 2 });
    expect(policy.notice_s).toBe(demo ? 60 : 14 * 86_400);
    expect([policy.log, policy.witnesses?.of.length]).toEqual(
      demo ? [undefined, undefined] : ["log.example+1+AAAA", 3],
    );
  });

  it("admits no carrier where it is no demonstration, whatever the draft says", () => {
    const { host, draft } = written(false);
    const carrier = {
      cap: 1,
      clearance: [{ domain: "c.example", root: generateSigner("EdDSA").kid }],
      domain: "ups.example",
      ents: ["street"],
      holidays: [],
      purposes: ["deliver"],
      root: generateSigner("EdDSA").kid,
      schedule: [],
      tz: "UTC",
    } as const;
    const policy = firstPolicyOf(
      crypto,
      { ...draft, carriers: [carrier] },
      { place, host, seals, at },
    );
    expect(policy?.carriers).toEqual([]);
  });

  it("says what it lacks, more of it where it is no demonstration", () => {
    const kinds = (demo: boolean) => {
      const { begun } = written(demo);
      return firstGaps({ ...begun, apps: { domains: [], uv: false } }, { seals, demo }).map(
        (gap) => (gap.kind === "door" ? gap.gap : gap.kind),
      );
    };
    expect(kinds(true)).toEqual(["box", "sticker", "sensing", "members", "recovery", "apps"]);
    expect(kinds(false)).toEqual([...kinds(true), "log", "witnesses"]);
    const { host, begun } = written(true);
    expect(firstPolicyOf(crypto, begun, { place, host, seals, at })).toBeUndefined();
    expect(firstGaps({ ...begun, doors: [] }, { seals, demo: true })[0]).toEqual({ kind: "doors" });
  });

  it("reads witnesses line by line, and none where one line is not one", () => {
    expect(witnessesOf(" one.org key \n\n two.net other ")).toEqual([
      { domain: "one.org", vkey: "key" },
      { domain: "two.net", vkey: "other" },
    ]);
    for (const bad of ["", "one.org", "one.org key more"]) expect(witnessesOf(bad)).toBeUndefined();
  });
});
