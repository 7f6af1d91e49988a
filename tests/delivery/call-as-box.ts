import { randomBytes } from "node:crypto";
import { linkAuthMessage } from "@vestibule/core/link";
import type { RunningServer } from "@vestibule/server";
import { WebSocket } from "ws";
import type { Place } from "./place.ts";

/** The host's name as boxes sign it. */
const server = "http://vestibule.localhost:9";

/** Somebody with the box's key on the line, welcomed. */
export async function callAsBox(place: Place, at: RunningServer) {
  const { signer } = place.world.box;
  const boot = randomBytes(16);
  const socket = new WebSocket(`ws://127.0.0.1:${at.port}/box`);
  const welcome = Promise.withResolvers<void>();
  const closed = new Promise<[number, string]>((resolve) => {
    socket.on("close", (code, reason) => resolve([code, String(reason)]));
  });
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.t === "welcome") welcome.resolve();
    if (message.t !== "hello") return;
    const nonce = Buffer.from(message.nonce, "base64url");
    const sig = signer.sign(linkAuthMessage({ nonce, boot, server }));
    socket.send(
      JSON.stringify({
        t: "auth",
        jwk: signer.jwk,
        boot: boot.toString("base64url"),
        server,
        sig: Buffer.from(sig).toString("base64url"),
        version: "0.1.0",
      }),
    );
  });
  await welcome.promise;
  return { socket, closed };
}
