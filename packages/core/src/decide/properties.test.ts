import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { type Memo, signingInputOf } from "../papers/jws.ts";
import type { PaperKind } from "../papers/limits.ts";
import { bodyOf } from "../testing/gestures.ts";
import { makeWorld, type World } from "../testing/index.ts";
import { decide } from "./decide.ts";
import type { DoorState, UnlockRequest } from "./facts.ts";

let one: World;
let two: World;
let first: UnlockRequest;
let second: UnlockRequest;
let memo: Memo;

async function visit(world: World): Promise<UnlockRequest> {
  return world.request(await world.prove(world.takeTicket()));
}

beforeAll(async () => {
  [one, two] = await Promise.all([makeWorld(), makeWorld()]);
  [first, second] = await Promise.all([visit(one), visit(two)]);
  const entries = new Map<string, unknown>();
  memo = { get: (text) => entries.get(text), set: (text, value) => entries.set(text, value) };
  // Warm with both, so that every paper of either chain is remembered as verified.
  expect(decide({ ...one.state, memo }, first, one.now).kind).toBe("open");
  expect(decide({ ...two.state, memo }, second, two.now).kind).toBe("open");
});

/** The verdict without memo, which the warmed memo must not change. */
function verdict(state: DoorState, request: UnlockRequest, now = one.now) {
  const plain = decide(state, request, now);
  expect(decide({ ...state, memo }, request, now)).toEqual(plain);
  return plain;
}

const slots = ["badge", "assignment", "grant", "proof"] as const;
type Slot = (typeof slots)[number];

function textIn(request: UnlockRequest, slot: Slot): string {
  if (slot === "proof") return request.proof?.kind === "jws" ? request.proof.text : "";
  return request.papers[slot] ?? "";
}

function withText(request: UnlockRequest, slot: Slot, text: string): UnlockRequest {
  if (slot === "proof") return { ...request, proof: { kind: "jws", text } };
  return { ...request, papers: { ...request.papers, [slot]: text } };
}

const anySlot = fc.constantFrom(...slots);

describe("no door opens", () => {
  it("after any change of any character of any paper", () => {
    fc.assert(
      fc.property(anySlot, fc.nat(), fc.nat(255), (slot, place, code) => {
        const text = textIn(first, slot);
        const index = place % text.length;
        const changed = `${text.slice(0, index)}${String.fromCharCode(code)}${text.slice(index + 1)}`;
        return (
          changed === text || verdict(one.state, withText(first, slot, changed)).kind !== "open"
        );
      }),
      { numRuns: 300 },
    );
  });

  it("after any cut, insertion or doubling of any paper", () => {
    fc.assert(
      fc.property(anySlot, fc.nat(), fc.nat(40), fc.string(), (slot, place, length, more) => {
        const text = textIn(first, slot);
        const from = place % text.length;
        const changed = `${text.slice(0, from)}${more}${text.slice(from + length)}`;
        return (
          changed === text || verdict(one.state, withText(first, slot, changed)).kind !== "open"
        );
      }),
      { numRuns: 200 },
    );
  });

  it("for any paper signed by any key but its own, whatever it says", () => {
    const signers = [
      ...[one, two].flatMap(({ host, carrier, vetter }) =>
        [host, carrier, vetter].flatMap(({ root, key, stop }) => [root, key, stop]),
      ),
      one.member,
      one.box.signer,
      one.handset,
      two.handset,
    ];
    const own = {
      badge: one.vetter.key,
      assignment: one.carrier.key,
      grant: one.host.key,
      proof: one.handset,
    };
    const edit = fc.record({
      slot: anySlot,
      signer: fc.nat(signers.length - 1),
      pose: fc.boolean(),
      member: fc.nat(),
      value: fc.oneof(fc.jsonValue(), fc.constant(undefined)),
    });
    fc.assert(
      fc.property(edit, ({ slot, signer, pose, member, value }) => {
        const by = signers[signer];
        if (by === undefined || by.kid === own[slot].kid) return true;
        const body = bodyOf(textIn(first, slot));
        const names = Object.keys(body);
        const name = names[member % names.length] ?? "v";
        const bent = value === undefined ? body : { ...body, [name]: value };
        const alg = by.jwk.kty === "EC" ? "ES256" : "EdDSA";
        const kind: PaperKind = slot;
        let input: string;
        try {
          input = signingInputOf(kind, bent, { kid: pose ? own[slot].kid : by.kid, alg });
        } catch {
          return true;
        }
        const text = `${input}.${encodeBase64url(by.sign(utf8(input)))}`;
        return verdict(one.state, withText(first, slot, text)).kind !== "open";
      }),
      { numRuns: 300 },
    );
  });

  it("for any mixture of two valid chains, at either box", () => {
    const parts = fc.array(fc.boolean(), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(parts, (flags) => {
        const from = (index: number) => (flags[index] ? first : second);
        const state = flags[6] ? one.state : two.state;
        const { badge } = from(0).papers;
        const papers = {
          badge,
          assignment: from(1).papers.assignment,
          grant: from(2).papers.grant,
          handset: from(3).papers.handset,
        };
        const { proof } = from(4);
        const { unsealed } = from(5);
        const request: UnlockRequest = {
          papers,
          ent: "street",
          ...(proof && { proof }),
          ...(unsealed && { unsealed }),
        };
        const { kind } = verdict(state, request);
        const whole = new Set(flags).size === 1;
        return (kind === "open") === whole;
      }),
      { numRuns: 128 },
    );
  });

  it("for any mixture of two assignments of one day at one building", async () => {
    const other = await one.reissue({});
    const ticket = one.takeTicket(other);
    const third = await one.request(await one.prove(ticket, undefined, other), other);
    const parts = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(parts, ([assignment, grant, proof, unsealed]) => {
        const from = (flag: boolean) => (flag ? first : third);
        const papers = {
          ...first.papers,
          assignment: from(assignment).papers.assignment,
          grant: from(grant).papers.grant,
        };
        const shownProof = from(proof).proof;
        const facts = from(unsealed).unsealed;
        const request: UnlockRequest = {
          papers,
          ent: "street",
          ...(shownProof && { proof: shownProof }),
          ...(facts && { unsealed: facts }),
        };
        const { kind } = verdict(one.state, request);
        return kind !== "open" || new Set([assignment, grant, proof, unsealed]).size === 1;
      }),
      { numRuns: 32 },
    );
  });

  it("a second time for anything shown before, in whatever order it comes again", async () => {
    const world = await makeWorld({
      policy: (policy) => ({ ...policy, limits: { ...policy.limits, retry: { n: 2, s: 120 } } }),
    });
    const seen: UnlockRequest[] = [];
    let openings = 0;
    for (let round = 0; round < 6; round += 1) {
      const request = await visit(world);
      const decision = decide(world.state, request, world.now);
      if (decision.kind !== "unknown") world.box.memory.apply(decision.changes);
      if (decision.kind === "open") openings += 1;
      seen.push(request);
      for (const old of fc.sample(fc.shuffledSubarray(seen), 3).flat())
        expect(decide(world.state, old, world.now).kind).toBe("refused");
    }
    // One opening and two retries; then the label is spent whoever asks.
    expect(openings).toBe(3);
  });
});

