import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeWorld } from "@vestibule/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../config.ts";
import { createLogger } from "../platform/http/log.ts";
import { type RunningServer, startServer } from "../serve.ts";
import { hostKeysOf } from "../testing/domain-app.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";

let test: TestDatabase;
let server: RunningServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vestibule-serve-"));
  test = await testDatabase();
  // The server goes by the machine's own clock, and the world must begin with it.
  const world = await makeWorld({ at: Math.floor(Date.now() / 1_000) });
  server = await startServer({
    config: readConfig({
      PUBLIC_URL: "http://localhost:8080",
      PORT: "0",
      VESTIBULE_DATA: folder,
      DATABASE_URL: test.ownerUrl,
    }),
    demo: true,
    jobs: false,
    hostKeys: hostKeysOf(world),
    logger: createLogger("silent"),
  });
});
afterAll(async () => {
  await server?.close();
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A connection that keeps what it hears. */
function dial(): {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly ended: Promise<string>;
} {
  const socket = connect(server.port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => {
    text += String(chunk);
  });
  const ended = new Promise<string>((resolve) => {
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
  return { socket, heard: () => text, ended };
}

describe("the listener", () => {
  it.each([
    ["GARBAGE\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n", 400],
  ])("answers what it cannot read with a problem, and hangs up", async (bytes, status) => {
    const { socket, ended } = dial();
    socket.write(bytes);
    const [head = "", body = ""] = (await ended).split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain("content-type: application/problem+json");
    expect(JSON.parse(body)).toMatchObject({ status, code: "request-invalid", retry: "never" });
  });
});

describe("stopping", () => {
  it("says not ready first, ends what runs, and takes nothing more", async () => {
    const at = `http://127.0.0.1:${server.port}`;
    // Two requests on their way: their last bytes come when the server is already stopping.
    const asked = dial();
    const running = dial();
    const body = JSON.stringify({ secret: "A".repeat(43) });
    asked.socket.write("GET /ready HTTP/1.1\r\nhost: a\r\nconnection: close\r\n");
    running.socket.write(
      `POST /api/invitations/read HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    expect((await fetch(`${at}/ready`)).status).toBe(200);
    const closed = server.close();
    asked.socket.write("\r\n");
    const [head = "", said = ""] = (await asked.ended).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1.1 503 /);
    expect(head).toContain("content-type: application/problem+json");
    expect(said).toContain('"code":"not-ready"');
    expect(running.heard()).toBe("");
    running.socket.write(body);
    expect(await running.ended).toContain("invitation-not-valid");
    await closed;
    await expect(fetch(`${at}/health`)).rejects.toThrow();
  });
});
