import type { Crypto } from "@vestibule/core";
import type { BoxMessage } from "@vestibule/core/link";
import type { Logger } from "pino";
import type { OutboxRelay } from "../live/outbox-relay.ts";
import type { BoxOffer } from "../platform/boxes.ts";
import { type Databases, inContext } from "../platform/database.ts";
import type { OutboxEvent } from "../platform/outbox.ts";
import { keepPolicyWord, type PolicyWord } from "../policies/policy-boxes.ts";
import type { PolicyReader } from "../policies/read-policies.ts";
import type { RecordWriter } from "../records/record-writer.ts";
import { readNamedKeysets } from "./box-papers.ts";
import type { BoxSession } from "./box-session.ts";
import {
  boxContext,
  keepDoors,
  putOffer,
  quarantineBox,
  type RegisteredBox,
} from "./gateway-store.ts";
import type { ProcessLink } from "./process-link.ts";
import { takeReceipt } from "./receipt-intake.ts";

/** The close code that asks a box to come back (RFC 6455 registry: service restart). */
export const comeBackCode = 1012;

/** What the gateway stands on. */
export interface GatewayOptions {
  readonly databases: Databases;
  readonly writer: RecordWriter;
  readonly processes: ProcessLink;
  readonly relay: OutboxRelay;
  readonly policies: PolicyReader;
  readonly crypto: Crypto;
  /** The host's name as boxes sign it: the origin of PUBLIC_URL. */
  readonly server: string;
  readonly now: () => number;
  readonly logger: Logger;
}

/** A session with what the building knows of its box. */
export interface Held {
  readonly session: BoxSession;
  box: RegisteredBox | undefined;
  /** Where its chain stands, what is still being written included. */
  head: RegisteredBox["head"];
  /** Receipts up to this number are on disk. */
  durableSeq: number;
  quarantined: boolean;
  /** Runs while an acknowledgement is due. */
  ack: NodeJS.Timeout | undefined;
  offer: BoxOffer | undefined;
  /** Hashes of the papers that it was sent on this link: a handful. */
  readonly sent: string[];
  /** Set once the box has trusted time: policies offered before it would be refused as stale. */
  timed: boolean;
  /** Stops following its building's papers. */
  stop: (() => void) | undefined;
  /** Undefined until it has said something of them on this link. */
  doors: DoorsSeen | undefined;
}

type DoorsSeen = ReadonlyMap<string, { readonly held: boolean; readonly fault: boolean }>;
const noDoors: DoorsSeen = new Map();

/** How long an acknowledgement waits for the next receipt's, in ms; no box waits for one. */
export const ackAfterMs = 50;

/** Takes a frame of a box that has signed in. */
export async function takeMessage(
  options: GatewayOptions,
  held: Held,
  message: BoxMessage,
): Promise<void> {
  const { session } = held;
  switch (message.t) {
    case "auth":
      session.terminate();
      return;
    case "ask-time":
      session.send({ t: "time", nonce: message.nonce, nowMs: options.now() });
      held.timed = true;
      return pushPapers(options, held);
    case "receipt":
      return takeReceiptOf(options, held, message);
    case "offer":
      return takeOffer(options, held, message);
    case "adopted": {
      const { bld, policy, mac } = message;
      session.settle("adopt", { kind: "adopted", bld, policy, mac });
      // It comes back as a box of its building, once the page has checked its answer.
      setTimeout(() => session.close(comeBackCode, "adopted"), 1_000).unref();
      return;
    }
    case "adopt-refused":
      return session.settle("adopt", { kind: "refused", code: message.code });
    case "ticket-made": {
      const { ticket, jwk } = message;
      return session.settle(message.id, { kind: "ticket", ticket, jwk });
    }
    case "ticket-refused":
      return session.settle(message.id, { kind: "refused", code: message.code });
    case "stage":
      return takeStage(options, held, message);
    case "state":
      return takeState(options, held, message);
    case "policy-result":
    case "keyset-result":
      return takeResult(options, held, message);
  }
}

async function takeReceiptOf(
  options: GatewayOptions,
  held: Held,
  message: BoxMessage & { readonly t: "receipt" },
): Promise<void> {
  const { box, session, head } = held;
  const { crypto, databases, writer, now, logger } = options;
  // Nothing that a box says is matched to a building before it has been adopted.
  if (box === undefined || !box.adopted || session.jwk === undefined) return;
  const from = { ctl: session.ctl, jwk: session.jwk, box, head, nowMs: now() };
  const intake = await takeReceipt({ crypto, database: databases.app }, message, from);
  switch (intake.kind) {
    case "gap":
      // Receipts are sent again after a welcome, from where the chain stands here.
      session.close(comeBackCode, "chain-gap");
      return;
    case "fork":
      return quarantine(options, held, "chain-fork");
    case "refused":
      logger.warn({ controller: box.controllerId, fault: intake.code }, "a receipt was refused");
      session.close(1008, intake.code);
      return;
    case "known":
      // What is still being written is acknowledged by its own commit.
      ackSoon(held);
      return;
    case "next": {
      held.head = intake.head;
      if (intake.receipt.last) session.forget(intake.receipt.attemptId);
      const seq = intake.head.seq;
      // Not awaited: the next receipts share this one's commit.
      writer.write({ kind: "receipt", receipt: intake.receipt }).then(
        () => {
          held.durableSeq = seq;
          ackSoon(held);
        },
        (err: unknown) => {
          logger.error({ err }, "a receipt was not stored");
          session.close(comeBackCode, "not stored");
        },
      );
    }
  }
}

/** Acknowledges what is on disk, once for all receipts of a moment. */
function ackSoon(held: Held): void {
  held.ack ??= setTimeout(() => {
    held.ack = undefined;
    held.session.send({ t: "ack", seq: held.durableSeq });
  }, ackAfterMs).unref();
}

