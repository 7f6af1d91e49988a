import { join } from "node:path";
import { clusterFolder, clusterPasswords } from "./cluster-folder.ts";
import { runningServer } from "./running-server.ts";
import { ownerAddress } from "./supervisor.ts";

/**
 * Where the PostgreSQL of a data folder answers while a server runs it; `undefined` where none runs.
 * For commands beside a running server: they neither start it nor stop it.
 */
export function ownerUrlBeside(dataFolder: string): string | undefined {
  const home = clusterFolder(dataFolder, process.getuid?.() === 0);
  const running = runningServer(join(home, "cluster"));
  if (running === undefined) return undefined;
  const address = { host: running.socketFolder || "127.0.0.1", port: running.port };
  return ownerAddress(address, clusterPasswords(dataFolder));
}
