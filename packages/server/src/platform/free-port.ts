import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below what systems give to whoever asks for any port, so that no other socket takes it meanwhile. */
const [portMin, portMax] = [20_000, 32_000];

/** A port that nobody listens on just now; it stays free also while its server is dead for a moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(portMin, portMax);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once("error", () => resolve(false));
  probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  return promise;
}
