import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { linkAuthMessage } from "@vestibule/core/link";
import { generateSigner, type NodeSigner } from "@vestibule/core/node";
import { WebSocket } from "ws";
import { serveBench } from "../child.ts";

/** Boxes that sign in, learn the time and then say nothing; a bare server gets the same frames. */
const signers: NodeSigner[] = [];
const sockets: WebSocket[] = [];
const together = 16;
const boot = randomBytes(16);
const spare = generateKeyPairSync("ed25519").privateKey;

serveBench(
  async ({ ask, count, url, server, from }) => {
    if (ask === "keys") {
      for (let made = 0; made < Number(count); made += 1) signers.push(generateSigner("EdDSA"));
      return Object.fromEntries(signers.map(({ kid }, place) => [kid, place]));
    }
    if (ask === "connect") {
      let next = Number(from);
      const until = next + Number(count);
      const worker = async () => {
        while (next < until) {
          const signer = signers[next];
          next += 1;
          if (signer === undefined) throw new Error("too few keys");
          sockets.push(await connect(String(url), String(server), signer));
        }
      };
      await Promise.all(Array.from({ length: together }, worker));
      return { open: sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length };
    }
    if (ask === "hang up") {
      for (const socket of sockets.splice(0)) socket.terminate();
    }
    return {};
  },
  async () => {
    for (const socket of sockets) socket.terminate();
  },
);

async function connect(url: string, server: string, signer: NodeSigner): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const timed = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    const message: { readonly t: string; readonly nonce: string } = JSON.parse(String(data));
    const say = (frame: object) => socket.send(JSON.stringify(frame));
    if (message.t === "hello") {
      const nonce = Buffer.from(message.nonce, "base64url");
      const sig = Buffer.from(signer.sign(linkAuthMessage({ nonce, boot, server }))).toString(
        "base64url",
      );
      const { jwk } = signer;
      const said = boot.toString("base64url");
      say({ t: "auth", jwk, boot: said, server, sig, version: "0.1.0" });
    } else if (message.t === "welcome") {
      say({ t: "ask-time", nonce: sign(null, boot, spare).toString("base64url").slice(0, 43) });
    } else if (message.t === "time") timed.resolve();
  });
  socket.on("error", timed.reject);
  await once(socket, "open");
  await timed.promise;
  return socket;
}
