import {
  type AcceptedPolicy,
  acceptPolicy,
  encodeBase64url,
  type Policy,
  type PolicySignature,
  policyChallenge,
  policyHash,
  policyText,
} from "@vestibule/core";
import { generateSigner, nodeCrypto, softwareAssertion } from "@vestibule/core/node";
import { makeWorld, type World, worldStart } from "@vestibule/core/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { nextPolicy } from "./build-policy.ts";
import { type HandedTo, readHandedPolicy, signingProgress } from "./handed-policy.ts";
import {
  answerInvitation,
  invitationFragment,
  inviteMember,
  readInvitationAnswer,
  readInvitationFragment,
} from "./member-invitation.ts";
import { readRecoveryPaper, recoveryKeys, recoveryPaperText } from "./recovery-keys.ts";

const crypto = nodeCrypto();

/** A building of two members: one signs on a page, the other with a paper key. */
interface House {
  readonly world: World;
  readonly genesis: Policy;
  readonly sign: (policy: Policy, who: readonly ("anna" | "paper")[]) => string;
  readonly signAs: (who: "anna" | "paper", policy: Policy) => PolicySignature;
}

async function makeHouse(): Promise<House> {
  const world = await makeWorld();
  const paper = generateSigner("EdDSA");
  const key = { cred: paper.kid, jwk: paper.jwk, rpId: "paper", origin: "paper", be: false };
  const genesis: Policy = {
    ...world.genesis,
    members: [...world.genesis.members, { id: "paper", keys: [key] }],
    quorum: { members: 2, origins: 2 },
  };
  const anna = genesis.members[0]?.keys[0];
  if (anna === undefined) throw new Error("anna has a key");
  const signAs = (who: "anna" | "paper", policy: Policy): PolicySignature => {
    const batch = [policyHash(crypto, policy)];
    const challenge = policyChallenge(crypto, batch);
    if (who === "paper")
      return {
        member: who,
        cred: paper.kid,
        batch,
        signature: encodeBase64url(paper.sign(challenge)),
      };
    const { rpId, origin, cred } = anna;
    return {
      member: who,
      cred,
      batch,
      ...softwareAssertion(world.member, { challenge, rpId, origin }),
    };
  };
  const sign: House["sign"] = (policy, who) =>
    policyText(
      policy,
      who.map((one) => signAs(one, policy)),
    );
  return { world, genesis, sign, signAs };
}

let real: House;
let other: House;
let first: AcceptedPolicy;
let to: HandedTo;

beforeAll(async () => {
  [real, other] = await Promise.all([makeHouse(), makeHouse()]);
  first = accepted(real.sign(real.genesis, ["anna", "paper"]));
  const { address } = real.genesis.place;
  to = { last: first, known: [first.hash], address, at: worldStart + 60 };
});

function accepted(text: string, last?: AcceptedPolicy): AcceptedPolicy {
  const outcome = acceptPolicy(crypto, { text, last, at: worldStart + 60 });
  if (outcome.kind === "refused") throw new Error(outcome.code);
  return outcome.accepted;
}

const half = (change: Partial<Policy> = {}) =>
  real.sign({ ...nextPolicy(first, {}, worldStart), ...change }, ["anna"]);
const why = (text: string, where: Partial<HandedTo> = {}) => {
  const read = readHandedPolicy(crypto, text, { ...to, ...where });
  return read.kind === "refused" ? read.why : read.kind;
};

