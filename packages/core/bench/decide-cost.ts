/**
 * What decide() costs on a chain whose papers were verified before, and what of that is ours: the same
 * run with every hash, MAC and signature answered from a record. Prints microseconds at p50 and p99.
 * Run: node packages/core/bench/decide-cost.ts
 */
import { nodeCrypto } from "../src/crypto/node.ts";
import type { Crypto } from "../src/crypto/port.ts";
import { decide } from "../src/decide/decide.ts";
import type { DoorState, UnlockRequest } from "../src/decide/facts.ts";
import { decodeBase64url, encodeBase64url } from "../src/encoding/base64url.ts";
import type { Memo } from "../src/papers/jws.ts";
import { makeWorld } from "../src/testing/index.ts";

const runs = 20_000;

function percentile(sorted: readonly number[], share: number): number {
  return (sorted[Math.floor(sorted.length * share)] ?? 0) / 1_000;
}

function measure(work: () => void): { readonly p50: number; readonly p99: number } {
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = process.hrtime.bigint();
    work();
    samples.push(Number(process.hrtime.bigint() - start));
  }
  samples.sort((left, right) => left - right);
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}

/** Answers each call with what the real port said at the same place of the first run. */
function recorded(real: Crypto): { readonly crypto: Crypto; readonly rewind: () => void } {
  const answers: unknown[] = [];
  let place = 0;
  let replaying = false;
  const wrap =
    <A extends readonly unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      if (!replaying) {
        const answer = call(...args);
        answers.push(answer);
        return answer;
      }
      place += 1;
      // The record was made by the same calls in the same order.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return answers[place - 1] as R;
    };
  const crypto: Crypto = {
    sha256: wrap(real.sha256),
    hmacSha256: wrap(real.hmacSha256),
    verify: wrap(real.verify),
    aes128EncryptBlock: real.aes128EncryptBlock,
    aes128DecryptBlock: real.aes128DecryptBlock,
  };
  return {
    crypto,
    rewind: () => {
      replaying = true;
      place = 0;
    },
  };
}

function newMemo(proof: string): Memo {
  const entries = new Map<string, unknown>();
  return {
    get: (text) => entries.get(text),
    // A proof is new each time: only the chain behind it is remembered.
    set: (text, value) => void (text === proof || entries.set(text, value)),
  };
}

for (const count of [3, 500]) {
  const codes = Array.from(
    { length: count },
    (_, index) => `1Z999AA1${String(index).padStart(10, "0")}`,
  );
  const world = await makeWorld({ codes });
  const request: UnlockRequest = await world.request(await world.prove(world.takeTicket()));
  const proof = request.proof?.kind === "jws" ? request.proof.text : "";
  const run = (state: DoorState) => {
    const decision = decide(state, request, world.now);
    if (decision.kind !== "open") throw new Error(`not open: ${JSON.stringify(decision)}`);
  };
  const fresh = measure(() => run(world.state));
  const memo = newMemo(proof);
  const warm = { ...world.state, memo };
  run(warm);
  const memoized = measure(() => run(warm));
  const { crypto, rewind } = recorded(nodeCrypto());
  const bare = { ...world.state, crypto, memo };
  run(bare);
  const ours = measure(() => {
    rewind();
    run(bare);
  });
  const [, payload = "", signed = ""] = proof.split(".");
  const { kid } = world.carrier.root;
  const digest = new Uint8Array(32);
  // Two parts of the proof, the issuer in two digests, and four digests into text.
  const base64 = measure(() => {
    for (const text of [payload, signed, kid, kid]) decodeBase64url(text);
    for (let count = 0; count < 4; count += 1) encodeBase64url(digest);
  });
  const real = nodeCrypto();
  const data = new Uint8Array(400);
  const signature = world.handset.sign(data);
  const one = measure(() => void real.verify(world.handset.jwk, data, signature));
  const say = (name: string, { p50, p99 }: { readonly p50: number; readonly p99: number }) =>
    process.stdout.write(
      `${String(count).padStart(3)} parcels  ${name.padEnd(34)} p50 ${p50.toFixed(1)} us  p99 ${p99.toFixed(1)} us\n`,
    );
  say("fresh chain", fresh);
  say("chain verified before", memoized);
  say("of that, all but cryptography", ours);
  say("  of which base64", base64);
  say("one ES256 verification alone", one);
}
