import { createHash } from "node:crypto";
import {
  decodeBase64url,
  importSealPrivateKey,
  type LiveTicket,
  type ProofPaper,
  paperHash,
  readPaper,
  ticketBody,
  unsealCodes,
  unsealPepper,
} from "@vestibule/core";
import type { BoxMessage, ServerMessage } from "@vestibule/core/link";
import { nodeCrypto } from "@vestibule/core/node";
import { makeWorld, type World, type WorldOptions } from "@vestibule/core/testing";
import { createDoor, type Door } from "../door.ts";
import type { DoorEvent, Effect } from "../effects.ts";
import type { DoorPorts } from "../ports.ts";
import type { Sensing, StrikeReport } from "../strike-report.ts";
import { type MemoryStore, memoryStore } from "./memory-store.ts";

export interface DoorRigOptions {
  readonly world?: World;
  readonly worldOptions?: WorldOptions;
  /** What the strike can tell; by default what the policy says. */
  readonly sensing?: Sensing;
  readonly heldOpenMs?: number;
  /** An unclaimed box with this card's secret, instead of one that is already pinned. */
  readonly claim?: Uint8Array;
}

/** A pulse, and what was on the disk when it was asked for. */
export interface SeenPulse {
  readonly att: string;
  readonly ent: string;
  readonly pulseMs: number;
  readonly atMs: number;
  readonly fireByMs: number;
  /** Whether an authorized, unfinished receipt of this attempt was already durable. */
  readonly recorded: boolean;
}

type Message<T extends BoxMessage["t"]> = Extract<BoxMessage, { readonly t: T }>;
type Unlock = Extract<ServerMessage, { readonly t: "unlock" }>;

/** One box over core's world: every event is handed in by hand, time moves only when told. */
export interface DoorRig {
  readonly world: World;
  readonly store: MemoryStore;
  /** Monotonic ms of the present process; a crash does not turn it back. */
  nowMs: number;
  /** What the host's clock shows beyond the rig's own. */
  hostAheadMs: number;
  healthy: boolean;
  readonly sent: BoxMessage[];
  readonly pulses: SeenPulse[];
  /** Crashes and restarts so far. */
  readonly restarts: () => number;
  readonly claimHeld: () => boolean;
  readonly handle: (event: DoorEvent) => void;
  readonly say: (message: ServerMessage) => void;
  /** Lets HPKE answer everything that was asked of it. */
  readonly settle: () => Promise<void>;
  /** Crashes at this many boundaries from now: before a commit, after it, after each effect. */
  readonly crashIn: (boundaries: number) => void;
  readonly restart: () => void;
  /** Opens a link, lets the box prove itself, welcomes it and tells it the time. */
  readonly connect: (seq?: number) => void;
  readonly hostMs: () => number;
  readonly answerTime: (nowMs?: number) => void;
  /** Taps and asks for a ticket; undefined where the box refuses. */
  readonly ticket: (
    tap?: { readonly e: string; readonly c: string },
    papers?: World["papers"],
  ) => LiveTicket | undefined;
  readonly unlock: (
    proof: ProofPaper,
    given?: { readonly att?: string; readonly ent?: string; readonly deadlineMs?: number },
  ) => string;
  /** A whole visit up to the pulse: tap, ticket, proof, unlock. Answers with the attempt's id. */
  readonly open: (codes?: readonly string[]) => Promise<string>;
  readonly report: (report: StrikeReport, ent?: string) => void;
  readonly last: <T extends BoxMessage["t"]>(t: T) => Message<T> | undefined;
}

class Crash extends Error {}

