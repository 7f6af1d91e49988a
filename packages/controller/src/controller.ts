import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Crypto, importSealPrivateKey, type Memo } from "@vestibule/core";
import { nodeCrypto, randomText } from "@vestibule/core/node";
import { burnClaim, loadBoxKeys, loadClaim, loadTags, syncFolder } from "./box-files.ts";
import { checkedLinkUrl, openBoxLink } from "./link/box-link.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { type BoxStore, openBoxStore } from "./store/box-store.ts";
import type { Strike } from "./strikes/strike.ts";

/** Papers whose signatures are remembered. */
const memoSizeMax = 4_096;
const memoCharactersMax = 16_777_216;
/** An open door is reported as held after this long, in ms, unless told otherwise. */
export const heldOpenMsDefault = 10 * 60_000;
export const boxVersion = "0.1.0";

export interface ControllerOptions {
  /** Keys, claim, tags and store of this box. */
  readonly folder: string;
  /** The host's link, `wss://…/box`. */
  readonly url: string;
  /** The host's name as the box signs it: its public origin. */
  readonly server: string;
  /** Or how to open them, once no other process has this folder: a lock's own storage lies there too. */
  readonly strikes: ReadonlyMap<string, Strike> | (() => Promise<ReadonlyMap<string, Strike>>);
  readonly heldOpenMs?: number;
  /** Hears sentences for whoever looks after the box: why its host does not get it. */
  readonly onTrouble?: (words: string) => void;
  /** Called when the box cannot record any more; it must not go on. */
  readonly onFatal: (error: unknown) => void;
}

export interface Controller {
  /** Thumbprint of the box's key. */
  readonly ctl: string;
  /** X25519 public key, base64url. */
  readonly seal: string;
  readonly close: () => Promise<void>;
}

/** Starts a box: store, keys, door, strikes and the one link out. */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkedLinkUrl(options.url);
  const crypto = nodeCrypto();
  // First of all, since it keeps others out: two that start at once would each make the box's keys.
  const store = openBoxStore(crypto, join(folder, "box.sqlite"));
  try {
    return await startOn(store, { crypto, options });
  } catch (error) {
    store.close();
    throw error;
  }
}

async function startOn(
  store: BoxStore,
  { crypto, options }: { readonly crypto: Crypto; readonly options: ControllerOptions },
): Promise<Controller> {
  const { folder } = options;
  const keys = loadBoxKeys(folder);
  syncFolder(folder);
  const sealKey = await importSealPrivateKey(keys.seal.privateKey);
  // A crash may have come between pinning the building and burning the card: burn it now.
  if (store.setting("bld") !== undefined) burnClaim(folder);
  const boot = randomText(16);
  const { signer } = keys;
  if (signer.jwk.kty !== "OKP") throw new Error("a box signs with Ed25519");
  const strikes = typeof options.strikes === "function" ? await options.strikes() : options.strikes;
  const runtime = startRuntime({
    crypto,
    store,
    sealKey,
    strikes,
    monotonicMs: () => performance.now(),
    burnClaim: () => burnClaim(folder),
    onFatal: options.onFatal,
    ports: {
      identity: {
        jwk: signer.jwk,
        ctl: signer.kid,
        seal: keys.seal.publicText,
        sign: signer.sign,
        spentSecret: keys.spentSecret,
        claim: loadClaim(folder),
        boot,
        version: boxVersion,
        server: options.server,
      },
      crypto,
      memo: boundedMemo(),
      random: (size) => randomBytes(size),
      tags: loadTags(folder),
      heldOpenMs: options.heldOpenMs ?? heldOpenMsDefault,
    },
  });
  const link = openLink(options, runtime);
  return {
    ctl: signer.kid,
    seal: keys.seal.publicText,
    close: async () => {
      link.close();
      runtime.stop();
      await Promise.all([...strikes.values()].map((strike) => strike.close()));
      store.close();
    },
  };
}

function openLink({ url, server, onTrouble }: ControllerOptions, runtime: Runtime) {
  return openBoxLink({
    url,
    server,
    onOpen: (out) => runtime.attachLink(out),
    onMessage: (message) => runtime.push({ kind: "message", message }),
    onTrouble: (words) => onTrouble?.(words),
    onClose: () => runtime.attachLink(undefined),
    jitter: () => (randomBytes(1)[0] ?? 0) / 256,
  });
}

/** Remembers verified papers, bounded in number and in characters; the longest unused goes first. */
export function boundedMemo(): Memo {
  const entries = new Map<string, unknown>();
  let characters = 0;
  const drop = (text: string): void => {
    if (entries.delete(text)) characters -= text.length;
  };
  return {
    get: (text) => {
      const known = entries.get(text);
      if (known === undefined) return undefined;
      entries.delete(text);
      entries.set(text, known);
      return known;
    },
    set: (text, opened) => {
      drop(text);
      entries.set(text, opened);
      characters += text.length;
      for (const oldest of entries.keys()) {
        if (entries.size <= memoSizeMax && characters <= memoCharactersMax) return;
        drop(oldest);
      }
    },
  };
}