describe("a policy that a member hands on half signed", () => {
  it("is read with what is signed, and taken once the next member has signed", () => {
    const read = readHandedPolicy(crypto, `${half()}\n`, to);
    if (read.kind === "refused") throw new Error(read.why);
    expect(signingProgress(read.policy, read.sigs, first)).toMatchObject({
      members: ["anna"],
      origins: [expect.any(String)],
      needed: { members: 2, origins: 2 },
      isComplete: false,
    });
    const sigs = [...read.sigs, real.signAs("paper", read.policy)];
    expect(signingProgress(read.policy, sigs, first).isComplete).toBe(true);
    expect(accepted(policyText(read.policy, sigs), first).policy.ver).toBe(2);
  });

  it("may be a building's first, and is told from another's by its address", () => {
    const genesis = real.sign(real.genesis, ["paper"]);
    const none = { last: undefined, known: [] };
    expect(why(genesis, none)).toBe("handed");
    expect(why(genesis, { ...none, address: "  12 LINDEN Street, Brooklyn " })).toBe("handed");
    expect(why(genesis, { ...none, address: "14 Linden Street, Brooklyn" })).toBe("other-building");
    expect(why(half(), none)).toBe("other-building");
    expect(why(genesis)).toBe("known");
  });

  it("is refused from another building, as older, as ahead, and after its day", () => {
    const elsewhere = accepted(other.sign(other.genesis, ["anna", "paper"]));
    const foreign = other.sign(nextPolicy(elsewhere, {}, worldStart), ["anna"]);
    expect(why(foreign)).toBe("other-building");
    expect(why(other.sign(other.genesis, ["anna"]))).toBe("other-building");
    const second = accepted(real.sign(nextPolicy(first, {}, worldStart), ["anna", "paper"]), first);
    const later = { last: second, known: [first.hash, second.hash] };
    expect(why(half({ notice_s: 120 }), later)).toBe("older");
    expect(why(second.text, later)).toBe("known");
    expect(why(half({ ver: 3 }))).toBe("fork");
    expect(why(half({ prev: "A".repeat(43) }))).toBe("fork");
    expect(why(half(), { at: nextPolicy(first, {}, worldStart).accept_by + 1 })).toBe("late");
    expect(why(half({ limits: { ...real.genesis.limits, days: 8 } }))).toBe("rules");
  });

  it("is refused when anything in it was changed after somebody signed", () => {
    const signed = half();
    const bent = signed.replace('"notice_s":60', '"notice_s":61');
    expect(bent).not.toBe(signed);
    expect(readHandedPolicy(crypto, bent, to)).toMatchObject({
      why: "tampered",
      member: "anna",
      code: "webauthn-challenge",
    });
    const policy = nextPolicy(first, {}, worldStart);
    const byAnna = real.signAs("anna", policy);
    const swapped = { ...real.signAs("paper", policy), member: "anna" };
    const forged = { ...byAnna, signature: other.signAs("anna", policy).signature };
    const unknown = { ...byAnna, member: "carl" };
    for (const bad of [swapped, forged, unknown])
      expect(why(policyText(policy, [bad]))).toBe("tampered");
    expect(why(policyText(policy, [byAnna]))).toBe("handed");
  });

  it("is broken when a letter is lost, wherever it stood", () => {
    const signed = half();
    fc.assert(
      fc.property(fc.nat({ max: signed.length - 1 }), (at) => {
        expect(why(signed.slice(0, at) + signed.slice(at + 1))).not.toBe("handed");
      }),
      { numRuns: 60 },
    );
    expect(why("")).toBe("broken");
    expect(why("not a policy")).toBe("broken");
  });
});

describe("a member's invitation", () => {
  const signer = generateSigner("ES256");
  const key = {
    be: true,
    cred: signer.kid,
    jwk: signer.jwk,
    rpId: "sign.watch.net",
    origin: "https://sign.watch.net",
  };

  it("brings back the member's own key, and nobody else's", () => {
    const invitation = inviteMember("ben");
    expect(readInvitationFragment(`#${invitationFragment(invitation)}`)).toEqual(invitation);
    const text = answerInvitation(crypto, invitation, key);
    expect(readInvitationAnswer(crypto, invitation, text)).toEqual({ id: "ben", keys: [key] });
    expect(readInvitationAnswer(crypto, inviteMember("ben"), text)).toBeUndefined();
    expect(readInvitationAnswer(crypto, { ...invitation, id: "carl" }, text)).toBeUndefined();
    const swapped = text.replace(signer.kid, generateSigner("ES256").kid);
    expect(readInvitationAnswer(crypto, invitation, swapped)).toBeUndefined();
    for (const bad of ["", "{}", text.slice(0, -1), text.replace("/1", "/2")])
      expect(readInvitationAnswer(crypto, invitation, bad)).toBeUndefined();
    for (const bad of [
      "",
      "#member=ben",
      "#member=ben.short",
      "#member=Ben.AAAAAAAAAAAAAAAAAAAAAA",
    ])
      expect(readInvitationFragment(bad)).toBeUndefined();
  });
});

describe("a recovery paper", () => {
  it("gives the same two keys whenever it is read, and others for another secret", async () => {
    const secret = new Uint8Array(32).fill(7);
    const text = recoveryPaperText(secret);
    expect(text.split(" ")).toHaveLength(16);
    expect(readRecoveryPaper(` ${text.toUpperCase()}\n`)).toEqual(secret);
    expect(readRecoveryPaper(text.slice(1))).toBeUndefined();
    const keys = await recoveryKeys(secret);
    expect(keys).toEqual({
      sign: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      seal: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
    expect(keys.sign).not.toBe(keys.seal);
    expect(await recoveryKeys(secret)).toEqual(keys);
    expect(await recoveryKeys(new Uint8Array(32).fill(8))).not.toEqual(keys);
  });
});
