import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decide } from "../decide/decide.ts";
import { isKept } from "../decide/papers-checks.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { signPaper } from "../papers/sign.ts";
import { type AcceptedStop, memberIssuer } from "../papers/stops.ts";
import {
  type Bend,
  makeWorld,
  type World,
  type WorldOptions,
  worldStart,
} from "../testing/index.ts";
import { type CountersignFacts, countersign } from "./countersign.ts";

async function signed(
  options: WorldOptions = {},
  bend: Bend = {},
  more: { facts?: Partial<CountersignFacts>; optOuts?: readonly number[] } = {},
) {
  const world = await makeWorld(options);
  const papers = await world.reissue(bend);
  const facts = { ...world.state, policy: world.policy, at: worldStart, ...more.facts };
  const request = {
    badge: papers.badge,
    assignment: papers.assignment,
    optOuts: new Set(more.optOuts),
  };
  return { world, papers, result: countersign(facts, request, randomBytes) };
}

const codeOf = ({ result }: Awaited<ReturnType<typeof signed>>) =>
  result.kind === "refused" ? result.code : result.kind;
const terms = (change: object): WorldOptions => ({
  ents: ["street", "lobby"],
  policy: (policy) => ({
    ...policy,
    carriers: policy.carriers.map((carrier) => ({ ...carrier, ...change })),
  }),
});

describe("the host countersigns", () => {
  it("hours before the shift, one grant per box, and the box takes it", async () => {
    const { world, papers, result } = await signed({ ents: ["street", "lobby"] });
    if (result.kind === "refused") throw new Error(result.code);
    expect(result.grants).toHaveLength(1);
    const [body] = result.grants;
    if (body === undefined) throw new Error("no grant");
    expect(body).toMatchObject({
      ents: ["street", "lobby"],
      ctl: world.box.signer.kid,
      nbf: worldStart - 3_600,
    });
    const grant = await signPaper("grant", body, world.host.key);
    const decision = decide(world.state, { papers: { ...papers, grant }, ent: "lobby" }, world.now);
    expect(decision).toEqual({ kind: "unknown", step: "proof" });
    const early = await signed({}, {}, { facts: { at: worldStart - 7_200 } });
    expect(codeOf(early)).toBe("countersigned");
  });

  it("two boxes apart, each with its own entrances and parcels", async () => {
    const world = await makeWorld({ ents: ["street", "lobby"], codes: ["CODE-1", "CODE-2"] });
    const other = `${"B".repeat(42)}A`;
    const entrances = new Map(
      [...world.policy.entrances].map(([ent, entrance]) => [
        ent,
        ent === "lobby" ? { ...entrance, ctl: other } : entrance,
      ]),
    );
    const bend = (body: {
      readonly pep: readonly object[];
      readonly parcels: readonly object[];
    }) => ({
      ...body,
      pep: [...body.pep, { ...body.pep[0], ctl: other }],
      parcels: body.parcels.map((parcel, index) =>
        index === 0 ? parcel : { ...parcel, ents: ["lobby"] },
      ),
    });
    const papers = await world.reissue({ assignment: bend });
    const facts = { ...world.state, policy: { ...world.policy, entrances }, at: worldStart };
    const request = {
      badge: papers.badge,
      assignment: papers.assignment,
      optOuts: new Set<number>(),
    };
    const result = countersign(facts, request, randomBytes);
    if (result.kind === "refused") throw new Error(result.code);
    expect(
      result.grants.map(({ ctl, ents, keep }) => [ctl, ents, decodeBase64url(keep)?.[0]]),
    ).toEqual([
      [world.box.signer.kid, ["street"], 0b01],
      [other, ["lobby"], 0b11],
    ]);
    expect(new Set(result.grants.flatMap(({ jti, salt }) => [jti, salt])).size).toBe(4);
  });

  it("without the parcels of residents who opted out, and not at all when none is left", async () => {
    const { result } = await signed({}, {}, { optOuts: [1] });
    if (result.kind === "refused") throw new Error(result.code);
    const keep = decodeBase64url(result.grants[0]?.keep ?? "") ?? new Uint8Array();
    expect([0, 1, 2, 3].map((index) => isKept(keep, index))).toEqual([true, false, true, false]);
    const none = await signed({}, {}, { optOuts: [0, 1, 2] });
    expect(none.result).toMatchObject({ kind: "countersigned", grants: [] });
  });

  it("only for entrances admitted to the carrier for this purpose", async () => {
    const { result } = await signed(terms({ ents: ["lobby"] }));
    expect(result).toMatchObject({ grants: [{ ents: ["lobby"] }] });
    expect(codeOf(await signed(terms({ purposes: ["collect"] })))).toBe("purpose");
    const entrances: WorldOptions = {
      policy: (policy) => ({
        ...policy,
        entrances: policy.entrances.map((entrance) => ({ ...entrance, purposes: ["collect"] })),
      }),
    };
    expect(codeOf(await signed(entrances))).toBe("purpose");
  });
});

it.each<readonly [string, Bend, Partial<CountersignFacts>]>([
  ["shape", { assignment: (body) => ({ ...body, units: ["4B"] }) }, {}],
  ["kid-unknown", {}, { keysets: new Map() }],
  ["carrier-not-admitted", { assignment: (body) => ({ ...body, iss: "A".repeat(43) }) }, {}],
  ["clearance-expired", { badge: (body) => ({ ...body, cleared_until: worldStart }) }, {}],
  ["handset-mismatch", { assignment: (body) => ({ ...body, cnf: { jkt: "A".repeat(43) } }) }, {}],
  ["window", { assignment: (body) => ({ ...body, exp: worldStart }) }, {}],
  [
    "not-sealed-here",
    {
      assignment: (body) => ({
        ...body,
        pep: body.pep.map((part) => ({ ...part, ctl: "A".repeat(43) })),
      }),
    },
    {},
  ],
  ["policy-expired", {}, { at: 1_999_999_999 }],
])("refuses to countersign with %s", async (code, bend, facts) => {
  expect(codeOf(await signed({}, bend, { facts }))).toBe(code);
});

it("refuses to countersign without a badge, and what is stopped", async () => {
  const world: World = await makeWorld();
  const facts = { ...world.state, policy: world.policy, at: worldStart };
  const request = {
    badge: undefined,
    assignment: world.papers.assignment,
    optOuts: new Set<number>(),
  };
  expect(countersign(facts, request, randomBytes)).toMatchObject({ code: "badge-missing" });
  const stop: AcceptedStop = {
    body: {
      v: 1,
      iss: memberIssuer(world.state.crypto, "anna"),
      on: true,
      seq: 1,
      iat: worldStart,
      target: { kind: "handset", hash: world.handset.kid },
    },
    signer: { kind: "member", member: "anna" },
  };
  const badge = world.papers.badge;
  expect(
    countersign({ ...facts, stops: [stop] }, { ...request, badge }, randomBytes),
  ).toMatchObject({ code: "stopped" });
});
