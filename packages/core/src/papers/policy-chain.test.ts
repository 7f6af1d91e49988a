import { beforeAll, describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { worldStart } from "../testing/index.ts";
import { makeRealBuilding, type RealBuilding, signAs } from "../testing/real-building.ts";
import { dayS, policyBytesMax } from "./limits.ts";
import type { Policy } from "./policy.ts";
import { type AcceptedPolicy, acceptPolicy, policyInForce, restorePolicy } from "./policy-chain.ts";
import { policyHash, policyText } from "./read-policy.ts";

const crypto = nodeCrypto();
let real: RealBuilding;
let first: AcceptedPolicy;

beforeAll(async () => {
  real = await makeRealBuilding(worldStart);
  first = accepted(acceptPolicy(crypto, offer(real.sign(real.genesis, ["anna", "ben"]))));
});

function offer(text: string, last?: AcceptedPolicy, at = worldStart) {
  return { text, last, at };
}

function accepted(result: ReturnType<typeof acceptPolicy>): AcceptedPolicy {
  if (result.kind === "refused") throw new Error(`refused: ${result.code} ${result.detail.field}`);
  return result.accepted;
}

function codeOf(result: ReturnType<typeof acceptPolicy>): string {
  return result.kind === "refused" ? result.code : result.kind;
}

describe("signatures", () => {
  const genesis = (who: Parameters<RealBuilding["sign"]>[1]) =>
    acceptPolicy(crypto, offer(real.sign(real.genesis, who)));

  it("count members and pages, not credentials or noise", () => {
    expect(codeOf(genesis([]))).toBe("quorum-members");
    expect(codeOf(genesis(["anna"]))).toBe("quorum-members");
    expect(codeOf(genesis(["anna", "anna"]))).toBe("quorum-members");
    expect(codeOf(genesis(["anna", "ben"]))).toBe("accepted");
    expect(codeOf(genesis(["ben", "paper"]))).toBe("accepted");
  });

  it("of two members on one party's pages are not enough", () => {
    const same = {
      ...real.genesis,
      members: real.genesis.members.map((member) =>
        member.id === "ben"
          ? {
              ...member,
              keys: member.keys.map((key) => ({
                ...key,
                origin: "https://other.host.example",
                rpId: "host.example",
              })),
            }
          : member,
      ),
    };
    const hash = policyHash(crypto, same);
    const [, ben] = same.members;
    if (ben === undefined) throw new Error("no ben");
    const sigs = [
      signAs(real.members.anna, hash),
      signAs({ member: ben, signer: real.members.ben.signer }, hash),
    ];
    expect(codeOf(acceptPolicy(crypto, offer(policyText(same, sigs))))).toBe("quorum-origins");
  });

  it("are refused when any of them is wrong, so that nobody pads", () => {
    const hash = policyHash(crypto, real.genesis);
    const { anna, ben, paper } = real.members;
    const good = [signAs(anna, hash), signAs(ben, hash)];
    const bad = (sig: object) =>
      codeOf(
        acceptPolicy(
          crypto,
          offer(policyText(real.genesis, [...good, { ...signAs(paper, hash), ...sig }])),
        ),
      );
    expect(bad({})).toBe("accepted");
    expect(bad({ member: "carl" })).toBe("webauthn-credential");
    expect(bad({ cred: ben.signer.kid })).toBe("webauthn-credential");
    expect(bad({ signature: signAs(ben, hash).signature })).toBe("webauthn-signature");
    expect(bad({ batch: [policyHash(crypto, { ...real.genesis, ver: 2 })] })).toBe(
      "webauthn-challenge",
    );
    expect(bad({ batch: [hash, hash] })).toBe("webauthn-challenge");
    expect(bad({ authenticatorData: signAs(anna, hash).authenticatorData })).toBe("webauthn-shape");
    const both = signAs(anna, hash);
    expect(bad({ clientDataJSON: both.clientDataJSON })).toBe("webauthn-shape");
    for (const part of ["authenticatorData", "clientDataJSON"] as const) {
      const { [part]: _gone, ...rest } = both;
      const text = policyText(real.genesis, [rest, signAs(ben, hash)]);
      expect(codeOf(acceptPolicy(crypto, offer(text)))).toBe("webauthn-shape");
    }
  });

  it("cover a sorted batch of distinct hashes", () => {
    const hash = policyHash(crypto, real.genesis);
    const more = [hash, "A".repeat(43), `${"z".repeat(42)}8`].toSorted();
    const by = (batch: readonly string[]) =>
      policyText(real.genesis, [
        signAs(real.members.anna, hash, batch),
        signAs(real.members.ben, hash),
      ]);
    expect(codeOf(acceptPolicy(crypto, offer(by(more))))).toBe("accepted");
    expect(codeOf(acceptPolicy(crypto, offer(by(more.toReversed()))))).toBe("webauthn-challenge");
  });
});

describe("the chain", () => {
  const following = (
    change: Partial<Policy>,
    { at = worldStart, last = first, objectors = [] as string[] } = {},
  ) =>
    acceptPolicy(crypto, {
      text: real.sign(real.next(last.policy, change), ["anna", "ben"]),
      last,
      at,
      objectors,
    });

  it("begins with a genesis that names nothing before it", () => {
    const named = { ...real.genesis, bld: "A".repeat(43), prev: "A".repeat(43) };
    expect(codeOf(acceptPolicy(crypto, offer(real.sign(named, ["anna", "ben"]))))).toBe(
      "policy-fork",
    );
    expect(
      codeOf(acceptPolicy(crypto, offer(real.sign({ ...real.genesis, ver: 2 }, ["anna", "ben"])))),
    ).toBe("policy-fork");
    expect(first).toMatchObject({ inForceFrom: worldStart, demo: false, bld: first.hash });
  });

  it("refuses a policy that breaks its own rules, however well signed", () => {
    const bent = { ...real.genesis, limits: { ...real.genesis.limits, days: 8 } };
    expect(codeOf(acceptPolicy(crypto, offer(real.sign(bent, ["anna", "ben"]))))).toBe(
      "limit-days",
    );
  });

  it("goes on by one, from the hash before, in the same building, by the members before", () => {
    expect(codeOf(following({}))).toBe("accepted");
    expect(codeOf(following({ bld: "A".repeat(43) }))).toBe("bld-mismatch");
    expect(codeOf(following({ prev: "A".repeat(43) }))).toBe("policy-fork");
    expect(codeOf(following({ ver: 3 }))).toBe("policy-fork");
    const second = accepted(following({}));
    expect(codeOf(following({ ver: 1 }, { last: second }))).toBe("policy-rollback");
    expect(codeOf(acceptPolicy(crypto, { text: second.text, last: second, at: worldStart }))).toBe(
      "policy-rollback",
    );
    expect(codeOf(following({ ver: 2 }, { last: second }))).toBe("policy-fork");
    const coup = { members: real.genesis.members.filter(({ id }) => id !== "ben") };
    const text = real.sign(real.next(first.policy, coup), ["anna", "paper"]);
    expect(codeOf(acceptPolicy(crypto, offer(text, first)))).toBe("accepted");
    const alone = real.sign(real.next(first.policy, { quorum: { members: 2, origins: 2 } }), [
      "anna",
    ]);
    expect(codeOf(acceptPolicy(crypto, offer(alone, first)))).toBe("quorum-members");
  });

  it("never becomes a demonstration, nor stops being one", () => {
    expect(codeOf(following({ demo: true }))).toBe("policy-fork");
    expect(
      codeOf(
        acceptPolicy(crypto, {
          text: real.sign(real.next(first.policy), ["anna", "ben"]),
          last: { ...first, demo: true },
          at: worldStart,
        }),
      ),
    ).toBe("policy-fork");
  });

  it("takes effect after the longer of both notices, never before what it follows", () => {
    const longer = accepted(following({ notice_s: 20 * dayS }));
    expect(longer.inForceFrom).toBe(worldStart + 20 * dayS);
    expect(accepted(following({ notice_s: 3 * dayS })).inForceFrom).toBe(worldStart + 14 * dayS);
    const late = accepted(following({ from: worldStart + 30 * dayS }));
    const third = accepted(following({ from: worldStart }, { last: late }));
    expect(third.inForceFrom).toBe(late.inForceFrom);
    expect(accepted(following({ from: worldStart + 30 * dayS })).inForceFrom).toBe(
      worldStart + 30 * dayS,
    );
    const chain = [first, longer];
    expect(policyInForce(chain, worldStart + 20 * dayS - 1)).toBe(first);
    expect(policyInForce(chain, worldStart + 20 * dayS)).toBe(longer);
  });

  it("is offered before `accept_by` and before its end", () => {
    expect(codeOf(following({}, { at: real.genesis.accept_by }))).toBe("accepted");
    expect(codeOf(following({}, { at: real.genesis.accept_by + 1 }))).toBe("policy-stale-offer");
    const brief = { until: worldStart + 10, accept_by: worldStart + 10 };
    expect(codeOf(following(brief, { at: worldStart + 10 }))).toBe("policy-expired");
  });

  it("with an objection needs all other members, and never fewer than the quorum", () => {
    expect(codeOf(following({}, { objectors: ["paper"] }))).toBe("accepted");
    expect(codeOf(following({}, { objectors: ["ben"] }))).toBe("policy-objected");
    const text = real.sign(real.next(first.policy), ["anna", "paper", "ben"]);
    expect(
      acceptPolicy(crypto, { text, last: first, at: worldStart, objectors: ["ben"] }),
    ).toMatchObject({ accepted: { overruled: ["ben"] } });
    expect(
      codeOf(
        acceptPolicy(crypto, { text, last: first, at: worldStart, objectors: ["ben", "anna"] }),
      ),
    ).toBe("quorum-members");
  });

  it("is read strictly and restored as it was", () => {
    expect(codeOf(acceptPolicy(crypto, offer(` ${first.text}`)))).toBe("shape");
    expect(codeOf(acceptPolicy(crypto, offer("{}")))).toBe("shape");
    expect(codeOf(acceptPolicy(crypto, offer("x".repeat(policyBytesMax + 1))))).toBe("size");
    expect(codeOf(acceptPolicy(crypto, offer("x".repeat(policyBytesMax))))).toBe("shape");
    expect(restorePolicy(crypto, first)).toEqual(first);
    expect(restorePolicy(crypto, { text: "", inForceFrom: 1 })).toMatchObject({ code: "shape" });
  });
});
