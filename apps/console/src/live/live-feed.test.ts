import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveFeed } from "./live-feed.ts";
import { noteDoor } from "./use-building-live.ts";

/** A socket that a test plays the host's side of. */
class PlayedSocket {
  readonly sent: string[] = [];
  readonly path: string;
  readonly #listeners: [type: string, listener: (event: MessageEvent) => void][] = [];
  constructor(path: string) {
    this.path = path;
  }
  addEventListener(type: string, listener: (event: MessageEvent) => void): void {
    this.#listeners.push([type, listener]);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.happen("close");
  }
  happen(type: "open" | "message" | "close", data = ""): void {
    for (const [wanted, listener] of this.#listeners)
      if (wanted === type) listener(new MessageEvent(type, { data }));
  }
  say(frame: object): void {
    this.happen("message", JSON.stringify(frame));
  }
}

describe("the live feed", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start() {
    const sockets: PlayedSocket[] = [];
    const lines: string[] = [];
    const kinds: string[] = [];
    let gaps = 0;
    const feed = new LiveFeed(["building:bld_1"], {
      connect: (path) => {
        const socket = new PlayedSocket(path);
        sockets.push(socket);
        return socket;
      },
      now: () => 5,
      onEvent: ({ kind }) => kinds.push(kind),
      onLine: ({ kind }) => lines.push(kind),
      onGap: () => {
        gaps += 1;
      },
    });
    return { feed, sockets, lines, kinds, gaps: () => gaps };
  }

  it("comes back after the last number it saw, and has everything read again", () => {
    const { feed, sockets, lines, kinds, gaps } = start();
    sockets[0]?.happen("open");
    expect(sockets[0]?.sent).toEqual(['{"topics":["building:bld_1"]}']);
    sockets[0]?.say({ topic: "building:bld_1", kind: "following", data: {} });
    sockets[0]?.say({ sequence: 41, topic: "building:bld_1", kind: "attempt.ended", data: {} });
    sockets[0]?.close();
    vi.advanceTimersByTime(1_000);
    expect(sockets[1]?.path).toBe("/live?after=41");
    sockets[1]?.happen("open");
    expect(lines.at(-1)).toBe("lost");
    sockets[1]?.say({ topic: "building:bld_1", kind: "following", data: {} });
    expect(gaps()).toBe(2);
    expect(kinds).toEqual(["attempt.ended"]);
    expect(lines).toEqual(["connecting", "open", "lost", "open"]);
    feed.close();
    vi.advanceTimersByTime(120_000);
    expect(sockets).toHaveLength(2);
  });
  it("has everything read again once the host follows: what came before was told to nobody", () => {
    const { sockets, lines, gaps } = start();
    sockets[0]?.happen("open");
    expect([lines, gaps()]).toEqual([["connecting"], 0]);
    sockets[0]?.say({ topic: "building:bld_1", kind: "following", data: {} });
    expect([lines, gaps()]).toEqual([["connecting", "open"], 1]);
  });
  it("says so where the host does not let it follow", () => {
    const { sockets, lines } = start();
    sockets[0]?.say({ topic: "building:bld_1", kind: "refused", data: { code: "not-found" } });
    expect(lines).toEqual(["connecting", "refused"]);
  });
  it("leaves out what it cannot read, and reads again where the host says so", () => {
    const { sockets, kinds, gaps } = start();
    sockets[0]?.happen("message", "{");
    sockets[0]?.happen("message", '{"topic":"x"}');
    sockets[0]?.say({ topic: "building:bld_1", kind: "refetch", data: {} });
    expect(kinds).toEqual([]);
    expect(gaps()).toBe(1);
  });
});

it("keeps since when a door is held open, as its box said", () => {
  const at = "2026-11-22T17:00:00.000Z";
  const held = noteDoor(new Map(), {
    topic: "",
    kind: "door.held",
    data: { ent: "street", held: true, at },
  });
  expect(held.get("street")).toEqual({ held: true, heldSinceMs: Date.parse(at) });
  const shut = noteDoor(held, {
    topic: "",
    kind: "door.held",
    data: { ent: "street", held: false, at },
  });
  expect(shut.get("street")).toEqual({ held: false });
});
