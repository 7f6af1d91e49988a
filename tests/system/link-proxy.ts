import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { textReader } from "./frames.ts";

/** How long a box's connection may wait for its host, in ms; the box itself waits 10 s. */
const hostUpMsMax = 8_000;

/** Which way bytes go: `down` from the host to the box. */
export type Direction = "down" | "up";

/**
 * The wire between host and box, in a test's hand: it can hold each direction, so that a process can
 * be killed at an exact stage of an attempt, and cut, so that what it held is lost.
 */
export interface LinkProxy {
  readonly url: string;
  /** From now on nothing of this direction passes. */
  readonly hold: (direction: Direction) => void;
  /** As soon as the next unlock command has passed, holds this direction. */
  readonly holdAfterUnlock: (direction: Direction) => void;
  /** Lets everything pass again, what was held first. */
  readonly flow: () => void;
  /** Loses frames from the host that hold this text; undefined = none. */
  readonly withhold: (text: string | undefined) => void;
  /** Cuts every connection; what was held is lost. */
  readonly cut: () => void;
  /** What the box said, message by message, on its way up or held there. */
  readonly heard: readonly string[];
  /** Ids of the attempts whose command has passed to the box. */
  readonly asked: readonly string[];
  /** The highest receipt that the host told the box it keeps. */
  readonly acknowledged: () => number;
  /** How often the host has welcomed its box. */
  readonly welcomes: () => number;
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly ends: Readonly<Record<Direction, Socket>>;
  readonly held: Record<Direction, Buffer[]>;
  /** One after another: a chunk that waits must not be overtaken. */
  readonly last: Record<Direction, Promise<void>>;
}

/** As a balancer does, waits a little for a host that is coming back rather than refuse at once. */
async function connectWhenUp(port: number): Promise<Socket> {
  const by = performance.now() + hostUpMsMax;
  for (;;) {
    const host = connect(port, "127.0.0.1");
    const up = await new Promise<boolean>((resolve) => {
      host.once("connect", () => resolve(true));
      host.once("error", () => resolve(false));
    });
    if (up || performance.now() > by) return host;
    await pause(50);
  }
}

/** Starts the proxy. `beforeUnlock` runs before an unlock command passes, with the attempt's id. */
export async function startLinkProxy(
  hostPort: number,
  beforeUnlock: (att: string) => Promise<void>,
): Promise<LinkProxy> {
  const pairs = new Set<Pair>();
  const holding: Record<Direction, boolean> = { down: false, up: false };
  const asked: string[] = [];
  const heard: string[] = [];
  let withheld: string | undefined;
  let holdNext: Direction | undefined;
  let acknowledged = 0;
  let welcomes = 0;
  const pass = async (pair: Pair, direction: Direction, chunk: Buffer): Promise<void> => {
    if (holding[direction]) {
      pair.held[direction].push(chunk);
      return;
    }
    if (direction === "up") {
      pair.ends.up.write(chunk);
      return;
    }
    // Frames from the host are not masked, so what they say can be read as they pass.
    const text = chunk.toString("latin1");
    if (withheld !== undefined && text.includes(withheld)) return;
    const att = /"t":"unlock","att":"([a-z0-9_]+)"/.exec(text)?.[1];
    if (att !== undefined) await beforeUnlock(att);
    const told = [...text.matchAll(/"t":"(?:ack|welcome)","seq":(\d+)/g)];
    for (const [, seq] of told) acknowledged = Math.max(acknowledged, Number(seq));
    if (text.includes('"t":"welcome"')) welcomes += 1;
    pair.ends.down.write(chunk);
    if (att === undefined) return;
    if (holdNext !== undefined) holding[holdNext] = true;
    holdNext = undefined;
    asked.push(att);
  };
  const enqueue = (pair: Pair, direction: Direction, chunk: Buffer): void => {
    pair.last[direction] = pair.last[direction].then(() => pass(pair, direction, chunk));
  };
  const join = async (box: Socket): Promise<void> => {
    box.on("error", () => undefined);
    const host = await connectWhenUp(hostPort);
    if (host.destroyed || box.destroyed) {
      host.destroy();
      box.destroy();
      return;
    }
    const pair: Pair = {
      ends: { down: box, up: host },
      held: { down: [], up: [] },
      last: { down: Promise.resolve(), up: Promise.resolve() },
    };
    pairs.add(pair);
    const follow = (from: Socket, direction: Direction): void => {
      from.on("data", (chunk) => enqueue(pair, direction, Buffer.from(chunk)));
      from.on("error", () => undefined);
      from.on("close", () => {
        pairs.delete(pair);
        box.destroy();
        host.destroy();
      });
    };
    const read = textReader();
    box.on("data", (chunk) => heard.push(...read(Buffer.from(chunk))));
    follow(host, "down");
    follow(box, "up");
  };
  const server = createServer((box) => void join(box));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const flow = () => {
    holding.down = false;
    holding.up = false;
    holdNext = undefined;
    for (const pair of pairs)
      for (const direction of ["down", "up"] as const)
        for (const chunk of pair.held[direction].splice(0)) enqueue(pair, direction, chunk);
  };
  const cut = () => {
    for (const { ends } of pairs) ends.down.destroy();
  };
  return {
    url: `ws://127.0.0.1:${port}/box`,
    hold: (direction) => {
      holding[direction] = true;
    },
    holdAfterUnlock: (direction) => {
      holdNext = direction;
    },
    flow,
    withhold: (text) => {
      withheld = text;
    },
    cut,
    asked,
    heard,
    acknowledged: () => acknowledged,
    welcomes: () => welcomes,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
