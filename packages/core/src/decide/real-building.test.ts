import { expect, it } from "vitest";
import { badgeKeyAgeSMin } from "../papers/limits.ts";
import { makeWorld, worldStart } from "../testing/index.ts";
import { decide } from "./decide.ts";
import type { DoorState, Now } from "./facts.ts";

/** The demonstration's own world with the flag gone: each waiver must end. */
async function strict() {
  const world = await makeWorld();
  const { demo: _demo, ...policy } = world.policy.policy;
  const policies = [{ ...world.policy, policy, demo: false }];
  const answer = (
    change: Partial<DoorState> = {},
    now: Now = world.now,
    keysets?: readonly string[],
  ) => {
    const papers = keysets === undefined ? world.papers : { ...world.papers, keysets };
    const decision = decide(
      { ...world.state, policies, ...change },
      { papers, ent: "street" },
      now,
    );
    return decision.kind === "refused"
      ? `${decision.code} ${decision.privateDetail.field ?? ""}`.trim()
      : decision.kind;
  };
  return { world, answer };
}

it("without `demo` a grant that is not shown in the log opens nothing", async () => {
  const { answer } = await strict();
  expect(answer()).toBe("log-proof");
});

it("without `demo` a box without fresh state is stale at the policy's bound", async () => {
  const { world, answer } = await strict();
  expect(answer({}, { ...world.now, ageS: 3_600 })).toBe("log-proof");
  expect(answer({}, { ...world.now, ageS: 3_601 })).toBe("stale");
  expect(answer({}, { ...world.now, ageS: undefined })).toBe("stale");
});

it("without `demo` badge keys count 72 hours after inclusion, and others once included", async () => {
  const { world, answer } = await strict();
  const included = (
    party: keyof Pick<typeof world, "host" | "carrier" | "vetter">,
    at?: number,
  ) => {
    const { root, key } = world[party];
    const held = world.state.keysets.get(root.kid);
    if (held === undefined) throw new Error("no keyset");
    const includedAt = new Map(at === undefined ? [] : [[key.kid, at]]);
    return { keysets: new Map([...world.state.keysets, [root.kid, { ...held, includedAt }]]) };
  };
  expect(answer(included("vetter", worldStart - badgeKeyAgeSMin))).toBe("log-proof");
  expect(answer(included("vetter", worldStart - badgeKeyAgeSMin + 1))).toBe("key-too-new");
  expect(answer(included("vetter"))).toBe("key-too-new");
  expect(answer(included("carrier"))).toBe("log-proof keyset");
  expect(answer(included("host"))).toBe("log-proof keyset");
});

it("without `demo` a keyset that only a phone carries counts nowhere", async () => {
  const { world, answer } = await strict();
  expect(answer({}, world.now, [world.carrier.keyset])).toBe("log-proof");
  const keysets = new Map(
    [...world.state.keysets].filter(([root]) => root !== world.carrier.root.kid),
  );
  expect(answer({ keysets }, world.now, [world.carrier.keyset])).toBe("log-proof");
  expect(answer({ keysets }, world.now)).toBe("kid-unknown");
});

it("with `demo` each of these is waived", async () => {
  const world = await makeWorld();
  const { root, keyset } = world.vetter;
  const keysets = new Map([...world.state.keysets].filter(([name]) => name !== root.kid));
  const papers = { ...world.papers, keysets: [keyset] };
  const now = { ...world.now, ageS: undefined };
  expect(decide({ ...world.state, keysets }, { papers, ent: "street" }, now).kind).toBe("unknown");
});
