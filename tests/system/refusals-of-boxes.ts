import { type NodeSigner, randomText } from "@vestibule/core/node";
import { callAsBox, receiptAsBox } from "../delivery/call-as-box.ts";
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
  const { rows } = await desk.place.superuser.query(
    "select chain_seq::int as seq, chain_hash from vestibule.controller where chain_hash is not null",
  );
  const frame = await receiptAsBox(desk.place, {
    seq: rows[0].seq + (bend.ahead ?? 1),
    prev: bend.prev ?? rows[0].chain_hash,
    code: "stale",
    ...(bend.key === undefined ? {} : { key: bend.key }),
  });
  const { socket, closed } = await callAsBox(desk.place, desk.host);
  socket.send(frame);
  const outbox = async () => {
    const sql = "select body from vestibule.outbox where kind = 'controller.quarantined'";
    return (await desk.place.superuser.query(sql)).rows[0]?.body.because;
  };
  return Promise.race([closed.then(([, reason]) => reason), until(outbox, "quarantine")]).finally(
    () => socket.close(),
  );
}
