import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { proveKey, readLines, type StrikeRole, sameProof, sendLine } from "./line-socket.ts";
import { authMs, type FromStrike, parseFromStrike, silentMsMax, type ToStrike } from "./wire.ts";

export type Hello = Extract<FromStrike, { t: "hello" }>;

/** Where a virtual strike listens, as its ready line says, and the key of one role. */
export interface StrikeAddress {
  /** `127.0.0.1:PORT` or the path of a unix socket. */
  readonly listen: string;
  /** From `strikeKey(secret, role)`. */
  readonly key: Uint8Array;
}

export interface StrikeConnection {
  readonly connected: () => boolean;
  readonly send: (message: ToStrike) => void;
  readonly close: () => void;
}

const backOffMsMin = 50;
const backOffMsMax = 2_000;

/**
 * Keeps one proven connection to a virtual strike: reconnects with back-off, and counts a strike
 * that says nothing for `silentMsMax` as gone.
 */
export function connectStrike(
  role: StrikeRole,
  address: StrikeAddress,
  on: {
    readonly hello: (hello: Hello) => void;
    readonly message: (message: FromStrike) => void;
    readonly lost: () => void;
  },
): StrikeConnection {
  let socket: Socket | undefined;
  let proven = false;
  let closed = false;
  let waitMs = backOffMsMin;
  let retry: NodeJS.Timeout | undefined;
  const open = () => {
    const line = connect(socketOf(address.listen));
    line.setNoDelay(true);
    socket = line;
    // Full silence is how a frozen strike looks; until the key is proved there is less patience.
    line.setTimeout(authMs, () => line.destroy());
    line.on("error", () => line.destroy());
    line.on("close", () => {
      const was = proven;
      proven = false;
      if (was) on.lost();
      if (closed) return;
      retry = setTimeout(open, waitMs / 2 + (waitMs / 2) * (randomBytes(1).readUInt8(0) / 255));
      waitMs = Math.min(waitMs * 2, backOffMsMax);
    });
    let nonces: string | undefined;
    readLines(line, (text) => {
      const message = parseFromStrike(text);
      if (message === undefined) return void line.destroy();
      if (proven) return on.message(message);
      if (message.t === "challenge" && nonces === undefined) {
        const nonce = randomBytes(16).toString("hex");
        nonces = `${message.nonce}\n${nonce}`;
        sendLine(line, { t: "auth", role, nonce, mac: proveKey(address.key, "client", nonces) });
      } else if (
        message.t === "hello" &&
        nonces !== undefined &&
        sameProof(message.mac, proveKey(address.key, "strike", nonces))
      ) {
        proven = true;
        waitMs = backOffMsMin;
        line.setTimeout(silentMsMax);
        on.hello(message);
      } else {
        line.destroy();
      }
    });
  };
  open();
  return {
    connected: () => proven,
    send: (message) => {
      if (proven && socket !== undefined) sendLine(socket, message);
    },
    close: () => {
      closed = true;
      clearTimeout(retry);
      socket?.destroy();
    },
  };
}

function socketOf(listen: string): { path: string } | { host: string; port: number } {
  if (listen.startsWith("/")) return { path: listen };
  const [host, port] = listen.split(":");
  if (host !== "127.0.0.1" || port === undefined) throw new Error("a strike listens on 127.0.0.1");
  return { host, port: Number(port) };
}
