import { expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { worldStart } from "../testing/index.ts";
import { makeRealBuilding } from "../testing/real-building.ts";
import { dayS } from "./limits.ts";
import { applyObjections, objectorsTo } from "./objections.ts";
import { type AcceptedPolicy, acceptPolicy } from "./policy-chain.ts";
import { type AcceptedStop, memberIssuer } from "./stops.ts";

const crypto = nodeCrypto();

async function pending(who: readonly ("anna" | "ben" | "paper")[]) {
  const real = await makeRealBuilding(worldStart);
  const take = (text: string, last?: AcceptedPolicy) => {
    const result = acceptPolicy(crypto, { text, last, at: worldStart });
    if (result.kind === "refused") throw new Error(result.code);
    return result.accepted;
  };
  const first = take(real.sign(real.genesis, ["anna", "ben"]));
  const second = take(real.sign(real.next(first.policy), who), first);
  const third = take(real.sign(real.next(second.policy), ["anna", "ben"]), second);
  return { first, second, third };
}

function stopOn(
  policy: AcceptedPolicy,
  member: string,
  change: Partial<AcceptedStop["body"]> = {},
): AcceptedStop {
  const target = { kind: "policy", hash: policy.hash } as const;
  const body = {
    v: 1 as const,
    iss: memberIssuer(crypto, member),
    on: true,
    seq: 1,
    iat: worldStart,
    target,
    ...change,
  };
  return { body, signer: { kind: "member", member } };
}

const at = worldStart + dayS;

it("an objection nobody overrules ends a pending policy and all that follow it", async () => {
  const { first, second, third } = await pending(["anna", "ben"]);
  const chain = [first, second, third];
  const apply = (stops: readonly AcceptedStop[], now = at) =>
    applyObjections(crypto, { chain, stops, at: now });
  expect(apply([])).toBe(chain);
  expect(apply([stopOn(second, "ben")])).toEqual([first]);
  expect(apply([stopOn(third, "ben")])).toEqual([first, second]);
  expect(apply([stopOn(first, "ben")])).toBe(chain);
  expect(apply([stopOn(second, "carl")])).toBe(chain);
  expect(apply([stopOn(second, "ben", { on: false })])).toBe(chain);
  expect(apply([stopOn(second, "ben"), stopOn(second, "ben", { on: false, seq: 2 })])).toBe(chain);
  const handset = { target: { kind: "handset", hash: second.hash } } as const;
  expect(apply([stopOn(second, "ben", handset)])).toBe(chain);
  expect(apply([stopOn(second, "ben")], second.inForceFrom)).toBe(chain);
  const host: AcceptedStop = {
    ...stopOn(second, "ben"),
    signer: { kind: "host", root: "x", kid: "y" },
  };
  expect(objectorsTo(second, first, [host])).toEqual([]);
});

it("an objection that all others overrule starts the notice again, once", async () => {
  const { first, second } = await pending(["anna", "ben", "paper"]);
  const stops = [stopOn(second, "ben")];
  const after = applyObjections(crypto, { chain: [first, second], stops, at });
  expect(after[1]).toMatchObject({
    hash: second.hash,
    overruled: ["ben"],
    inForceFrom: at + 14 * dayS,
  });
  expect(applyObjections(crypto, { chain: after, stops, at: at + dayS })).toBe(after);
});
