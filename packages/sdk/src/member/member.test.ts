import {
  acceptPolicy,
  doneMac,
  encodeBase64url,
  hashText,
  offerMac,
  type Policy,
  utf8,
} from "@vestibule/core";
import {
  generateSealPair,
  generateSigner,
  nodeCrypto,
  randomText,
  softwareAssertion,
} from "@vestibule/core/node";
import { makeWorld, type World, worldStart } from "@vestibule/core/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { nextPolicy } from "./build-policy.ts";
import {
  adoptAnswer,
  adoptionDone,
  claimCardText,
  offerOfCard,
  readClaimCard,
} from "./claim-box.ts";
import { describePolicy } from "./describe-policy.ts";
import { describePolicyChange, diffPolicies } from "./policy-change.ts";
import { paperKeySignature, passkeySignature, policyBatch, withSignature } from "./sign-policy.ts";

const crypto = nodeCrypto();
const paper = generateSigner("EdDSA");
let world: World;
beforeAll(async () => {
  world = await makeWorld({
    policy: (policy) => ({
      ...policy,
      members: [
        ...policy.members,
        {
          id: "paper",
          keys: [
            {
              cred: hashText(crypto, utf8(paper.kid)),
              jwk: paper.jwk,
              rpId: "localhost",
              origin: "paper",
              be: false,
            },
          ],
        },
      ],
    }),
  });
});

const accept = (text: string) =>
  acceptPolicy(crypto, { text, last: world.policy, at: worldStart + 60 });
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "base64url")).buffer;

describe("signing a policy", () => {
  it("is accepted from a passkey, from a paper key, and for two policies at once", async () => {
    const next = nextPolicy(world.policy, { notice_s: 120 }, worldStart);
    const [anna, second] = next.members;
    const [key, paperKey] = [anna?.keys[0], second?.keys[0]];
    if (key === undefined || paperKey === undefined) throw new Error("two members have keys");
    const batch = policyBatch(crypto, [next, world.genesis]);
    const made = softwareAssertion(world.member, {
      challenge: batch.challenge,
      rpId: key.rpId,
      origin: key.origin,
    });
    const assertion = {
      authenticatorData: bytes(made.authenticatorData),
      clientDataJSON: bytes(made.clientDataJSON),
      signature: bytes(made.signature),
    };
    const first = withSignature(
      next,
      [],
      passkeySignature(batch, { member: "anna", key }, assertion),
    );
    expect(accept(first.text).kind).toBe("accepted");
    const alone = policyBatch(crypto, [next]);
    const bySelf = await paperKeySignature(alone, { member: "paper", key: paperKey }, paper);
    const both = withSignature(next, first.sigs, bySelf);
    expect(both.sigs.length).toBe(2);
    expect(accept(both.text).kind).toBe("accepted");
    const again = withSignature(next, both.sigs, bySelf);
    expect(again.sigs.length).toBe(2);
    await expect(paperKeySignature(alone, { member: "anna", key }, paper)).rejects.toThrow(
      TypeError,
    );
  });
});

describe("claiming a box", () => {
  it("finds the box of the card, answers it, and believes only its own last word", () => {
    const claim = new Uint8Array(16).fill(7);
    const box = {
      ctl: generateSigner("EdDSA").kid,
      seal: generateSealPair().publicText,
      nonce: randomText(32),
    };
    const mac = encodeBase64url(offerMac(crypto, claim, box));
    const stranger = { ...box, ctl: generateSigner("EdDSA").kid, mac };
    expect(readClaimCard(claimCardText(claim))).toEqual(claim);
    expect(readClaimCard("AAAA")).toBeUndefined();
    const offer = offerOfCard(crypto, claim, [stranger, { ...box, mac }]);
    expect(offer?.ctl).toBe(box.ctl);
    expect(offerOfCard(crypto, claim, [stranger])).toBeUndefined();
    const { bld, hash: policy } = world.policy;
    const full = { ...box, mac };
    expect(adoptAnswer(crypto, claim, { offer: full, bld, policy })).toMatchObject({
      ctl: box.ctl,
      nonce: box.nonce,
    });
    const done = encodeBase64url(
      doneMac(crypto, claim, { nonce: box.nonce, bld, policy, ctl: box.ctl }),
    );
    expect(adoptionDone(crypto, claim, { offer: full, bld, policy, mac: done })).toBe(true);
    expect(adoptionDone(crypto, claim, { offer: full, bld, policy, mac })).toBe(false);
  });
});

