import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeBase64url,
  importSealPrivateKey,
  type LiveTicket,
  paperHash,
  readPaper,
  ticketBody,
} from "@vestibule/core";
import type { BoxMessage, ServerMessage } from "@vestibule/core/link";
import { nodeCrypto, randomText } from "@vestibule/core/node";
import { makeWorld, type World, type WorldOptions } from "@vestibule/core/testing";
import { boundedMemo } from "../controller.ts";
import { type Runtime, startRuntime } from "../runtime.ts";
import { type BoxStore, openBoxStore } from "../store/box-store.ts";
import type { Strike } from "../strikes/strike.ts";

/** How long the box may take to say something, in ms; nothing is asserted by it. */
const hearMsMax = 30_000;

export interface RuntimeRig {
  readonly world: World;
  readonly folder: string;
  readonly store: BoxStore;
  readonly runtime: Runtime;
  readonly sent: BoxMessage[];
  readonly fatal: unknown[];
  readonly say: (message: ServerMessage) => void;
  readonly connect: () => Promise<void>;
  readonly hear: <T extends BoxMessage["t"]>(
    t: T,
    holds?: (message: Extract<BoxMessage, { t: T }>) => boolean,
  ) => Promise<Extract<BoxMessage, { t: T }>>;
  readonly ticket: () => Promise<LiveTicket>;
  readonly hostMs: () => number;
  readonly end: () => void;
}

/** The real loop over the real store and the given strike, with a host played by the test. */
export async function makeRuntimeRig(options: {
  readonly strike: Strike;
  readonly worldOptions?: WorldOptions;
  readonly wrapStore?: (store: BoxStore) => BoxStore;
  readonly monotonicMs?: () => number;
}): Promise<RuntimeRig> {
  const world = await makeWorld(options.worldOptions);
  const folder = mkdtempSync(join(tmpdir(), "vestibule-runtime-"));
  const crypto = nodeCrypto();
  const store = openBoxStore(crypto, join(folder, "box.sqlite"));
  pin(world, store);
  const sent: BoxMessage[] = [];
  const fatal: unknown[] = [];
  const { jwk, kid, sign } = world.box.signer;
  if (jwk.kty !== "OKP") throw new Error("the world's box signs with Ed25519");
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const seal = decodeBase64url(world.box.seal.privateText) ?? new Uint8Array();
  const runtime = startRuntime({
    crypto,
    store: options.wrapStore?.(store) ?? store,
    sealKey: await importSealPrivateKey(seal),
    strikes: new Map([["street", options.strike]]),
    monotonicMs,
    burnClaim: () => undefined,
    onFatal: (error) => fatal.push(error),
    ports: {
      identity: {
        jwk,
        ctl: kid,
        seal: world.box.seal.publicText,
        sign,
        spentSecret: new Uint8Array(32).fill(7),
        claim: undefined,
        boot: randomText(16),
        version: "0.1.0",
        server: "https://host.example",
      },
      crypto,
      memo: boundedMemo(),
      random: (size) => globalThis.crypto.getRandomValues(new Uint8Array(size)),
      tags: [world.tag],
      heldOpenMs: 600_000,
    },
  });
  const hostMs = () => (world.now.trusted ?? 0) * 1_000 + Math.floor(monotonicMs());
  const say = (message: ServerMessage) => runtime.push({ kind: "message", message });
  const hear: RuntimeRig["hear"] = async (t, holds = () => true) => {
    const isIt = (message: BoxMessage): message is Extract<BoxMessage, { t: typeof t }> =>
      message.t === t;
    const by = performance.now() + hearMsMax;
    while (performance.now() < by) {
      const found = sent.filter(isIt).findLast(holds);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`the box never said ${t}`);
  };
  return {
    world,
    folder,
    store,
    runtime,
    sent,
    fatal,
    say,
    hear,
    hostMs,
    connect: async () => {
      const cut = () => runtime.attachLink(undefined);
      runtime.attachLink({ send: (message) => void sent.push(message), cut });
      say({ t: "hello", nonce: "A".repeat(43), server: "https://host.example" });
      say({ t: "welcome", seq: 0 });
      const { nonce } = await hear("ask-time");
      say({ t: "time", nonce, nowMs: hostMs() });
    },
    ticket: async () => {
      const id = `tkt_${randomText(16).toLowerCase().replaceAll(/[-_]/g, "0").padStart(26, "0")}`;
      const { badge, assignment, grant, handset } = world.papers;
      if (badge === undefined || handset.kty !== "EC") throw new Error("the papers changed");
      const papers = { badge, assignment, grant, handset };
      const presence = { kind: "tap" as const, tap: world.tap() };
      say({ t: "ticket", id, papers, ent: world.ent, presence, deadlineMs: hostMs() + 3_000 });
      const made = await hear("ticket-made", (message) => message.id === id);
      const read = readPaper({ crypto }, { kind: "ticket", text: made.ticket, body: ticketBody });
      if (read.kind === "refused") throw new Error("a ticket that does not read");
      const hash = paperHash(crypto, made.ticket);
      return { hash, body: read.body, madeAtMs: 0, usedBy: undefined };
    },
    end: () => {
      runtime.stop();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function pin(world: World, store: BoxStore): void {
  const at = world.now.trusted ?? 0;
  store.transaction((write) => {
    write({ kind: "policy", policy: world.policy });
    write({ kind: "claimed", bld: world.policy.bld });
    for (const { root, key, keyset } of [world.host, world.carrier, world.vetter])
      write({ kind: "keyset", root: root.kid, text: keyset, kids: [key.kid], at });
  });
}