describe("decide()", () => {
  it("throws nothing, and says no, for whatever text or JSON is shown as any paper", () => {
    const wrap = (kind: PaperKind, body: unknown) =>
      `${signingInputOf(kind, { alg: 1 }, { kid: "x", alg: "ES256" }).split(".")[0]}.${encodeBase64url(utf8(JSON.stringify(body) ?? ""))}.${"A".repeat(86)}`;
    const head = (slot: Slot) => textIn(first, slot).split(".")[0] ?? "";
    const junk = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => () => text),
      fc.jsonValue().map((body) => (slot: Slot) => wrap(slot, body)),
      fc
        .jsonValue()
        .map(
          (body) => (slot: Slot) =>
            `${head(slot)}.${encodeBase64url(utf8(JSON.stringify(body)))}.${"A".repeat(86)}`,
        ),
    );
    fc.assert(
      fc.property(
        anySlot,
        junk,
        (slot, make) => verdict(one.state, withText(first, slot, make(slot))).kind === "refused",
      ),
      { numRuns: 300 },
    );
  });

  it("throws nothing for whatever HPKE gave and whatever assertion or key is shown", () => {
    const codes = fc.oneof(
      fc.constant("unopenable" as const),
      fc.array(fc.string({ unit: "binary" })),
    );
    const pepper = fc.oneof(fc.constant("unopenable" as const), fc.uint8Array());
    fc.assert(
      fc.property(
        codes,
        pepper,
        (found, key) =>
          verdict(one.state, { ...first, unsealed: { codes: found, pepper: key } }).kind ===
          "refused",
      ),
    );
    const text = fc.string({ unit: "binary" });
    const assertion = fc.record({ authenticatorData: text, clientDataJSON: text, signature: text });
    fc.assert(
      fc.property(
        text,
        assertion,
        (body, shown) =>
          verdict(one.state, { ...first, proof: { kind: "assertion", body, assertion: shown } })
            .kind === "refused",
      ),
    );
    fc.assert(
      fc.property(
        text,
        text,
        (x, y) =>
          verdict(one.state, {
            ...first,
            papers: { ...first.papers, handset: { kty: "EC", crv: "P-256", x, y } },
          }).kind === "refused",
      ),
    );
  });

  it("gives the same answer for the same facts", () => {
    expect(decide(one.state, first, one.now)).toEqual(decide(one.state, first, one.now));
  });
});
