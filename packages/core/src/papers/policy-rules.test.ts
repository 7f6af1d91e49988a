import { beforeAll, describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { generateSigner } from "../crypto/node-keys.ts";
import type { RefusalCode } from "../faults/refusal-codes.ts";
import { genesisPolicy, makeTag } from "../testing/genesis.ts";
import { worldStart } from "../testing/index.ts";
import { makeParty } from "../testing/parties.ts";
import { makeRealBuilding, type RealBuilding } from "../testing/real-building.ts";
import { dayS } from "./limits.ts";
import { overlapsOf, registrableDomain } from "./parties.ts";
import type { Policy } from "./policy.ts";
import { checkPolicyRules } from "./policy-rules.ts";

const crypto = nodeCrypto();
let real: RealBuilding;

beforeAll(async () => {
  real = await makeRealBuilding(worldStart);
});

describe("a policy by itself", () => {
  const other = "A".repeat(43);
  type Change = (policy: Policy) => object;
  const entrance =
    (change: object): Change =>
    (policy) => ({
      entrances: policy.entrances.map((each) => ({ ...each, ...change })),
    });
  const limits =
    (change: object): Change =>
    (policy) => ({ limits: { ...policy.limits, ...change } });
  const twin =
    (change: object): Change =>
    (policy) => ({
      entrances: [...policy.entrances, ...policy.entrances.map((each) => ({ ...each, ...change }))],
    });
  const cases: readonly (readonly [RefusalCode, string, Change])[] = [
    [
      "limit-lifetime",
      "lives more than 400 days",
      (policy) => ({ until: policy.from + 400 * dayS + 1 }),
    ],
    [
      "limit-lifetime",
      "ends when it begins",
      (policy) => ({ until: policy.from, accept_by: policy.from }),
    ],
    [
      "limit-lifetime",
      "may be accepted after its end",
      (policy) => ({ accept_by: policy.until + 1 }),
    ],
    ["limit-notice", "gives less than 72 hours", () => ({ notice_s: 72 * 3_600 - 1 })],
    ["limit-release", "releases more than 10 s", limits({ release_ms: 10_001 })],
    ["limit-days", "opens on more than 7 days", limits({ days: 8 })],
    ["limit-retry", "retries more than twice", limits({ retry: { n: 3, s: 1 } })],
    ["limit-retry", "retries after 5 minutes", limits({ retry: { n: 1, s: 301 } })],
    ["limit-wrong-codes", "bears more than 10 wrong codes", limits({ wrong_codes: 11 })],
    [
      "limit-stale",
      "goes stale after 12 hours",
      () => ({ offline: { after_reboot: "refuse", max_stale_s: 43_201 } }),
    ],
    [
      "limit-stale",
      "goes stale within two heads",
      () => ({ offline: { after_reboot: "refuse", max_stale_s: 179 } }),
    ],
    [
      "limit-releases",
      "takes releases of one signer",
      () => ({ software: { k: 1, signers: [other] } }),
    ],
    [
      "limit-releases",
      "asks for signers it does not name",
      () => ({ software: { k: 2, signers: [] } }),
    ],
    [
      "limit-releases",
      "needs every release signer",
      (policy) => ({ software: { ...policy.software, k: 3 } }),
    ],
    ["shape", "names an entrance twice", twin({ uidHash: other })],
    ["shape", "names a sticker twice", twin({ ent: "lobby" })],
    ["shape", "has a sticker without NFC", entrance({ presence: "ble" })],
    ["entrance-unknown", "has a path to nowhere", () => ({ paths: [["garage"]] })],
    [
      "entrance-unknown",
      "admits a carrier nowhere",
      (policy) => ({
        carriers: real.next(policy).carriers.map((each) => ({ ...each, ents: ["garage"] })),
      }),
    ],
    [
      "role",
      "names a carrier twice",
      (policy) => ({ carriers: [0, 1].flatMap(() => real.next(policy).carriers) }),
    ],
    [
      "role",
      "makes the host a carrier",
      (policy) => ({
        carriers: real.next(policy).carriers.map((each) => ({ ...each, root: policy.host.root })),
      }),
    ],
    [
      "role",
      "makes the carrier its vetter",
      (policy) => ({
        carriers: real.next(policy).carriers.map((each) => ({
          ...each,
          clearance: [{ domain: each.domain, root: each.root }],
        })),
      }),
    ],
    [
      "role",
      "gives one box two seal keys",
      (policy) => twin({ ent: "lobby", uidHash: other, seal: policy.recovery.sign })(policy),
    ],
    ["role", "gives two boxes one seal key", twin({ ent: "lobby", uidHash: other, ctl: other })],
    [
      "role",
      "seals tag keys to a box",
      (policy) => ({ recovery: { ...policy.recovery, seal: policy.entrances[0]?.seal } }),
    ],
    [
      "role",
      "gives a member the recovery key",
      (policy) => ({ recovery: { ...policy.recovery, sign: real.members.anna.signer.jwk.x } }),
    ],
    [
      "role",
      "makes a member a release signer",
      (policy) => ({
        software: { k: 2, signers: [...policy.software.signers, real.members.ben.signer.kid] },
      }),
    ],
    [
      "member-dup",
      "names a member twice",
      (policy) => ({ members: policy.members.map((each) => ({ ...each, id: "anna" })) }),
    ],
    [
      "member-dup",
      "gives two members one credential",
      (policy) => ({
        members: policy.members.map((each) => ({
          ...each,
          keys: each.keys.map((key) => ({ ...key, cred: other })),
        })),
      }),
    ],
    [
      "role",
      "gives two members one key",
      (policy) => ({
        members: policy.members.map((each) => ({
          ...each,
          keys: each.keys.map((key) => ({ ...key, jwk: real.members.anna.signer.jwk })),
        })),
      }),
    ],
    ["quorum-members", "asks for one member", () => ({ quorum: { members: 1, origins: 2 } })],
    [
      "quorum-members",
      "asks for more than there are",
      () => ({ quorum: { members: 4, origins: 2 } }),
    ],
    ["quorum-origins", "asks for one page", () => ({ quorum: { members: 2, origins: 1 } })],
    [
      "quorum-origins",
      "asks for more pages than there are",
      () => ({ quorum: { members: 2, origins: 4 } }),
    ],
    ["log-proof", "names no log", () => ({ log: undefined })],
    ["witnesses", "names no witnesses", () => ({ witnesses: undefined })],
    [
      "witnesses",
      "trusts one witness",
      (policy) => ({ witnesses: { k: 1, of: policy.witnesses?.of } }),
    ],
    [
      "witnesses",
      "needs every witness",
      (policy) => ({ witnesses: { k: 3, of: policy.witnesses?.of } }),
    ],
    [
      "witnesses",
      "names one witness key twice",
      (policy) => ({
        witnesses: {
          k: 2,
          of: policy.witnesses?.of.map((each) => ({ ...each, vkey: "same+1+AAAA" })),
        },
      }),
    ],
    [
      "party-overlap",
      "names one witness domain twice",
      (policy) => ({
        witnesses: {
          k: 2,
          of: policy.witnesses?.of.map((each, index) => ({
            ...each,
            domain: index === 2 ? "one.org" : each.domain,
          })),
        },
      }),
    ],
    [
      "party-overlap",
      "names one of four witnesses twice",
      (policy) => ({
        witnesses: {
          k: 3,
          of: [...(policy.witnesses?.of ?? []), { domain: "one.org", vkey: "one.org+9+AAAA" }],
        },
      }),
    ],
    [
      "party-overlap",
      "has a quorum of one party's witnesses",
      (policy) => ({
        witnesses: {
          k: 2,
          of: policy.witnesses?.of.map((each, index) => ({
            ...each,
            domain: index === 2 ? each.domain : `w${index}.one.org`,
          })),
        },
      }),
    ],
    [
      "party-overlap",
      "has the host for a witness",
      (policy) => ({
        witnesses: {
          k: 2,
          of: policy.witnesses?.of.map((each, index) => ({
            ...each,
            domain: index === 2 ? "w.host.example" : each.domain,
          })),
        },
      }),
    ],
    [
      "party-overlap",
      "has the host's own driver app",
      () => ({ apps: { domains: ["driver.host.example"], uv: false } }),
    ],
    [
      "party-overlap",
      "has a carrier of the host",
      (policy) => ({
        ver: 2,
        bld: other,
        prev: other,
        carriers: real.next(policy).carriers.map((each) => ({ ...each, domain: "x.host.example" })),
      }),
    ],
    [
      "party-overlap",
      "has a vetter of the host",
      (policy) => ({
        ver: 2,
        bld: other,
        prev: other,
        carriers: real.next(policy).carriers.map((each) => ({
          ...each,
          clearance: each.clearance.map((vetter) => ({ ...vetter, domain: "v.host.example" })),
        })),
      }),
    ],
    [
      "carrier-not-admitted",
      "admits carriers at genesis",
      (policy) => ({ carriers: real.next(policy).carriers }),
    ],
  ];
  it.each(cases)("is refused with %s when it %s", (code, _name, change) => {
    const bent = { ...real.genesis, ...change(real.genesis) };
    expect(checkPolicyRules(crypto, bent)?.code).toBe(code);
  });

  it("holds as it is, and at every limit exactly", () => {
    expect(checkPolicyRules(crypto, real.genesis)).toBeUndefined();
    const { from } = real.genesis;
    const edge = {
      ...real.genesis,
      until: from + 400 * dayS,
      accept_by: from + 400 * dayS,
      notice_s: 72 * 3_600,
      limits: {
        ...real.genesis.limits,
        release_ms: 10_000,
        days: 7,
        retry: { n: 2, s: 300 },
        wrong_codes: 10,
      },
      offline: { after_reboot: "refuse" as const, max_stale_s: 43_200 },
      software: { k: 0, signers: [] },
    };
    expect(checkPolicyRules(crypto, edge)).toBeUndefined();
    expect(
      checkPolicyRules(crypto, { ...edge, offline: { ...edge.offline, max_stale_s: 180 } }),
    ).toBeUndefined();
  });

  it("with `demo` waives the second member and page, notice, log, witnesses, overlap and an empty genesis, and nothing else", async () => {
    const [host, carrier, vetter] = await Promise.all([
      makeParty("demo.localhost", "grant", worldStart),
      makeParty("ups.demo.localhost", "dispatch", worldStart),
      makeParty("demo.localhost", "badge", worldStart),
    ]);
    const member = generateSigner("ES256");
    const parts = {
      at: worldStart,
      host,
      carrier,
      vetter,
      member,
      ctl: generateSigner("EdDSA").kid,
      seal: generateSigner("EdDSA").jwk.x,
    };
    const demo: Policy = {
      ...genesisPolicy({ ...parts, tags: [makeTag("street")] }),
      host: { domain: "demo.localhost", root: host.root.kid },
      apps: { domains: ["demo.localhost"], uv: false },
    };
    expect(checkPolicyRules(crypto, demo)).toBeUndefined();
    expect(checkPolicyRules(crypto, { ...demo, notice_s: 59 })?.code).toBe("limit-notice");
    expect(checkPolicyRules(crypto, { ...demo, limits: { ...demo.limits, days: 8 } })?.code).toBe(
      "limit-days",
    );
    const { demo: _flag, ...strict } = demo;
    expect(checkPolicyRules(crypto, strict)?.code).toBe("limit-notice");
    expect(overlapsOf(demo).map(({ domain }) => domain)).toContain("demo.localhost");
  });

  it("knows one party by its registrable domain, and `localhost` as a suffix", () => {
    expect(registrableDomain("a.b.example.co.uk")).toBe("example.co.uk");
    expect(registrableDomain("a.driver.localhost")).toBe("driver.localhost");
    expect(registrableDomain("me.github.io")).toBe("me.github.io");
    expect(registrableDomain("localhost")).toBe("localhost");
  });
});
