import { describe, expect, it } from "vitest";
import { generateSealPair, generateSigner } from "../crypto/node-keys.ts";
import type { RefusalCode } from "../faults/refusal-codes.ts";
import { keepBitmap } from "../papers/assemble.ts";
import { dayS } from "../papers/limits.ts";
import { answerOf } from "../testing/answer-of.ts";
import { type Bend, makeParty, makeWorld, type World, worldStart } from "../testing/index.ts";
import { decide } from "./decide.ts";
import type { DoorState, Now, ShownPapers } from "./facts.ts";

const at = (world: World, trusted: number): Now => ({ ...world.now, trusted });

describe("papers up to the grant", () => {
  it("holds for the world as it is", async () => {
    expect(answerOf(await makeWorld())).toBe("unknown");
  });

  const stranger = generateSigner("EdDSA");
  const other = "A".repeat(43);
  const bends: readonly (readonly [RefusalCode, string, Bend | ((world: World) => Bend)])[] = [
    ["kid-unknown", "a badge by a key of nobody", { badgeKey: stranger }],
    ["kid-unknown", "an assignment by a key of nobody", { assignmentKey: stranger }],
    ["kid-unknown", "a grant by a key of nobody", { grantKey: stranger }],
    ["role", "a badge by the stop key", (world) => ({ badgeKey: world.vetter.stop })],
    ["role", "an assignment by the stop key", (world) => ({ assignmentKey: world.carrier.stop })],
    ["role", "a grant by the stop key", (world) => ({ grantKey: world.host.stop })],
    ["kid-unknown", "an assignment by the host", (world) => ({ assignmentKey: world.host.key })],
    [
      "badge-carrier",
      "a badge for another carrier",
      { badge: (body) => ({ ...body, car: other }) },
    ],
    ["badge-carrier", "a badge of another vetter", { badge: (body) => ({ ...body, iss: other }) }],
    ["expired", "a badge past its end", { badge: (body) => ({ ...body, exp: worldStart }) }],
    [
      "too-long-lived",
      "a badge of more than 90 days",
      { badge: (body) => ({ ...body, exp: worldStart + 90 * dayS + 1 }) },
    ],
    [
      "clearance-expired",
      "a clearance that ends now",
      { badge: (body) => ({ ...body, cleared_until: worldStart }) },
    ],
    [
      "app-not-allowed",
      "a badge for an app the building does not admit",
      { badge: (body) => ({ ...body, app: "other.example" }) },
    ],
    [
      "handset-mismatch",
      "a badge of another phone",
      { badge: (body) => ({ ...body, cnf: { jkt: other } }) },
    ],
    [
      "handset-mismatch",
      "an assignment to another phone",
      { assignment: (body) => ({ ...body, cnf: { jkt: other } }) },
    ],
    [
      "carrier-not-admitted",
      "an assignment of another carrier",
      { assignment: (body) => ({ ...body, iss: other }) },
    ],
    [
      "bld-mismatch",
      "an assignment for another building",
      { assignment: (body) => ({ ...body, bld: other }) },
    ],
    [
      "badge-mismatch",
      "an assignment for another badge",
      { assignment: (body) => ({ ...body, badge: other }) },
    ],
    [
      "too-long-lived",
      "a shift of more than 16 hours",
      { assignment: (body) => ({ ...body, exp: body.nbf + 16 * 3_600 + 1 }) },
    ],
    [
      "too-long-lived",
      "a shift that ends before it begins",
      { assignment: (body) => ({ ...body, exp: body.nbf }) },
    ],
    ["window", "a shift that ends now", { assignment: (body) => ({ ...body, exp: worldStart }) }],
    [
      "window",
      "a shift that begins in a second",
      { assignment: (body) => ({ ...body, nbf: worldStart + 1 }) },
    ],
    [
      "not-sealed-here",
      "codes sealed to another box",
      {
        assignment: (body) => ({ ...body, pep: body.pep.map((part) => ({ ...part, ctl: other })) }),
      },
    ],
    ["iss-mismatch", "a grant of another root", { grant: (body) => ({ ...body, iss: other }) }],
    [
      "bld-mismatch",
      "a grant for another building",
      { grant: (body) => ({ ...body, bld: other }) },
    ],
    ["grant-entrance", "a grant for another box", { grant: (body) => ({ ...body, ctl: other }) }],
    [
      "grant-entrance",
      "a grant for another entrance",
      { grant: (body) => ({ ...body, ents: ["garage"] }) },
    ],
    [
      "grant-assignment",
      "a grant for another assignment",
      { grant: (body) => ({ ...body, asg: other }) },
    ],
    [
      "grant-wider",
      "a grant that begins before the shift",
      { grant: (body) => ({ ...body, nbf: body.nbf - 1 }) },
    ],
    [
      "grant-wider",
      "a grant that ends after the shift",
      { grant: (body) => ({ ...body, exp: body.exp + 1 }) },
    ],
    [
      "grant-wider",
      "a bitmap longer than the parcels",
      { grant: (body) => ({ ...body, keep: keepBitmap(9, () => true) }) },
    ],
    [
      "grant-wider",
      "a bit set beyond the last parcel",
      { grant: (body) => ({ ...body, keep: keepBitmap(8, (index) => index === 3) }) },
    ],
    [
      "not-yet",
      "a grant that begins in a second",
      { grant: (body) => ({ ...body, nbf: worldStart + 1 }) },
    ],
    ["expired", "a grant that ends now", { grant: (body) => ({ ...body, exp: worldStart }) }],
    ["shape", "a grant with a member too many", { grant: (body) => ({ ...body, admin: true }) }],
    ["uv-missing", "a round without a finger", { purpose: "round" }],
  ];
  it.each(bends)("refuses with %s: %s", async (code, _name, bend) => {
    const world = await makeWorld({
      policy: (policy) => ({
        ...policy,
        carriers: policy.carriers.map((carrier) => ({
          ...carrier,
          purposes: ["deliver", "collect", "round"],
        })),
      }),
    });
    const papers = await world.reissue(typeof bend === "function" ? bend(world) : bend);
    expect(answerOf(world, { papers })).toBe(code);
  });

  it("says `badge-missing` where none is shown, and `typ` where one paper poses as another", async () => {
    const world = await makeWorld();
    expect(answerOf(world, { papers: { ...world.papers, badge: undefined } })).toBe(
      "badge-missing",
    );
    const papers = { ...world.papers, grant: world.papers.assignment };
    expect(answerOf(world, { papers })).toBe("typ");
    const badge = `${world.papers.badge}${"A".repeat(5_000)}`;
    expect(answerOf(world, { papers: { ...world.papers, badge } })).toBe("size");
  });

  it("takes a phone's key on P-256 only, and only the one in the badge", async () => {
    const world = await makeWorld();
    const papers = { ...world.papers, handset: generateSigner("ES256").jwk };
    expect(answerOf(world, { papers })).toBe("handset-mismatch");
    const okp = generateSigner("EdDSA");
    const bent = await world.reissue({ handset: okp });
    expect(answerOf(world, { papers: bent })).toBe("alg");
  });

  it("refuses a signature by the right key name with wrong bytes", async () => {
    const world = await makeWorld();
    for (const [part, key] of [
      ["badgeKey", world.vetter.key],
      ["assignmentKey", world.carrier.key],
      ["grantKey", world.host.key],
    ] as const) {
      const liar = { ...stranger, kid: key.kid };
      expect(answerOf(world, { papers: await world.reissue({ [part]: liar }) })).toBe("sig");
    }
  });

  it("refuses an algorithm that the key's type does not admit", async () => {
    const world = await makeWorld();
    const liar = { ...generateSigner("ES256"), kid: world.carrier.key.kid };
    expect(answerOf(world, { papers: await world.reissue({ assignmentKey: liar }) })).toBe("alg");
  });
});

