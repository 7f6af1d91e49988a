import { beforeAll, describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { generateSigner, type NodeSigner, randomText } from "../crypto/node-keys.ts";
import { worldStart } from "../testing/index.ts";
import { assertAs, makeRealBuilding, type RealBuilding } from "../testing/real-building.ts";
import { dayS } from "./limits.ts";
import type { Policy } from "./policy.ts";
import { type AcceptedPolicy, acceptPolicy } from "./policy-chain.ts";
import { policyHash, policyText } from "./read-policy.ts";
import { acceptRecovery, type RecoveryProgress, readRecovery, vetoChallenge } from "./recovery.ts";
import { signPaper } from "./sign.ts";

const crypto = nodeCrypto();
let real: RealBuilding;
let last: AcceptedPolicy;
beforeAll(async () => {
  real = await makeRealBuilding(worldStart);
  const text = real.sign(real.genesis, ["anna", "ben"]);
  const result = acceptPolicy(crypto, { text, last: undefined, at: worldStart });
  if (result.kind === "refused") throw new Error(result.code);
  last = result.accepted;
});

const done: RecoveryProgress = {
  buttonAtStart: true,
  buttonAtEnd: true,
  uptimeS: 3 * dayS,
  vetoes: [],
};

async function offered(
  change: Partial<Policy> = {},
  paper: object = {},
  signer: NodeSigner = real.recovery,
) {
  const policy = real.next(last.policy, { carriers: [], ...change });
  const body = {
    v: 1,
    iss: real.recovery.kid,
    bld: last.bld,
    prev: last.hash,
    policy: policyHash(crypto, policy),
    ...paper,
  };
  const text = await signPaper("recovery", body, signer);
  return { text, policyText: policyText(policy, []), last, at: worldStart };
}

async function codeOf(offer: ReturnType<typeof offered>, progress: Partial<RecoveryProgress> = {}) {
  const result = acceptRecovery({ crypto }, await offer, { ...done, ...progress });
  return result.kind === "refused"
    ? [result.code, result.detail.field ?? ""].join(" ").trim()
    : result.kind;
}

describe("a recovery", () => {
  it("needs the button twice, 72 hours of uptime and nobody's veto", async () => {
    expect(await codeOf(offered())).toBe("accepted");
    expect(await codeOf(offered(), { buttonAtStart: false })).toBe("button start");
    expect(await codeOf(offered(), { buttonAtEnd: false })).toBe("button end");
    expect(await codeOf(offered(), { uptimeS: 3 * dayS - 1 })).toBe("waiting");
  });

  it("is ended by any one member's veto on it, and by nothing else", async () => {
    const offer = await offered();
    const read = readRecovery({ crypto }, offer);
    if (read.kind === "refused") throw new Error(read.code);
    for (const who of ["anna", "ben", "paper"] as const) {
      const { member } = real.members[who];
      const veto = (hash: string, change: object = {}) => {
        const assertion = assertAs(real.members[who], vetoChallenge(crypto, hash));
        const [key] = member.keys;
        const vetoes = [{ member: who, cred: key?.cred ?? "", assertion, ...change }];
        const result = acceptRecovery({ crypto }, offer, { ...done, vetoes });
        return result.kind === "refused" ? result.code : result.kind;
      };
      expect(veto(read.hash)).toBe("vetoed");
      expect(veto(randomText(32))).toBe("accepted");
      expect(veto(read.hash, { member: "carl" })).toBe("accepted");
      expect(veto(read.hash, { cred: "A".repeat(43) })).toBe("accepted");
    }
  });

  it("is signed by the recovery key of this building's newest policy", async () => {
    const stranger = generateSigner("EdDSA");
    expect(await codeOf(offered({}, {}, stranger))).toBe("kid-unknown");
    expect(await codeOf(offered({}, {}, { ...stranger, kid: real.recovery.kid }))).toBe("sig");
    expect(await codeOf(offered({}, { iss: stranger.kid }))).toBe("iss-mismatch");
    expect(await codeOf(offered({}, { bld: randomText(32) }))).toBe("bld-mismatch");
    expect(await codeOf(offered({}, { prev: randomText(32) }))).toBe("policy-fork prev");
    expect(await codeOf(offered({}, { policy: randomText(32) }))).toBe("policy-fork policy");
    const offer = await offered();
    expect(await codeOf(Promise.resolve({ ...offer, policyText: "{}" }))).toMatch(/^shape/);
  });

  it("keeps genesis, notice, quorum and witnesses, and admits no carrier", async () => {
    const [first, ...rest] = last.policy.witnesses?.of ?? [];
    if (first === undefined) throw new Error("no witnesses");
    const of = [{ ...first, domain: "four.io" }, ...rest];
    const cases: readonly (readonly [string, Partial<Policy>])[] = [
      ["carrier-not-admitted carriers", { carriers: real.next(last.policy).carriers }],
      ["limit-notice notice_s", { notice_s: 13 * dayS }],
      ["quorum-members", { quorum: { members: 3, origins: 2 } }],
      ["quorum-origins", { quorum: { members: 2, origins: 3 } }],
      ["witnesses witnesses", { witnesses: { k: 2, of } }],
      ["bld-mismatch", { bld: randomText(32) }],
      ["policy-fork", { ver: 3 }],
      ["limit-days limits.days", { limits: { ...last.policy.limits, days: 8 } }],
    ];
    for (const [code, change] of cases) expect(await codeOf(offered(change))).toBe(code);
    const late = { ...(await offered()), at: last.policy.accept_by + 1 };
    expect(await codeOf(Promise.resolve(late))).toBe("policy-stale-offer");
    const longer = await offered({
      notice_s: 15 * dayS,
      members: [...last.policy.members].reverse(),
    });
    expect(acceptRecovery({ crypto }, longer, done)).toMatchObject({
      accepted: { inForceFrom: worldStart },
    });
  });
});
