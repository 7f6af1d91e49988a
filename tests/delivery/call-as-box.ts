import { randomBytes } from "node:crypto";
import { signPaper } from "@vestibule/core";
import { linkAuthMessage } from "@vestibule/core/link";
import type { NodeSigner } from "@vestibule/core/node";
import type { RunningServer } from "@vestibule/server";
import { WebSocket } from "ws";
import { type Place, publicUrl as server } from "./place.ts";

/** Somebody with the box's key on the line, welcomed; `onMessage` hears what the host says but hello. */
export async function callAsBox(
  place: Place,
  at: RunningServer,
  // biome-ignore lint/suspicious/noExplicitAny: the test's own box reads the link as it comes
  onMessage: (message: any) => Promise<void> = async () => undefined,
) {
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
    if (message.t !== "hello") {
      // A throw there fails the test as an unhandled rejection.
      void onMessage(message);
      return;
    }
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

/** The frame of a last receipt, "presented", as the box's own key (or another) signs it. */
export async function receiptAsBox(
  place: Place,
  given: {
    readonly seq: number;
    readonly prev: string;
    readonly att?: string;
    readonly code?: string;
    readonly flags?: readonly string[];
    readonly key?: NodeSigner;
  },
): Promise<string> {
  const { box, policy } = place.world;
  const nothing = Buffer.alloc(32).toString("base64url");
  const body = {
    v: 1,
    iss: box.signer.kid,
    bld: policy.bld,
    ent: "street",
    seq: given.seq,
    prev: given.prev,
    boot: randomBytes(16).toString("base64url"),
    att: given.att ?? `att_${"0".repeat(26)}`,
    stage: "presented",
    code: given.code ?? "ticket-expired",
    time: { local: Math.floor(place.now() / 1_000) },
    pol: policy.hash,
    keysets: nothing,
    stops: nothing,
    link: "websocket",
    sensing: { kind: "contact", result: "unknown" },
    flags: [...(given.flags ?? [])],
    versions: { box: "0.1.0" },
  };
  const text = await signPaper("receipt", body, given.key ?? box.signer);
  return JSON.stringify({ t: "receipt", text, last: true });
}