/** The same policy with one leaf changed, for every leaf there is. */
function* bent(value: unknown, path: string): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) {
    if (value.length > 0) yield [`${path} shorter`, value.slice(1)];
    for (const [index, item] of value.entries())
      for (const [at, changed] of bent(item, `${path}[${index}]`))
        yield [at, value.with(index, changed)];
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value))
      for (const [at, changed] of bent(member, `${path}.${name}`))
        yield [at, { ...value, [name]: changed }];
  } else if (typeof value === "number") yield [path, value + 60];
  else if (typeof value === "boolean") yield [path, !value];
  else if (path.endsWith(".origin")) yield [path, "https://other.example"];
  else if (path.endsWith(".kind")) yield [path, "garage"];
  else if (/\.presence$|\.sensing$/.test(path)) yield [path, "none"];
  else if (path.endsWith(".noTap")) yield [path, "ble"];
  else if (/purposes\[/.test(path)) yield [path, "round"];
  else if (/days\[/.test(path)) yield [path, "sun"];
  else if (path.endsWith(".tz")) yield [path, "Europe/Madrid"];
  else yield [path, `${String(value)}x`];
}

/** Bent ones need not be as the shape says: sentences must tell them apart all the same. */
function isPolicy(value: unknown): value is Policy {
  return typeof value === "object" && value !== null && "carriers" in value;
}

describe("describePolicy", () => {
  it("leaves no change of any field untold, in either language", () => {
    const silent = [".typ", ".kty", ".crv", ".after_reboot", ".prev"];
    const untold: string[] = [];
    for (const [path, changed] of bent(world.genesis, "")) {
      if (silent.some((end) => path.endsWith(end)) || path === ".entrances[0].purposes[2]")
        continue;
      for (const locale of ["en", "es"] as const) {
        if (!isPolicy(changed)) throw new Error("a bent policy is still an object");
        if (describePolicyChange(world.genesis, changed, locale).length === 0)
          untold.push(`${locale} ${path}`);
      }
    }
    expect(untold).toEqual([]);
  });

  it("says what matters in sentences a neighbour understands", () => {
    const english = describePolicy(world.genesis, "en");
    expect(english).toContain("This policy is for 12 Linden Street, 12 Linden Street, Brooklyn.");
    expect(english).toContain(
      "ups.example may come to deliver and collect, through “street” (street door).",
    );
    expect(english).toContain("Monday to Saturday, 08:00 to 20:00.");
    expect(english).toContain("A change takes effect 1 minute after it was announced.");
    const { release_ms: ms } = world.genesis.limits;
    expect(english).toContain(`A door is released for ${ms / 1_000} seconds at a time.`);
    const half = { ...world.genesis, limits: { ...world.genesis.limits, release_ms: 2_500 } };
    expect(describePolicy(half, "es")).toContain(
      "Una puerta se libera durante 2,5 segundos cada vez.",
    );
    expect(english.join(" ")).not.toContain(" ms ");
    const spanish = describePolicy(world.genesis, "es");
    expect(spanish.length).toBe(english.length);
    expect(spanish).toContain("Sus repartidores deben estar autorizados por clearance.example.");
    expect(spanish.filter((sentence) => english.includes(sentence))).toEqual([]);
  });

  it("tells a change by what no longer holds and what holds from then on", () => {
    const after = nextPolicy(world.policy, { carriers: [] }, worldStart);
    expect(describePolicyChange(world.genesis, after, "en")).toContain(
      "New: No carrier may enter.",
    );
    const kinds = diffPolicies(world.genesis, after, "en").map(
      ({ key, kind }) => `${kind} ${key.split(":")[0]}`,
    );
    expect(kinds).toContain("removed carrier");
    expect(diffPolicies(world.genesis, world.genesis, "en")).toEqual([]);
  });
});
