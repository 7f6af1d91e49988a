import { once } from "node:events";
import type { ServerMessage } from "@vestibule/core/link";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { openBoxLink } from "./box-link.ts";

const hello = JSON.stringify({ t: "hello", nonce: "A".repeat(43), server: "https://host.example" });
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A host that does to each link what the test says, and a box's link to it that writes down what happens. */
async function linked(host: (socket: WebSocket, count: number) => void) {
  const listening = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(listening, "listening");
  const address = listening.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  let links = 0;
  listening.on("connection", (socket) => {
    links += 1;
    socket.on("error", () => undefined);
    host(socket, links);
  });
  const seen: string[] = [];
  const said: ServerMessage[] = [];
  const troubles: string[] = [];
  const box = openBoxLink({
    url: `ws://127.0.0.1:${port}/box`,
    server: "https://host.example",
    onOpen: () => void seen.push("open"),
    onMessage: (message) => void said.push(message),
    onClose: () => void seen.push("close"),
    onTrouble: (words) => void troubles.push(words),
    jitter: () => 0,
  });
  const stopHost = () => {
    for (const client of listening.clients) client.terminate();
    listening.close();
  };
  ends.push(() => {
    box.close();
    stopHost();
  });
  return { box, seen, said, troubles, links: () => links, stopHost };
}

describe("the box's link", () => {
  it("comes back from a host that flaps, and opens and closes in turn", async () => {
    const { seen, said, links } = await linked((socket, count) => {
      socket.send(hello);
      if (count < 5) setImmediate(() => socket.terminate());
    });
    await expect.poll(links).toBe(5);
    await expect.poll(() => said.length).toBeGreaterThan(0);
    await expect.poll(() => seen.at(-1)).toBe("open");
    expect(seen.filter((_, index) => index % 2 === 0).every((word) => word === "open")).toBe(true);
    expect(seen.filter((_, index) => index % 2 === 1).every((word) => word === "close")).toBe(true);
  });
  it.each([
    ["that are no JSON", "{"],
    ["of a kind that it does not know", JSON.stringify({ t: "open" })],
    ["in bytes", Buffer.from(hello)],
  ])("is cut at frames %s, says so, and comes back", async (_what, frame) => {
    const { said, troubles, links } = await linked((socket) => {
      socket.send(frame);
      socket.send(hello);
    });
    await expect.poll(links).toBeGreaterThan(1);
    expect(said).toEqual([]);
    expect(troubles).toEqual([expect.stringContaining("cannot be read")]);
  });
  it("names a host that cannot be reached once, not at each try, and again after a good link", async () => {
    const { troubles, stopHost, seen } = await linked((socket) => socket.send(hello));
    await expect.poll(() => seen).toEqual(["open"]);
    expect(troubles).toEqual([]);
    stopHost();
    await expect.poll(() => troubles.at(-1)).toContain("ECONNREFUSED");
    const before = [...troubles];
    // Several tries later it has said nothing more.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(troubles).toEqual(before);
  });
  it("says when the host has another name than the box was told", async () => {
    const other = hello.replace("host.example", "other.example");
    const { troubles, links } = await linked((socket) => {
      socket.send(other);
      setImmediate(() => socket.terminate());
    });
    await expect.poll(() => troubles).toEqual([expect.stringContaining("https://other.example")]);
    const before = links();
    await expect.poll(links).toBeGreaterThan(before + 1);
    expect(troubles).toHaveLength(1);
  });
  it("stays away once it is closed", async () => {
    const { box, links, seen } = await linked((socket) => socket.send(hello));
    await expect.poll(() => seen).toEqual(["open"]);
    box.close();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(links()).toBe(1);
  });
  it("goes nowhere in the open but to this machine", () => {
    const rest = {
      server: "https://host.example",
      onOpen: () => undefined,
      onMessage: () => undefined,
      onClose: () => undefined,
      onTrouble: () => undefined,
      jitter: () => 0,
    };
    for (const url of ["ws://host.example/box", "http://127.0.0.1/box", "host.example"])
      expect(() => openBoxLink({ ...rest, url })).toThrow(TypeError);
  });
});