describe("the box and its policy", () => {
  it("is shut when set back, without time, before its first policy and after its last", async () => {
    const world = await makeWorld();
    expect(answerOf(world, { state: { rolledBack: true } })).toBe("state-rolled-back");
    expect(answerOf(world, { now: { ...world.now, trusted: undefined } })).toBe("stale");
    expect(answerOf(world, { state: { policies: [] } })).toBe("notice-running");
    const pending = { ...world.policy, inForceFrom: worldStart + 1 };
    expect(answerOf(world, { state: { policies: [pending] } })).toBe("notice-running");
    expect(answerOf(world, { now: at(world, world.genesis.until) })).toBe("policy-expired");
  });

  it("knows its own entrances only", async () => {
    const world = await makeWorld();
    expect(answerOf(world, { ent: "lobby" })).toBe("entrance-unknown");
    const ctl = generateSigner("EdDSA").kid;
    expect(answerOf(world, { state: { ctl } })).toBe("entrance-unknown");
  });

  it("admits a carrier to the entrances, hours and purposes that the policy names", async () => {
    const bent = (change: object) =>
      makeWorld({
        ents: ["street", "lobby"],
        policy: (policy) => ({
          ...policy,
          carriers: policy.carriers.map((carrier) => ({ ...carrier, ...change })),
        }),
      });
    expect(answerOf(await bent({ ents: ["lobby"] }))).toBe("carrier-not-admitted");
    const world = await bent({ purposes: ["collect"] });
    expect(answerOf(world)).toBe("purpose");
    const hours = await bent({ schedule: [{ days: ["sun"], from: 480, to: 1_200 }] });
    expect(answerOf(hours)).toBe("hours");
    const decision = decide(hours.state, { papers: hours.papers, ent: "street" }, hours.now);
    expect(decision).toMatchObject({
      detail: {},
      privateDetail: { domain: "ups.example", localTime: "10:00" },
    });
  });

  it("opens an entrance for the purposes it has, whatever the carrier may elsewhere", async () => {
    const world = await makeWorld({
      policy: (policy) => ({
        ...policy,
        entrances: policy.entrances.map((entrance) => ({ ...entrance, purposes: ["collect"] })),
      }),
    });
    expect(answerOf(world)).toBe("purpose");
  });

  it("asks for a finger wherever the policy says so", async () => {
    const world = await makeWorld({
      policy: (policy) => ({ ...policy, apps: { ...policy.apps, uv: true } }),
    });
    expect(answerOf(world)).toBe("uv-missing");
    const papers = await world.reissue({ badge: (body) => ({ ...body, uv: true }) });
    expect(answerOf(world, { papers })).toBe("unknown");
  });
});

