import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { softwareAssertion } from "../crypto/node-keys.ts";
import { canonicalize } from "../encoding/jcs.ts";
import type { Stop } from "../papers/bodies.ts";
import { paperHash } from "../papers/jws.ts";
import { signPaper } from "../papers/sign.ts";
import {
  type AcceptedStop,
  acceptStop,
  entranceTarget,
  memberIssuer,
  type StopContext,
  type StopPaper,
  stopChallenge,
} from "../papers/stops.ts";
import { makeWorld, type World, worldStart } from "../testing/index.ts";
import { decide } from "./decide.ts";

const crypto = nodeCrypto();
type Target = Stop["target"];

function contextOf(world: World, held: readonly AcceptedStop[] = []): StopContext {
  const keysets = new Map([...world.state.keysets].map(([root, { keyset }]) => [root, keyset]));
  return { crypto, policy: world.policy, keysets, held, at: worldStart };
}

type Role = "host" | "carrier" | "vetter";

async function rootStop(
  world: World,
  role: Role,
  target: Target,
  change: Partial<Stop> = {},
  signer = world[role].stop,
): Promise<StopPaper> {
  const body = {
    v: 1,
    iss: world[role].root.kid,
    target,
    on: true,
    seq: 1,
    iat: worldStart,
    ...change,
  };
  return { kind: "jws", role, text: await signPaper("stop", body, signer) };
}

function memberStop(
  world: World,
  target: Target,
  change: Partial<Stop> = {},
): StopPaper & { readonly kind: "member" } {
  const body: Stop = {
    v: 1,
    iss: memberIssuer(crypto, "anna"),
    bld: world.policy.bld,
    target,
    on: true,
    seq: 1,
    iat: worldStart,
    ...change,
  };
  const key = world.genesis.members[0]?.keys[0];
  if (key === undefined) throw new Error("no member");
  const assertion = softwareAssertion(world.member, {
    challenge: stopChallenge(crypto, body),
    ...key,
  });
  return { kind: "member", body: canonicalize(body), member: "anna", cred: key.cred, assertion };
}

function taken(world: World, paper: StopPaper, held: readonly AcceptedStop[] = []): AcceptedStop {
  const result = acceptStop(contextOf(world, held), paper);
  if (result.kind === "refused") throw new Error(`stop refused: ${result.code}`);
  return result.stop;
}

const codeOf = (world: World, paper: StopPaper, held: readonly AcceptedStop[] = []) => {
  const result = acceptStop(contextOf(world, held), paper);
  return result.kind === "refused" ? result.code : result.kind;
};

function targets(world: World): Readonly<Record<Target["kind"], string>> {
  const { papers } = world;
  return {
    key: world.carrier.key.kid,
    badge: paperHash(crypto, papers.badge ?? ""),
    handset: world.handset.kid,
    assignment: paperHash(crypto, papers.assignment),
    grant: paperHash(crypto, papers.grant),
    carrier: world.carrier.root.kid,
    entrance: entranceTarget(crypto, world.policy.bld, "street"),
    policy: world.policy.hash,
  };
}

const kinds: readonly Target["kind"][] = [
  "key",
  "badge",
  "handset",
  "assignment",
  "grant",
  "carrier",
  "entrance",
  "policy",
];

function entriesOf(all: Readonly<Record<Target["kind"], string>>) {
  return kinds.map((kind) => [kind, all[kind]] as const);
}

const opens = (world: World, stops: readonly AcceptedStop[], change: object = {}) => {
  const state = { ...world.state, ...change, stops };
  const decision = decide(state, { papers: world.papers, ent: "street" }, world.now);
  return decision.kind === "refused" ? decision.code : decision.kind;
};

