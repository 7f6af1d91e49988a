import { createHmac, timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";
import { lineBytesMax } from "./wire.ts";

/** Which half of the door a connection may touch: its release, or the simulated world around it. */
export type StrikeRole = "drive" | "control";

/**
 * The keys of both roles from the strike's one secret, so that whoever plays the people at the
 * door (role `control`) cannot pulse it.
 */
export function strikeKey(secret: Uint8Array, role: StrikeRole): Uint8Array {
  return createHmac("sha256", secret).update(`vestibule/virtual-strike/1/${role}`).digest();
}

/** Proof of a key over the other side's nonce; `by` keeps the two directions apart. */
export function proveKey(key: Uint8Array, by: "client" | "strike", nonces: string): string {
  return createHmac("sha256", key).update(`${by}\n${nonces}`).digest("hex");
}

/** Whether two hex proofs are equal, in constant time. */
export function sameProof(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, "hex"), Buffer.from(expected, "hex")];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Calls `onLine` for each line; ends a connection that sends longer ones than allowed. */
export function readLines(socket: Socket, onLine: (line: string) => void): void {
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, typeof chunk === "string" ? Buffer.from(chunk) : chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      if (line.length > lineBytesMax) return void socket.destroy();
      onLine(line.toString("utf8"));
      if (socket.destroyed) return;
    }
    if (rest.length > lineBytesMax) socket.destroy();
  });
}

/** How much may wait unsent before the other side counts as gone, in bytes. */
const unsentBytesMax = 64 * 1024;

/** Sends one line; ends a connection whose other side does not read. */
export function sendLine(socket: Socket, message: object): void {
  if (socket.destroyed) return;
  if (socket.writableLength > unsentBytesMax) {
    socket.destroy();
    return;
  }
  socket.write(`${JSON.stringify(message)}\n`);
}
