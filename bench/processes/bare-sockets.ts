import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { serveBench } from "../child.ts";

/** `ws` on `node:http` and nothing else: it answers the frames of a sign-in without a look at them. */
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const nonce = "A".repeat(43);
const answers: Readonly<Record<string, string>> = {
  auth: JSON.stringify({ t: "welcome", seq: 0 }),
  "ask-time": JSON.stringify({ t: "time", nonce, nowMs: Date.now() }),
};
const server = createServer();
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (opened) => {
    opened.on("error", () => undefined);
    opened.on("message", (data) => {
      const kind = /^\{"t":"([a-z-]+)"/.exec(String(data))?.[1] ?? "";
      opened.send(answers[kind] ?? "");
    });
    opened.send(JSON.stringify({ t: "hello", nonce, server: "bare" }));
  });
});

serveBench(
  async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return { port: typeof address === "object" && address !== null ? address.port : 0 };
  },
  async () => server.closeAllConnections(),
);
