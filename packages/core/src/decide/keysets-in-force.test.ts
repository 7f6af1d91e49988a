import { describe, expect, it } from "vitest";
import { dayS } from "../papers/limits.ts";
import { signPaper } from "../papers/sign.ts";
import { answerOf } from "../testing/answer-of.ts";
import { held, makeWorld, type World, worldStart } from "../testing/index.ts";
import { decide } from "./decide.ts";
import type { HeldKeyset } from "./facts.ts";

describe("keysets in force", () => {
  const without = (world: World, root: string) =>
    new Map([...world.state.keysets].filter(([name]) => name !== root));
  const swapped = (world: World, root: string, keyset: HeldKeyset) =>
    new Map([...world.state.keysets, [root, keyset]]);

  it("refuses where the box holds none for a root", async () => {
    const world = await makeWorld();
    for (const party of [world.host, world.carrier, world.vetter])
      expect(answerOf(world, { state: { keysets: without(world, party.root.kid) } })).toBe(
        "kid-unknown",
      );
  });

  it("refuses one that has ended, lives too long, has another domain or other uses", async () => {
    const world = await makeWorld();
    const { root, keysetBody, key } = world.carrier;
    const bends = [
      ["keyset-expired", { exp: worldStart }],
      ["too-long-lived", { exp: worldStart + 35 * dayS + 1 }],
      ["role", { domain: "other.example" }],
      ["role", { keys: [...keysetBody.keys, { ...keysetBody.keys[0], use: "grant" }].slice(1) }],
    ] as const;
    for (const [code, change] of bends) {
      const text = await signPaper("keyset", { ...keysetBody, ...change }, root);
      const keysets = swapped(world, root.kid, held(text, worldStart));
      expect(answerOf(world, { state: { keysets } })).toBe(code);
    }
    const keys = [{ jwk: key.jwk, use: "dispatch", nbf: worldStart + 1, exp: worldStart + 9 }];
    const early = await signPaper("keyset", { ...keysetBody, keys }, root);
    expect(
      answerOf(world, { state: { keysets: swapped(world, root.kid, held(early, worldStart)) } }),
    ).toBe("not-yet");
    const gone = [{ jwk: key.jwk, use: "dispatch", nbf: worldStart - 9, exp: worldStart }];
    const late = await signPaper("keyset", { ...keysetBody, keys: gone }, root);
    expect(
      answerOf(world, { state: { keysets: swapped(world, root.kid, held(late, worldStart)) } }),
    ).toBe("expired");
  });

  it("takes the highest version that the phone carries, and says so to whoever persists it", async () => {
    const world = await makeWorld();
    const { root, keysetBody } = world.carrier;
    const [second, third] = await Promise.all(
      [2, 3].map((ver) => signPaper("keyset", { ...keysetBody, ver }, root)),
    );
    if (second === undefined || third === undefined) throw new Error("no keysets");
    const papers = { ...world.papers, keysets: [second, third, world.host.keyset] };
    const ticket = world.takeTicket(papers);
    const request = await world.request(await world.prove(ticket, undefined, papers), papers);
    const decision = decide(world.state, request, world.now);
    expect(decision.kind === "open" ? decision.changes[0] : decision).toEqual({
      kind: "keyset",
      root: root.kid,
      text: third,
    });
  });

  it("refuses another keyset of the same version, and ignores an older one", async () => {
    const world = await makeWorld();
    const { root, keysetBody } = world.carrier;
    const twin = await signPaper("keyset", { ...keysetBody, exp: keysetBody.exp - 1 }, root);
    expect(answerOf(world, { papers: { ...world.papers, keysets: [twin] } })).toBe(
      "keyset-rollback",
    );
    const newer = held(await signPaper("keyset", { ...keysetBody, ver: 2 }, root), worldStart);
    const state = { keysets: swapped(world, root.kid, newer) };
    const papers = { ...world.papers, keysets: [world.carrier.keyset] };
    expect(answerOf(world, { papers, state })).toBe("unknown");
    expect(answerOf(world, { papers: { ...papers, keysets: ["x"] }, state })).toBe("shape");
  });

  it("refuses a key that two roots list, or that the policy names in another role", async () => {
    const world = await makeWorld();
    const { root, keysetBody } = world.vetter;
    for (const jwk of [world.carrier.key.jwk, world.member.jwk, world.box.signer.jwk]) {
      const key = { jwk, use: "badge", nbf: worldStart - 1, exp: worldStart + dayS };
      const body = { ...keysetBody, keys: [...keysetBody.keys, key] };
      const keyset = held(await signPaper("keyset", body, root), worldStart);
      expect(answerOf(world, { state: { keysets: swapped(world, root.kid, keyset) } })).toBe(
        "role",
      );
    }
  });

  it("holds a contractor's key to its buildings and its last day", async () => {
    const world = await makeWorld();
    const { root, keysetBody, key } = world.carrier;
    const withLimit = async (contractor: object) => {
      const keys = [{ jwk: key.jwk, use: "dispatch", nbf: 1e9, exp: 2e9, contractor }];
      const text = await signPaper("keyset", { ...keysetBody, keys }, root);
      return answerOf(world, {
        state: { keysets: swapped(world, root.kid, held(text, worldStart)) },
      });
    };
    const limit = { name: "Lastmile", cap: 1, until: worldStart + 1 };
    expect(await withLimit(limit)).toBe("unknown");
    expect(await withLimit({ ...limit, blds: [world.policy.bld] })).toBe("unknown");
    expect(await withLimit({ ...limit, until: worldStart })).toBe("contractor-limit");
    expect(await withLimit({ ...limit, blds: ["A".repeat(43)] })).toBe("contractor-limit");
  });
});
