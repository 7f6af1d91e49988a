import {
  encodeBase64url,
  firstReceiptPrev,
  hashText,
  type Now,
  personalHash,
  type Receipt,
  type ReceiptPersonal,
  signingInputOf,
  utf8,
} from "@vestibule/core";
import type { Outcome } from "./attempt.ts";
import type { Effect } from "./effects.ts";
import { type DoorMemory, freshText, inForce, sensingOf } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/** Stored receipts sent at a time; the next follow when the host has acknowledged these. */
export const receiptPageMax = 200;
/** Receipts that a host does not acknowledge are sent again after this, in ms. */
export const resendAfterMs = 60_000;

const nothing = encodeBase64url(new Uint8Array(32));

/** Signs the next receipt of the chain: written first, then sent. */
export function writeReceipt(
  ports: DoorPorts,
  memory: DoorMemory,
  { outcome, now }: { readonly outcome: Outcome; readonly now: Now },
): readonly Effect[] {
  const personal = personalOf(ports, outcome);
  const body = receiptBodyOf(ports, memory, { outcome, now, personal });
  const input = signingInputOf("receipt", body, { kid: ports.identity.ctl, alg: "EdDSA" });
  const text = `${input}.${encodeBase64url(ports.identity.sign(utf8(input)))}`;
  const hash = hashText(ports.crypto, utf8(input));
  memory.chain = { seq: body.seq, hash };
  const receipt = {
    seq: body.seq,
    hash,
    att: outcome.att,
    ent: outcome.ent,
    text,
    personal,
    last: outcome.last,
    at: body.time.local,
  };
  const detail =
    outcome.detail === undefined || Object.keys(outcome.detail).length === 0
      ? {}
      : { detail: outcome.detail };
  const write: Effect = { kind: "write", write: { kind: "receipt", receipt } };
  // While older ones are still on their way it follows them: the host takes a chain in its order.
  if (memory.link !== "welcomed" || memory.sent.seq !== body.seq - 1) return [write];
  memory.sent = { seq: body.seq, atMs: now.monotonicMs };
  return [
    write,
    {
      kind: "send",
      message: {
        t: "receipt",
        text,
        last: outcome.last,
        ...(personal === undefined ? {} : { personal: mutable(personal) }),
        ...detail,
      },
    },
  ];
}

function receiptBodyOf(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    outcome,
    now,
    personal,
  }: {
    readonly outcome: Outcome;
    readonly now: Now;
    readonly personal: ReceiptPersonal | undefined;
  },
): Receipt {
  const policy = inForce(memory, now);
  // Before any trusted time there is only the floor; a receipt never invents a later one.
  const local = Math.max(now.trusted ?? memory.floor, 1_000_000_000);
  return {
    v: 1,
    iss: ports.identity.ctl,
    bld: policy?.bld ?? memory.policies[0]?.bld ?? nothing,
    ent: outcome.ent,
    seq: memory.chain.seq + 1,
    prev: memory.chain.seq === 0 ? firstReceiptPrev : memory.chain.hash,
    boot: ports.identity.boot,
    att: outcome.att,
    stage: outcome.stage,
    ...(outcome.code === undefined ? {} : { code: outcome.code }),
    time: {
      local,
      ...(memory.floor >= 1_000_000_000 ? { floor: memory.floor } : {}),
      ...(now.ageS === undefined ? {} : { age: Math.max(0, now.ageS) }),
    },
    pol: policy?.hash ?? nothing,
    keysets: keysetsHash(ports, memory),
    stops: nothing,
    link: "websocket",
    sensing: {
      kind: sensingOf(ports, policy, outcome.ent),
      result: outcome.result,
    },
    flags: [...outcome.flags],
    versions: { box: ports.identity.version },
    ...(personal === undefined ? {} : { ph: personalHash(ports.crypto, personal) }),
  };
}

/** One hash over all keysets in force: their own hashes, in order. */
function keysetsHash(ports: DoorPorts, memory: DoorMemory): string {
  const hashes = [...memory.keysets.values()].map((held) => held.keyset.hash).toSorted();
  return hashText(ports.crypto, utf8(hashes.join("\n")));
}

function personalOf(ports: DoorPorts, outcome: Outcome): ReceiptPersonal | undefined {
  if (outcome.personal === undefined) return undefined;
  const { identified, proof, parcels } = outcome.personal;
  return {
    salt: freshText(ports, 32),
    parcels: [...parcels],
    ...(proof === undefined ? {} : { proof }),
    ...(identified === undefined
      ? {}
      : {
          asg: identified.assignment,
          car: identified.carrier,
          drv: identified.driver,
          grant: identified.grant,
        }),
  };
}

function mutable(personal: ReceiptPersonal): ReceiptPersonal & { parcels: number[] } {
  return { ...personal, parcels: [...personal.parcels] };
}

/** Sends the next page of what the host does not have yet. */
export function sendMissing(
  ports: DoorPorts,
  memory: DoorMemory,
  nowMs: number,
): readonly Effect[] {
  const { seq } = memory.chain;
  const oldest = ports.reads.oldestReceipt();
  if (memory.link !== "welcomed" || memory.sent.seq >= seq || oldest === undefined) return [];
  // What retention has deleted cannot be sent any more.
  const after = Math.max(memory.sent.seq, oldest - 1);
  const upTo = Math.min(seq, after + receiptPageMax);
  memory.sent = { seq: upTo, atMs: nowMs };
  return [{ kind: "send-receipts", after, upTo }];
}

/** Takes the host's word that receipts up to here are durable there, and sends what comes next. */
export function takeAck(
  ports: DoorPorts,
  memory: DoorMemory,
  { seq, nowMs }: { readonly seq: number; readonly nowMs: number },
): readonly Effect[] {
  memory.acked = Math.max(memory.acked, Math.min(seq, memory.sent.seq));
  return memory.acked === memory.sent.seq ? sendMissing(ports, memory, nowMs) : [];
}

/** Sends again what was not acknowledged for a while: the host may have lost it without the link. */
export function resendUnacked(
  ports: DoorPorts,
  memory: DoorMemory,
  nowMs: number,
): readonly Effect[] {
  const waiting = memory.acked < memory.sent.seq;
  if (!waiting || nowMs - memory.sent.atMs < resendAfterMs) return [];
  memory.sent = { seq: memory.acked, atMs: nowMs };
  return sendMissing(ports, memory, nowMs);
}
