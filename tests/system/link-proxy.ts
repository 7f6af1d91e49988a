import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Frame, frameReader } from "./frames.ts";

/** How long a box's connection may wait for its host, in ms; the box itself waits 10 s. */
const hostUpMsMax = 8_000;
/** How a command to unlock begins, with its attempt. */
const unlockCommand = /"t":"unlock","att":"([a-z0-9_]+)"/;

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
  /** Whether the wire itself has an attempt's command just now: out of the host, not at the box. */
  readonly holds: (att: string) => boolean;
  /** The highest receipt that the host told the box it keeps. */
  readonly acknowledged: () => number;
  /** How often the host has welcomed its box. */
  readonly welcomes: () => number;
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly ends: Readonly<Record<Direction, Socket>>;
  readonly held: Record<Direction, Frame[]>;
  /** One after another: a frame that waits must not be overtaken. */
  readonly last: Record<Direction, Promise<void>>;
  /** Nothing passes any more. */
  dead: boolean;
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
  const pass = async (pair: Pair, direction: Direction, frame: Frame): Promise<void> => {
    if (pair.dead) return;
    if (holding[direction]) {
      pair.held[direction].push(frame);
      return;
    }
    if (direction === "up") {
      pair.ends.up.write(frame.bytes);
      return;
    }
    const { bytes, text = "" } = frame;
    if (withheld !== undefined && text.includes(withheld)) return;
    const att = unlockCommand.exec(text)?.[1];
    if (att !== undefined)
      await beforeUnlock(att).catch((error: unknown) => {
        // Nobody is asked on a wire that was cut meanwhile.
        if (!pair.dead) throw error;
      });
    if (pair.dead) return;
    const told = /"t":"(?:ack|welcome)","seq":(\d+)/.exec(text)?.[1];
    acknowledged = Math.max(acknowledged, Number(told ?? 0));
    if (text.includes('"t":"welcome"')) welcomes += 1;
    pair.ends.down.write(bytes);
    if (att === undefined) return;
    if (holdNext !== undefined) holding[holdNext] = true;
    holdNext = undefined;
    asked.push(att);
  };
  const enqueue = (pair: Pair, direction: Direction, frame: Frame): void => {
    pair.last[direction] = pair.last[direction].then(() => pass(pair, direction, frame));
  };
  const end = (pair: Pair): void => {
    pair.dead = true;
    pairs.delete(pair);
    for (const socket of Object.values(pair.ends)) socket.destroy();
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
      dead: false,
    };
    pairs.add(pair);
    const follow = (from: Socket, direction: Direction): void => {
      const read = frameReader();
      from.on("data", (chunk) => {
        for (const frame of read(Buffer.from(chunk))) {
          if (direction === "up" && frame.text !== undefined) heard.push(frame.text);
          enqueue(pair, direction, frame);
        }
      });
      from.on("error", () => undefined);
      from.on("close", () => end(pair));
    };
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
        for (const frame of pair.held[direction].splice(0)) enqueue(pair, direction, frame);
  };
  const cut = () => {
    for (const pair of pairs) end(pair);
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
    holds: (att) =>
      [...pairs].some(({ held }) =>
        held.down.some(({ text = "" }) => unlockCommand.exec(text)?.[1] === att),
      ),
    heard,
    acknowledged: () => acknowledged,
    welcomes: () => welcomes,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
