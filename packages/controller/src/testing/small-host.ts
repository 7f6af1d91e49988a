import { once } from "node:events";
import {
  adoptMac,
  type ChainHead,
  encodeBase64url,
  intakeReceipt,
  type LiveTicket,
  paperHash,
  readPaper,
  ticketBody,
} from "@vestibule/core";
import {
  type BoxMessage,
  linkAuthMessage,
  parseBoxMessage,
  type ServerMessage,
} from "@vestibule/core/link";
import { nodeCrypto } from "@vestibule/core/node";
import type { World } from "@vestibule/core/testing";
import { type WebSocket, WebSocketServer } from "ws";

const crypto = nodeCrypto();
const server = "https://host.example";
/** How long the box may take to say something, in ms; nothing is asserted by it. */
const hearMsMax = 30_000;
/** How long a command counts where a test is not about its deadline, in ms; a box waits 10 s at most. */
const commandMs = 9_000;

/** A host that knows one box: enough of the link protocol for a visit, with its own durable chain. */
export interface SmallHost {
  readonly url: string;
  readonly heard: BoxMessage[];
  /** Stages and results by attempt, as receipts say them; in the order of the chain. */
  readonly told: { att: string; stage: string; code: string | undefined; last: boolean }[];
  acknowledges: boolean;
  answersTime: boolean;
  readonly linked: () => boolean;
  readonly say: (message: ServerMessage) => void;
  readonly hear: <T extends BoxMessage["t"]>(
    t: T,
    holds?: (message: Extract<BoxMessage, { t: T }>) => boolean,
  ) => Promise<Extract<BoxMessage, { t: T }>>;
  readonly ticket: () => Promise<LiveTicket>;
  readonly unlock: (
    ticket: LiveTicket,
    given: { readonly code: string; readonly forMs?: number },
  ) => Promise<string>;
  readonly end: () => Promise<void>;
}

/** Starts the host on a free port. It adopts the box under `claim` at its first offer. */
export async function startHost(world: World, claim: Uint8Array): Promise<SmallHost> {
  const listening = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(listening, "listening");
  const address = listening.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  let socket: WebSocket | undefined;
  let welcomed = false;
  let head: ChainHead = { seq: 0, hash: encodeBase64url(new Uint8Array(32)) };
  let ids = 0;
  const id = (kind: string) => {
    ids += 1;
    return `${kind}_${String(ids).padStart(26, "0")}`;
  };
  const waiting = new Set<() => void>();
  const nonce = "A".repeat(43);
  const say = (message: ServerMessage) => socket?.send(JSON.stringify(message));
  const { kid: ctl, jwk } = world.box.signer;
  const heed = (message: BoxMessage) => {
    if (message.t === "auth") {
      const challenge = { nonce: new Uint8Array(32), boot: bytes(message.boot), server };
      if (!crypto.verify(jwk, linkAuthMessage(challenge), bytes(message.sig)))
        throw new Error("a box that cannot prove itself");
      welcomed = true;
      say({ t: "welcome", seq: head.seq });
      if (message.bld !== undefined) sendKeysets();
    }
    if (message.t === "ask-time" && host.answersTime)
      say({ t: "time", nonce: message.nonce, nowMs: hostMs(world) });
    if (message.t === "offer") {
      const { bld, hash: policy, text } = world.policy;
      const mac = adoptMac(crypto, claim, { nonce: message.nonce, bld, policy });
      say({ t: "adopt", nonce: message.nonce, policies: [text], mac: encodeBase64url(mac) });
    }
    if (message.t === "adopted") sendKeysets();
    if (message.t === "receipt") takeReceipt(message);
  };
  const sendKeysets = () => {
    for (const party of [world.host, world.carrier, world.vetter])
      say({ t: "keyset", text: party.keyset });
  };
  const takeReceipt = (message: Extract<BoxMessage, { t: "receipt" }>) => {
    if (!host.acknowledges) return;
    const { text, personal } = message;
    const taken = intakeReceipt({ crypto }, { text, personal, head }, { ctl, jwk });
    if ("code" in taken) throw new Error(`the chain broke: ${taken.code}`);
    if (taken.kind === "next") {
      head = taken.head;
      const { att, stage, code } = taken.receipt.body;
      host.told.push({ att, stage, code, last: message.last });
    }
    say({ t: "ack", seq: head.seq });
  };
  listening.on("connection", (opened) => {
    socket = opened;
    welcomed = false;
    opened.on("close", () => {
      if (socket === opened) welcomed = false;
    });
    opened.on("message", (data) => {
      const parsed = parseBoxMessage(String(data));
      if (parsed.kind === "refused") throw new Error(`the box sent ${parsed.code}`);
      host.heard.push(parsed.message);
      heed(parsed.message);
      for (const wake of [...waiting]) wake();
    });
    opened.send(JSON.stringify({ t: "hello", nonce, server } satisfies ServerMessage));
  });
  const host: SmallHost = {
    url: `ws://127.0.0.1:${port}/box`,
    heard: [],
    told: [],
    acknowledges: true,
    answersTime: true,
    linked: () => welcomed,
    say,
    hear: async (t, holds = () => true) => {
      const isIt = (message: BoxMessage): message is Extract<BoxMessage, { t: typeof t }> =>
        message.t === t;
      const find = () => host.heard.filter(isIt).findLast(holds);
      const by = performance.now() + hearMsMax;
      for (let found = find(); ; found = find()) {
        if (found !== undefined) return found;
        if (performance.now() > by) throw new Error(`the box never said ${t}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 100);
          const wake = () => {
            clearTimeout(timer);
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    ticket: () => takeTicket(world, host, id("tkt")),
    unlock: async (ticket, { code, forMs = commandMs }) => {
      const proof = await world.prove(ticket, [code]);
      if (proof.kind !== "jws") throw new Error("the world's handset signs JWS");
      const att = id("att");
      say({ t: "unlock", att, ent: world.ent, proof, deadlineMs: hostMs(world) + forMs });
      return att;
    },
    end: async () => {
      for (const client of listening.clients) client.terminate();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
  return host;
}

const startedAt = performance.now();
/** The host's clock: the world's time, going on. */
function hostMs(world: World): number {
  return (world.now.trusted ?? 0) * 1_000 + Math.floor(performance.now() - startedAt);
}

async function takeTicket(world: World, host: SmallHost, id: string): Promise<LiveTicket> {
  const { badge, assignment, grant, handset } = world.papers;
  if (badge === undefined || handset.kty !== "EC") throw new Error("the world's papers changed");
  const papers = { badge, assignment, grant, handset };
  const presence = { kind: "tap" as const, tap: world.tap() };
  const deadlineMs = hostMs(world) + commandMs;
  host.say({ t: "ticket", id, papers, ent: world.ent, presence, deadlineMs });
  const made = await Promise.race([
    host.hear("ticket-made", (message) => message.id === id),
    host
      .hear("ticket-refused", (message) => message.id === id)
      .then((message) => Promise.reject(new Error(`no ticket: ${message.code}`))),
  ]);
  const read = readPaper({ crypto }, { kind: "ticket", text: made.ticket, body: ticketBody });
  if (read.kind === "refused") throw new Error("a ticket that does not read");
  const hash = paperHash(crypto, made.ticket);
  return { hash, body: read.body, madeAtMs: 0, usedBy: undefined };
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, "base64url");
}