/** Makes a rig; without `claim` its box is pinned to the world's building and holds its keysets. */
export async function makeDoorRig(options: DoorRigOptions = {}): Promise<DoorRig> {
  const world = options.world ?? (await makeWorld(options.worldOptions));
  const crypto = nodeCrypto();
  const store = memoryStore(crypto);
  const jobs: (() => Promise<DoorEvent>)[] = [];
  const sealKey = await importSealPrivateKey(
    decodeBase64url(world.box.seal.privateText) ?? new Uint8Array(),
  );
  const inner = { boots: 0, boundaries: Number.POSITIVE_INFINITY, claim: options.claim, atts: 0 };
  let draws = 0;
  const random = (size: number) => {
    draws += 1;
    return new Uint8Array(createHash("sha512").update(`rig ${draws}`).digest().subarray(0, size));
  };
  const ports = (): DoorPorts => {
    const { jwk, kid, sign } = world.box.signer;
    if (jwk.kty !== "OKP") throw new Error("the world's box signs with Ed25519");
    return {
      identity: {
        jwk,
        ctl: kid,
        seal: world.box.seal.publicText,
        sign,
        spentSecret: new Uint8Array(32).fill(7),
        claim: inner.claim,
        boot: Buffer.from(random(16)).toString("base64url"),
        version: "0.1.0",
        server: rigServer,
      },
      crypto,
      memo: new Map(),
      random,
      reads: store.reads,
      tags: [world.tag],
      strikeHealthy: () => rig.healthy,
      strikeSensing: () => options.sensing ?? world.genesis.entrances[0]?.sensing,
      heldOpenMs: options.heldOpenMs ?? 600_000,
    };
  };
  let door: Door;
  const boundary = () => {
    inner.boundaries -= 1;
    if (inner.boundaries < 0) throw new Crash();
  };
  const carryOut = (effect: Effect) => {
    switch (effect.kind) {
      case "write":
        return;
      case "send":
        rig.sent.push(effect.message);
        return;
      case "send-receipts":
        for (const receipt of store.receipts()) {
          if (receipt.seq <= effect.after || receipt.seq > effect.upTo) continue;
          rig.sent.push({ t: "receipt", text: receipt.text, last: receipt.last });
        }
        return;
      case "unseal":
        jobs.push(async () => ({
          kind: "unsealed",
          att: effect.att,
          pepper: effect.pepper ?? (await unsealPepper(sealKey, effect.assignment, ctl)),
          codes: await unsealCodes(sealKey, effect.proof),
        }));
        return;
      case "unseal-pepper":
        jobs.push(async () => ({
          kind: "pepper",
          ticket: effect.ticket,
          pepper: await unsealPepper(sealKey, effect.assignment, ctl),
        }));
        return;
      case "pulse":
        rig.pulses.push({ ...effect, atMs: rig.nowMs, recorded: recordedIn(store, effect.att) });
        return;
      case "burn-claim":
        inner.claim = undefined;
        return;
    }
  };
  const run = (step: () => readonly Effect[]) => {
    try {
      const effects = step();
      boundary();
      store.commit(effects.flatMap((effect) => (effect.kind === "write" ? [effect.write] : [])));
      boundary();
      for (const effect of effects) {
        if (effect.kind === "write") continue;
        carryOut(effect);
        boundary();
      }
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      rig.restart();
    }
  };
  const { kid: ctl } = world.box.signer;
  const rig: DoorRig = {
    world,
    store,
    nowMs: 1_000_000,
    hostAheadMs: 0,
    healthy: true,
    sent: [],
    pulses: [],
    restarts: () => inner.boots - 1,
    claimHeld: () => inner.claim !== undefined,
    handle: (event) => run(() => door.handle(event, rig.nowMs)),
    say: (message) => rig.handle({ kind: "message", message }),
    settle: async () => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) rig.handle(await job());
    },
    crashIn: (boundaries) => {
      inner.boundaries = boundaries;
    },
    restart: () => {
      inner.boots += 1;
      inner.boundaries = Number.POSITIVE_INFINITY;
      jobs.length = 0;
      if (store.stored().policies.length > 0) inner.claim = undefined;
      door = createDoor(ports(), store.stored());
      run(() => door.start(rig.nowMs));
      rig.handle({ kind: "tick" });
    },
    ...hostSide(() => rig, { crypto, inner }),
  };
  if (options.claim === undefined) pin(world, store);
  rig.restart();
  return rig;
}

