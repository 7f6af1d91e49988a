import { randomBytes } from "node:crypto";
import { signPaper } from "@vestibule/core";
import { linkAuthMessage } from "@vestibule/core/link";
import { type NodeSigner, randomText } from "@vestibule/core/node";
import { worldStart as at } from "@vestibule/core/testing";
import { WebSocket } from "ws";
import { refusalOf } from "./desk.ts";
import { type How, posing, type RefusalDesk } from "./refusal-desk.ts";
import { until } from "./until.ts";

/** Refusals that come of the box's own state, and of its receipts at intake. The box is left away. */
export const boxesOwnState: readonly How[] = [
  [
    "stale",
    "a box that came back and does not know the time",
    async (desk) => {
      await desk.stopBox();
      desk.proxy.withhold('"t":"time"');
      await desk.startBox();
      const driver = await desk.driver();
      let said = "";
      await until(async () => {
        said = refusalOf(await desk.door.tap(driver));
        return said !== "door-offline";
      }, "the box answers");
      desk.proxy.withhold(undefined);
      return said;
    },
  ],
  [
    "state-rolled-back",
    "a box whose disk is older than what the host keeps of it",
    async (desk) => {
      await desk.stopBox();
      await desk.place.superuser.query(
        "update vestibule.controller set chain_seq = chain_seq + 100 where chain_hash is not null",
      );
      await desk.startBox();
      const driver = await desk.driver();
      let said = "";
      await until(async () => {
        said = refusalOf(await desk.door.tap(driver));
        return !["door-offline", "stale"].includes(said);
      }, "the box answers");
      await desk.stopBox();
      await desk.place.superuser.query(
        "update vestibule.controller set chain_seq = chain_seq - 100 where chain_hash is not null",
      );
      return said;
    },
  ],
  [
    "receipt-sig",
    "a receipt by another key",
    (desk) => withReceipt(desk, { key: posing(desk.place.world.box.signer) }),
  ],
  ["chain-gap", "a receipt that leaves out another", (desk) => withReceipt(desk, { ahead: 2 })],
  [
    "chain-fork",
    "a receipt beside the chain",
    (desk) => withReceipt(desk, { prev: randomText(32) }),
  ],
];

/** A box's key holder sends a receipt; what the host says as it shuts the link or the box out. */
async function withReceipt(
  desk: RefusalDesk,
  bend: {
    readonly key?: NodeSigner;
    readonly ahead?: number;
    readonly prev?: string;
  },
): Promise<string> {
  const { world } = desk.place;
  const { rows } = await desk.place.superuser.query(
    "select chain_seq::int as seq, chain_hash from vestibule.controller where chain_hash is not null",
  );
  const nothing = Buffer.alloc(32).toString("base64url");
  const body = {
    v: 1,
    iss: world.box.signer.kid,
    bld: world.policy.bld,
    ent: "street",
    seq: rows[0].seq + (bend.ahead ?? 1),
    prev: bend.prev ?? rows[0].chain_hash,
    boot: randomText(16),
    att: `att_${"0".repeat(26)}`,
    stage: "presented",
    code: "stale",
    time: { local: at },
    pol: world.policy.hash,
    keysets: nothing,
    stops: nothing,
    link: "websocket",
    sensing: { kind: "contact", result: "unknown" },
    flags: [],
    versions: { box: "0.1.0" },
  };
  const text = await signPaper("receipt", body, bend.key ?? world.box.signer);
  const socket = await signedIn(desk);
  const closed = new Promise<string>((resolve) =>
    socket.once("close", (_code, reason) => resolve(String(reason))),
  );
  socket.send(JSON.stringify({ t: "receipt", text, last: true }));
  const outbox = async () => {
    const sql = "select body from vestibule.outbox where kind = 'controller.quarantined'";
    return (await desk.place.superuser.query(sql)).rows[0]?.body.because;
  };
  return Promise.race([closed, until(outbox, "quarantine")]).finally(() => socket.close());
}

async function signedIn(desk: RefusalDesk): Promise<WebSocket> {
  const { signer } = desk.place.world.box;
  const boot = randomBytes(16);
  const server = "http://vestibule.localhost:9";
  const socket = new WebSocket(`ws://127.0.0.1:${desk.host.port}/box`);
  const welcome = Promise.withResolvers<void>();
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.t === "welcome") welcome.resolve();
    if (message.t !== "hello") return;
    const nonce = Buffer.from(message.nonce, "base64url");
    const sig = Buffer.from(signer.sign(linkAuthMessage({ nonce, boot, server })));
    const auth = { jwk: signer.jwk, boot: boot.toString("base64url"), server, version: "0.1.0" };
    socket.send(JSON.stringify({ t: "auth", ...auth, sig: sig.toString("base64url") }));
  });
  await welcome.promise;
  return socket;
}
