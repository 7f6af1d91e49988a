import {
  type Crypto,
  type DoorState,
  decide,
  type Memo,
  type Now,
  type UnlockRequest,
} from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import { atLeast, atMost, median, percentile, type Row, type Section, spread } from "./table.ts";

const rounds = 7;
const decisionsPerRound = 300;

/** decide() on a fresh chain and on a remembered one: how much of it is cryptography. */
export async function benchDecide(): Promise<Section> {
  const fresh: number[] = [];
  const share: number[] = [];
  const warm: number[] = [];
  const rest: number[] = [];
  const verifies: number[] = [];
  const world = await makeWorld();
  const requests = await freshRequests(world, 64);
  for (let round = 0; round < rounds; round += 1) {
    const cold = timeAll(world.state, requests, world.now);
    fresh.push(median(cold.map((sample) => sample.totalUs)));
    share.push(median(cold.map((sample) => sample.cryptoUs / sample.totalUs)));
    const state = { ...world.state, memo: memoWithoutProofs(requests) };
    // The first decisions fill the memo; each proof counts as new, so one signature is left.
    timeAll(state, requests.slice(0, 4), world.now);
    const hot = timeAll(state, requests, world.now);
    warm.push(median(hot.map((sample) => sample.totalUs)));
    verifies.push(median(hot.map((sample) => sample.verifications)));
    rest.push(...hot.map((sample) => sample.totalUs - sample.cryptoUs));
  }
  const rows: Row[] = [
    { name: "fresh chain, p50", value: median(fresh), unit: "µs" },
    atLeast("fresh chain, share inside cryptography", median(share), {
      bound: 0.8,
      unit: "",
      note: "signatures, hashes and HMAC through the port",
    }),
    { name: "remembered chain, p50", value: median(warm), unit: "µs" },
    atMost("remembered chain, signatures verified", median(verifies), { bound: 1, unit: "" }),
    atMost("remembered chain, all but cryptography and hashing, p50", median(rest), {
      bound: 10,
      unit: "µs",
      note: "base64 and JSON counted as ours",
    }),
    { name: "the same, p99", value: percentile(rest, 0.99), unit: "µs" },
  ];
  return { title: "decide()", rows, noise: spread(fresh) };
}

interface Sample {
  readonly totalUs: number;
  readonly cryptoUs: number;
  readonly verifications: number;
}

function timeAll(
  state: DoorState,
  requests: readonly UnlockRequest[],
  now: Now,
): readonly Sample[] {
  const samples: Sample[] = [];
  const timed = timedCrypto();
  for (let index = 0; index < decisionsPerRound; index += 1) {
    const request = requests[index % requests.length];
    if (request === undefined) continue;
    timed.reset();
    const start = performance.now();
    const decision = decide({ ...state, crypto: timed.crypto }, request, now);
    const totalUs = (performance.now() - start) * 1_000;
    if (decision.kind !== "open")
      throw new Error(`the bench's chain was refused: ${JSON.stringify(decision)}`);
    samples.push({ totalUs, cryptoUs: timed.us(), verifications: timed.verifications() });
  }
  return samples;
}

/** Requests with a ticket and a proof each, over the same badge, assignment and grant. */
async function freshRequests(world: World, count: number): Promise<readonly UnlockRequest[]> {
  const requests: UnlockRequest[] = [];
  for (let index = 0; index < count; index += 1) {
    const ticket = world.takeTicket();
    requests.push(await world.request(await world.prove(ticket)));
    // Two tickets per handset at most: keep them for decide(), but out of the count.
    world.box.memory.tickets.delete(ticket.hash);
    tickets.set(ticket.hash, ticket);
  }
  for (const [hash, ticket] of tickets) world.box.memory.tickets.set(hash, ticket);
  return requests;
}

const tickets = new Map<string, ReturnType<World["takeTicket"]>>();

/** A box's memo, but every proof is new to it, as at a real door. */
function memoWithoutProofs(requests: readonly UnlockRequest[]): Memo {
  const kept = new Map<string, unknown>();
  const proofs = new Set(requests.map(({ proof }) => (proof?.kind === "jws" ? proof.text : "")));
  return {
    get: (text) => kept.get(text),
    set: (text, opened) => {
      if (!proofs.has(text)) kept.set(text, opened);
    },
  };
}

/** node:crypto behind a stopwatch. */
function timedCrypto(): {
  readonly crypto: Crypto;
  readonly reset: () => void;
  readonly us: () => number;
  readonly verifications: () => number;
} {
  const inner = nodeCrypto();
  let us = 0;
  let verifications = 0;
  const timed =
    <A extends readonly unknown[], R>(call: (...given: A) => R) =>
    (...given: A): R => {
      const start = performance.now();
      const result = call(...given);
      us += (performance.now() - start) * 1_000;
      return result;
    };
  const verify = timed(inner.verify);
  return {
    crypto: {
      sha256: timed(inner.sha256),
      hmacSha256: timed(inner.hmacSha256),
      verify: (...given) => {
        verifications += 1;
        return verify(...given);
      },
      aes128EncryptBlock: timed(inner.aes128EncryptBlock),
      aes128DecryptBlock: timed(inner.aes128DecryptBlock),
    },
    reset: () => {
      us = 0;
      verifications = 0;
    },
    us: () => us,
    verifications: () => verifications,
  };
}