describe("a member's stop", () => {
  it("reaches everything of the building", async () => {
    const world = await makeWorld();
    for (const [kind, hash] of entriesOf(targets(world))) {
      const stop = taken(world, memberStop(world, { kind, hash }));
      expect(opens(world, [stop]), kind).toBe("stopped");
      const else_ = taken(world, memberStop(world, { kind, hash: "A".repeat(43) }));
      expect(opens(world, [else_]), kind).toBe("unknown");
    }
    for (const key of [world.vetter.key.kid, world.host.key.kid])
      expect(opens(world, [taken(world, memberStop(world, { kind: "key", hash: key }))])).toBe(
        "stopped",
      );
  });

  it("is lifted by the same member with a higher number, and by nothing older", async () => {
    const world = await makeWorld();
    const target = { kind: "entrance", hash: targets(world).entrance } as const;
    const on = taken(world, memberStop(world, target, { seq: 2 }));
    expect(codeOf(world, memberStop(world, target, { seq: 2, on: false }), [on])).toBe("stop-seq");
    const off = taken(world, memberStop(world, target, { seq: 3, on: false }), [on]);
    expect(opens(world, [on, off])).toBe("unknown");
    expect(opens(world, [off, on])).toBe("unknown");
  });

  it("falls when the policy no longer names the member", async () => {
    const world = await makeWorld();
    const stop = taken(world, memberStop(world, { kind: "handset", hash: world.handset.kid }));
    const policy = { ...world.policy.policy, members: [] };
    expect(opens(world, [stop], { policies: [{ ...world.policy, policy }] })).toBe("unknown");
  });

  it("on a policy no longer counts once all others overruled it while it was pending", async () => {
    const world = await makeWorld();
    const target = { kind: "policy", hash: world.policy.hash } as const;
    const before = taken(world, memberStop(world, target, { iat: worldStart - 1 }));
    const policies = [{ ...world.policy, overruled: ["anna"] }];
    expect(opens(world, [before])).toBe("stopped");
    expect(opens(world, [before], { policies })).toBe("unknown");
    const since = taken(world, memberStop(world, target));
    expect(opens(world, [since], { policies })).toBe("stopped");
    const other = taken(
      world,
      memberStop(world, { kind: "handset", hash: world.handset.kid }, { iat: worldStart - 1 }),
    );
    expect(opens(world, [other], { policies })).toBe("stopped");
    expect(opens(world, [before], { policies: [{ ...world.policy, overruled: ["ben"] }] })).toBe(
      "stopped",
    );
  });

  it("is refused when misshapen, unsigned, another's, or for another building or for all", async () => {
    const world = await makeWorld();
    const target = { kind: "handset", hash: world.handset.kid } as const;
    const good = memberStop(world, target);
    expect(codeOf(world, { ...good, body: ` ${good.body}` })).toBe("shape");
    expect(codeOf(world, { ...good, body: "{}" })).toBe("shape");
    expect(codeOf(world, { ...good, body: " ".repeat(4_097) })).toBe("size");
    expect(codeOf(world, { ...good, member: "ben" })).toBe("webauthn-credential");
    expect(codeOf(world, { ...good, cred: "A".repeat(43) })).toBe("webauthn-credential");
    const other = memberStop(world, target, { seq: 2 });
    expect(codeOf(world, { ...good, assertion: other.assertion })).toBe("webauthn-challenge");
    expect(codeOf(world, memberStop(world, target, { iss: "A".repeat(43) }))).toBe("iss-mismatch");
    expect(codeOf(world, memberStop(world, target, { bld: "A".repeat(43) }))).toBe("bld-mismatch");
    const body: Stop = {
      v: 1,
      iss: memberIssuer(crypto, "anna"),
      target,
      on: true,
      seq: 1,
      iat: worldStart,
    };
    const key = world.genesis.members[0]?.keys[0];
    if (key === undefined) throw new Error("no member");
    const assertion = softwareAssertion(world.member, {
      challenge: stopChallenge(crypto, body),
      ...key,
    });
    expect(codeOf(world, { ...good, body: canonicalize(body), assertion })).toBe("stop-reach");
  });
});