/** The host's name as the rig's box was told it. */
const rigServer = "https://host.example";

type HostSide = Pick<
  DoorRig,
  "connect" | "hostMs" | "answerTime" | "ticket" | "unlock" | "open" | "report" | "last"
>;

function hostSide(
  of: () => DoorRig,
  { crypto, inner }: { readonly crypto: ReturnType<typeof nodeCrypto>; inner: { atts: number } },
): HostSide {
  const last = <T extends BoxMessage["t"]>(t: T): Message<T> | undefined =>
    of().sent.findLast((message): message is Message<T> => message.t === t);
  const id = (kind: string) => {
    inner.atts += 1;
    return `${kind}_${String(inner.atts).padStart(26, "0")}`;
  };
  const hostMs = () => (of().world.now.trusted ?? 0) * 1_000 + of().nowMs + of().hostAheadMs;
  const answerTime = (nowMs = hostMs()) => {
    const asked = last("ask-time");
    if (asked !== undefined) of().say({ t: "time", nonce: asked.nonce, nowMs });
  };
  return {
    last,
    hostMs,
    answerTime,
    connect: (seq = of().store.receipts().at(-1)?.seq ?? 0) => {
      of().handle({ kind: "link-opened" });
      of().say({ t: "hello", nonce: "A".repeat(43), server: rigServer });
      of().say({ t: "welcome", seq });
      answerTime();
    },
    ticket: (tap = of().world.tap(), papers = of().world.papers) => {
      const asked = id("tkt");
      const { badge, assignment, grant, handset } = papers;
      if (handset.kty !== "EC" || badge === undefined)
        throw new Error("the world's papers changed");
      of().say({
        t: "ticket",
        id: asked,
        papers: { badge, assignment, grant, handset },
        ent: of().world.ent,
        presence: { kind: "tap", tap },
        deadlineMs: hostMs() + 3_000,
      });
      const made = last("ticket-made");
      return made?.id === asked ? liveTicketOf(crypto, made.ticket, of().nowMs) : undefined;
    },
    unlock: (proof, given = {}) => {
      const att = given.att ?? id("att");
      const { ent = of().world.ent, deadlineMs = hostMs() + 3_000 } = given;
      const message: Unlock = { t: "unlock", att, ent, proof: wireProof(proof), deadlineMs };
      of().say(message);
      return att;
    },
    open: async (codes) => {
      const ticket = of().ticket();
      if (ticket === undefined) throw new Error(`no ticket: ${last("ticket-refused")?.code}`);
      const att = of().unlock(await of().world.prove(ticket, codes));
      await of().settle();
      return att;
    },
    report: (report, ent = of().world.ent) => of().handle({ kind: "strike", ent, report }),
  };
}

function wireProof(proof: ProofPaper): Unlock["proof"] {
  return proof.kind === "jws" ? proof : { ...proof, assertion: { ...proof.assertion } };
}

function liveTicketOf(
  crypto: ReturnType<typeof nodeCrypto>,
  text: string,
  madeAtMs: number,
): LiveTicket {
  const read = readPaper({ crypto }, { kind: "ticket", text, body: ticketBody });
  if (read.kind === "refused") throw new Error("the box made a ticket that does not read");
  return { hash: paperHash(crypto, text), body: read.body, madeAtMs, usedBy: undefined };
}

function recordedIn(store: MemoryStore, att: string): boolean {
  const receipts = store.receipts().filter((receipt) => receipt.att === att);
  return receipts.length === 1 && receipts[0]?.last === false;
}

function pin(world: World, store: MemoryStore): void {
  const at = world.now.trusted ?? 0;
  store.commit([
    { kind: "policy", policy: world.policy },
    { kind: "claimed", bld: world.policy.bld },
    ...[world.host, world.carrier, world.vetter].map((party) => ({
      kind: "keyset" as const,
      root: party.root.kid,
      text: party.keyset,
      kids: [party.key.kid],
      at,
    })),
  ]);
}