async function takeOffer(
  options: GatewayOptions,
  held: Held,
  message: BoxMessage & { readonly t: "offer" },
): Promise<void> {
  const { seal, nonce, mac } = message;
  const { ctl } = held.session;
  held.offer = { ctl, seal, nonce, mac, at: options.now() };
  await putOffer(options.databases.batch, { ctl, offer: held.offer });
}

function takeStage(
  options: GatewayOptions,
  held: Held,
  message: BoxMessage & { readonly t: "stage" },
): void {
  const about = held.session.about(message.att);
  // Other stages come with the attempt and its receipts; only this one is sooner than its receipt.
  if (about === undefined || message.stage !== "released") return;
  const { buildingId, carrierId, entranceId, jkt } = about;
  const body = {
    attempt: message.att,
    entrance: entranceId,
    jkt,
    stage: message.stage,
    reported: true,
  };
  tell(options, { buildingId, carrierId, kind: "attempt.stage", body });
}

async function takeState(
  options: GatewayOptions,
  held: Held,
  message: BoxMessage & { readonly t: "state" },
): Promise<void> {
  const { box, session } = held;
  if (box === undefined || !box.adopted) return;
  const { buildingId, controllerId } = box;
  const before = held.doors ?? noDoors;
  const doors: DoorsSeen = new Map(
    message.entrances.map((door) => [
      door.ent,
      { held: door.held, fault: door.strike === "fault" },
    ]),
  );
  held.doors = doors;
  const changed = [...doors].filter(([ent, door]) => {
    const was = before.get(ent);
    return was === undefined || was.held !== door.held || was.fault !== door.fault;
  });
  if (changed.length === 0 && before.size === doors.size) return;
  // Before anybody is told: whoever reads the building again then finds it.
  const who = { ctl: session.ctl, controllerId, buildingId };
  const entrances = await keepDoors(options.databases.app, who, message.entrances);
  for (const [ent, door] of changed) {
    const was = before.get(ent) ?? { held: false, fault: false };
    const body = { ent, entrance: entrances.get(ent) ?? null };
    if (door.held !== was.held)
      tell(options, { buildingId, kind: "door.held", body: { ...body, held: door.held } });
    if (door.fault !== was.fault)
      tell(options, { buildingId, kind: "door.fault", body: { ...body, fault: door.fault } });
  }
}

async function takeResult(
  options: GatewayOptions,
  held: Held,
  message: BoxMessage & { readonly t: "policy-result" | "keyset-result" },
): Promise<void> {
  const { box } = held;
  if (box === undefined) return;
  const { buildingId, controllerId: controller } = box;
  const { code } = message;
  const paper =
    message.t === "policy-result" ? { policy: message.policy } : { keyset: message.keyset };
  const isNews = message.t === "policy-result" && (await keepWord(options, held, message));
  if (code !== undefined)
    tell(options, { buildingId, kind: "controller.refused", body: { controller, code, ...paper } });
  else if (isNews)
    tell(options, { buildingId, kind: "controller.accepted", body: { controller, ...paper } });
}

/** Keeps a box's word on a policy of its building. @returns whether it is news. */
async function keepWord(
  { databases, now }: GatewayOptions,
  { box, session }: Held,
  { policy: hash, code, inForceFrom }: BoxMessage & { readonly t: "policy-result" },
): Promise<boolean> {
  if (box === undefined || !box.adopted) return false;
  const { ctl } = session;
  const { buildingId } = box;
  const word: PolicyWord | undefined =
    code !== undefined
      ? { kind: "refused", code }
      : inForceFrom === undefined
        ? undefined
        : { kind: "taken", inForceFromMs: inForceFrom * 1_000 };
  if (word === undefined) return false;
  return inContext(databases.app, boxContext(ctl, buildingId), (transaction) =>
    keepPolicyWord(transaction, { buildingId, ctl, hash, word, at: new Date(now()) }),
  );
}

/** Brings a box what it was not sent on this link of its building's policies and keysets. */
export async function pushPapers(options: GatewayOptions, held: Held): Promise<void> {
  const { box, session, sent } = held;
  const { databases, policies, now } = options;
  if (box === undefined || !box.adopted || !held.timed || !session.open) return;
  const papers = await inContext(
    databases.app,
    boxContext(session.ctl, box.buildingId),
    async (transaction) => {
      const { chain } = await policies.read(transaction, box.buildingId, now());
      const keysets = await readNamedKeysets(transaction, chain.slice(-2));
      return { chain, keysets };
    },
  );
  for (const { hash, text } of papers.chain)
    if (!sent.includes(hash) && session.send({ t: "policy", text })) sent.push(hash);
  for (const { hash, text } of papers.keysets)
    if (!sent.includes(hash) && session.send({ t: "keyset", text })) sent.push(hash);
}

/** Shuts a box out until somebody has looked, with an audit event and an alarm. */
export async function quarantine(
  options: GatewayOptions,
  held: Held,
  because: string,
): Promise<void> {
  held.quarantined = true;
  const { box, session } = held;
  const { databases, now, logger, processes } = options;
  if (box === undefined) return;
  const { buildingId, controllerId } = box;
  const who = { ctl: session.ctl, buildingId, controllerId };
  const changed = await quarantineBox(databases.app, who, { because, nowMs: now() });
  if (!changed) return;
  logger.error({ controller: controllerId, because }, "a box is quarantined");
  processes.ring();
}

function tell(options: GatewayOptions, event: OutboxEvent): void {
  options.writer
    .write({ kind: "event", event })
    .catch((err: unknown) => options.logger.error({ err }, "an event was not written"));
}