describe("a root's stop", () => {
  it("reaches its own keys and papers and the phones it deals with, and nothing else", async () => {
    const world = await makeWorld();
    const all = targets(world);
    const reach = {
      carrier: ["key", "handset", "assignment"],
      vetter: ["key", "badge", "handset"],
      host: ["key", "grant", "handset"],
    } as const;
    for (const role of ["carrier", "vetter", "host"] as const) {
      for (const [kind, hash] of entriesOf(all)) {
        const target = { kind, hash: kind === "key" ? world[role].key.kid : hash };
        const paper = await rootStop(world, role, target);
        const mine = reach[role].some((reached) => reached === kind);
        expect(codeOf(world, paper), `${role} ${kind}`).toBe(mine ? "stop" : "stop-reach");
        if (mine) expect(opens(world, [taken(world, paper)]), `${role} ${kind}`).toBe("stopped");
      }
      const foreign = role === "host" ? world.carrier : world.host;
      const paper = await rootStop(world, role, { kind: "key", hash: foreign.key.kid });
      expect(opens(world, [taken(world, paper)]), role).toBe("unknown");
    }
  });

  it("on a phone falls when the signer has no part in the attempt", async () => {
    const world = await makeWorld();
    const stop = taken(
      world,
      await rootStop(world, "vetter", { kind: "handset", hash: world.handset.kid }),
    );
    const root = "A".repeat(43);
    const clearance = [
      ...(world.genesis.carriers[0]?.clearance ?? []),
      { domain: "v.example", root },
    ];
    const carriers = world.genesis.carriers.map((carrier) => ({ ...carrier, clearance }));
    const policies = [{ ...world.policy, policy: { ...world.policy.policy, carriers } }];
    const foreign = { ...stop, signer: { kind: "vetter", root, kid: root } as const };
    expect(opens(world, [foreign], { policies })).toBe("unknown");
  });

  it("is lifted by the root alone, which may also set it", async () => {
    const world = await makeWorld();
    const target = { kind: "assignment", hash: targets(world).assignment } as const;
    const on = taken(world, await rootStop(world, "carrier", target));
    const off = { on: false, seq: 2 };
    expect(codeOf(world, await rootStop(world, "carrier", target, off), [on])).toBe("stop-reach");
    const byRoot = await rootStop(world, "carrier", target, off, world.carrier.root);
    expect(opens(world, [on, taken(world, byRoot, [on])])).toBe("unknown");
    expect(codeOf(world, await rootStop(world, "carrier", target, {}, world.carrier.root))).toBe(
      "stop",
    );
  });

  it("is refused by other keys, roots and buildings", async () => {
    const world = await makeWorld();
    const target = { kind: "assignment", hash: targets(world).assignment } as const;
    expect(codeOf(world, await rootStop(world, "carrier", target, {}, world.carrier.key))).toBe(
      "role",
    );
    expect(codeOf(world, await rootStop(world, "carrier", target, {}, world.host.stop))).toBe(
      "kid-unknown",
    );
    const liar = { ...world.host.stop, kid: world.carrier.stop.kid };
    expect(codeOf(world, await rootStop(world, "carrier", target, {}, liar))).toBe("sig");
    const foreign = await rootStop(world, "carrier", target, { iss: world.host.root.kid });
    expect(codeOf(world, foreign)).toBe("stop-reach");
    const elsewhere = await rootStop(world, "carrier", target, { bld: "A".repeat(43) });
    expect(codeOf(world, elsewhere)).toBe("bld-mismatch");
    expect(codeOf(world, { kind: "jws", role: "carrier", text: "x" })).toBe("shape");
    const paper = await rootStop(world, "carrier", target);
    const keyless = acceptStop({ ...contextOf(world), keysets: new Map() }, paper);
    expect(keyless).toMatchObject({ code: "kid-unknown" });
  });
});