it("answers with the first failure in the papers' order, whatever else is wrong", async () => {
  const party = await makeParty("other.example", "grant", worldStart);
  const world = await makeWorld({
    policy: (policy) => ({
      ...policy,
      carriers: policy.carriers.map((carrier) => ({
        ...carrier,
        schedule: [{ days: ["sun"], from: 0, to: 60 }],
      })),
    }),
  });
  const papers = await world.reissue({
    badge: (body) => ({ ...body, cleared_until: worldStart }),
    assignment: (body) => ({ ...body, exp: worldStart }),
    grantKey: party.key,
  });
  const steps: (readonly [string, Partial<DoorState>, ShownPapers, Now])[] = [
    ["shape", { rolledBack: true }, { ...papers, grant: "x" }, world.now],
    ["state-rolled-back", { rolledBack: true, policies: [] }, papers, world.now],
    ["notice-running", { policies: [], keysets: new Map() }, papers, world.now],
    ["kid-unknown", { keysets: new Map() }, papers, world.now],
    ["hours", {}, papers, world.now],
  ];
  for (const [code, state, shown, now] of steps)
    expect(answerOf(world, { papers: shown, state, now })).toBe(code);
  const open = await makeWorld();
  const late = await open.reissue({
    badge: (body) => ({ ...body, cleared_until: worldStart }),
    assignment: (body) => ({ ...body, exp: worldStart }),
    grantKey: party.key,
  });
  expect(answerOf(open, { papers: late })).toBe("clearance-expired");
  const window = await open.reissue({
    assignment: (body) => ({ ...body, exp: worldStart }),
    grantKey: party.key,
  });
  expect(answerOf(open, { papers: window })).toBe("window");
  expect(generateSealPair().publicText).toHaveLength(43);
});
