import {
  type Crypto,
  type DoorState,
  decide,
  decodeBase64url,
  encodeBase64url,
  type Memo,
  type UnlockRequest,
} from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import type { Plan } from "./plan.ts";
import { atLeast, atMost, median, percentile, type Section, spread } from "./table.ts";

/**
 * decide() on a fresh chain and on a remembered one. What of it is ours is measured, not derived: the
 * same decision runs again with every signature, hash and MAC answered from a record, so no stopwatch
 * stands between the calls.
 */
export async function benchDecide({ quick }: Plan): Promise<readonly Section[]> {
  const world = await makeWorld();
  const request = await world.request(await world.prove(world.takeTicket()));
  const rounds = quick ? 3 : 9;
  const runs = quick ? 300 : 1_000;
  const work = prepare(world, request);
  for (const { once } of Object.values(work)) sample(once, runs);
  const figures = measureAll(work, { rounds, runs });
  const { fresh, freshOurs, warm, warmOurs, base64, verify } = figures;
  const ours = median(warmOurs.p50) - median(base64.p50);
  return [
    {
      title: "decide()",
      noise: spread(verify.p50),
      rows: [
        {
          name: "decide: one ES256 verification alone, p50",
          value: median(verify.p50),
          unit: "µs",
        },
        { name: "decide: fresh chain, p50", value: median(fresh.p50), unit: "µs" },
        atLeast(
          "decide: fresh chain, share inside cryptography",
          median(fresh.p50.map((us, round) => 1 - (freshOurs.p50[round] ?? 0) / us)),
          { bound: 0.8, unit: "", note: `rest: ${median(freshOurs.p50).toFixed(1)} µs` },
        ),
        { name: "decide: remembered chain, p50", value: median(warm.p50), unit: "µs" },
        { name: "decide: remembered chain, p99", value: median(warm.p99), unit: "µs" },
        atMost("decide: remembered chain, signatures verified", work.warm.verifications(), {
          bound: 1,
          unit: "",
          note: "the proof's, which is new at each door",
        }),
        atMost("decide: remembered chain, neither cryptography nor hashing nor base64, p50", ours, {
          bound: 10,
          unit: "µs",
          note: `${median(warmOurs.p50).toFixed(1)} µs with its ${median(base64.p50).toFixed(1)} µs of base64; limit: reading the proof's JSON and its shape`,
        }),
        {
          name: "decide: the same, p99",
          value: median(warmOurs.p99) - median(base64.p50),
          unit: "µs",
          note: "garbage collection and the neighbours on this machine",
        },
      ],
    },
  ];
}

interface Work {
  readonly once: () => void;
}

function prepare(world: World, request: UnlockRequest) {
  const proof = request.proof?.kind === "jws" ? request.proof.text : "";
  const deciding = (state: DoorState) => () => {
    const { kind } = decide(state, request, world.now);
    if (kind !== "open") throw new Error(`the bench's chain was not let in: ${kind}`);
  };
  const counted = countedCrypto();
  const warmed = { ...world.state, crypto: counted.crypto, memo: memoBut(proof) };
  const fresh = recorded(nodeCrypto());
  const warm = recorded(nodeCrypto());
  const replaying = (state: DoorState, { rewind }: ReturnType<typeof recorded>): Work => {
    const run = deciding(state);
    // Twice: the first fills the memo, the second is what is replayed.
    if (state.memo !== undefined) deciding({ ...state, crypto: nodeCrypto() })();
    run();
    return {
      once: () => {
        rewind();
        run();
      },
    };
  };
  const real = nodeCrypto();
  const data = new Uint8Array(400);
  const signature = world.handset.sign(data);
  return {
    fresh: { once: deciding(world.state) },
    freshOurs: replaying({ ...world.state, crypto: fresh.crypto }, fresh),
    warm: {
      once: deciding(warmed),
      verifications: () => {
        counted.reset();
        deciding(warmed)();
        return counted.verifications();
      },
    },
    warmOurs: replaying({ ...world.state, crypto: warm.crypto, memo: memoBut(proof) }, warm),
    base64: { once: () => decodeAsDecideDoes(proof, world.carrier.root.kid) },
    verify: { once: () => void real.verify(world.handset.jwk, data, signature) },
  };
}

/** What a remembered chain decodes and encodes: the proof's two parts, an issuer twice, four digests. */
function decodeAsDecideDoes(proof: string, issuer: string): void {
  const [, payload = "", signature = ""] = proof.split(".");
  for (const text of [payload, signature, issuer, issuer]) decodeBase64url(text);
  for (let count = 0; count < 4; count += 1) encodeBase64url(digest);
}
const digest = new Uint8Array(32);

interface Rounds {
  readonly p50: number[];
  readonly p99: number[];
}

/** Interleaved: each round takes every kind of work once, so that a busy minute meets them all. */
function measureAll(
  work: ReturnType<typeof prepare>,
  { rounds, runs }: { readonly rounds: number; readonly runs: number },
) {
  const none = (): Rounds => ({ p50: [], p99: [] });
  const figures = {
    fresh: none(),
    freshOurs: none(),
    warm: none(),
    warmOurs: none(),
    base64: none(),
    verify: none(),
  };
  const take = ({ once }: Work, { p50, p99 }: Rounds) => {
    const samples = sample(once, runs);
    p50.push(percentile(samples, 0.5));
    p99.push(percentile(samples, 0.99));
  };
  for (let round = 0; round < rounds; round += 1) {
    take(work.fresh, figures.fresh);
    take(work.freshOurs, figures.freshOurs);
    take(work.warm, figures.warm);
    take(work.warmOurs, figures.warmOurs);
    take(work.base64, figures.base64);
    take(work.verify, figures.verify);
  }
  return figures;
}

function sample(once: () => void, runs: number): readonly number[] {
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    once();
    samples.push((performance.now() - start) * 1_000);
  }
  return samples;
}

/** A box's memo, but the proof is new to it each time, as at a real door. */
function memoBut(proof: string): Memo {
  const kept = new Map<string, unknown>();
  return {
    get: (text) => kept.get(text),
    set: (text, opened) => void (text === proof || kept.set(text, opened)),
  };
}

/** Answers each call with what the real port said at the same place of the first run. */
function recorded(real: Crypto): { readonly crypto: Crypto; readonly rewind: () => void } {
  let place = 0;
  let replaying = false;
  const wrap = <A extends readonly unknown[], R>(call: (...given: A) => R) => {
    const answers: R[] = [];
    return (...given: A): R => {
      place += 1;
      if (replaying) {
        const answer = answers[place];
        if (answer === undefined) throw new Error("the second run asked for something else");
        return answer;
      }
      const answer = call(...given);
      answers[place] = answer;
      return answer;
    };
  };
  return {
    crypto: {
      sha256: wrap(real.sha256),
      hmacSha256: wrap(real.hmacSha256),
      verify: wrap(real.verify),
      aes128EncryptBlock: wrap(real.aes128EncryptBlock),
      aes128DecryptBlock: wrap(real.aes128DecryptBlock),
    },
    rewind: () => {
      replaying = true;
      place = 0;
    },
  };
}

function countedCrypto() {
  const real = nodeCrypto();
  let verifications = 0;
  const crypto: Crypto = {
    ...real,
    verify: (...given) => {
      verifications += 1;
      return real.verify(...given);
    },
  };
  return {
    crypto,
    reset: () => {
      verifications = 0;
    },
    verifications: () => verifications,
  };
}
