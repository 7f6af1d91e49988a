import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeHostKeys, makeParty, type PartyFolders, partyFolders } from "@vestibule/cli/testing";
import { freePort } from "@vestibule/server/free-port";

/** The name that the host stands under; as in the demonstration. */
export const hostDomain = "vestibule.localhost";
/** The origin's domain of the driver's app. */
export const driverDomain = "driver.localhost";

/** A place on disk and on the wire where one host, its firms and its boxes can live. */
export interface Ground {
  readonly data: string;
  readonly hostData: string;
  readonly folders: PartyFolders;
  readonly port: number;
  /** `http://127.0.0.1:PORT`, for those who do not resolve `*.localhost`. */
  readonly upstream: string;
  readonly origins: { readonly host: string; readonly driver: string; readonly console: string };
  /** What the server's process is started with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clear: () => void;
}

/** What a test wants otherwise than the demonstration has it. */
export interface GroundOptions {
  /** Where the driver's app is served; its domain stays {@link driverDomain}. */
  readonly driverOrigin?: string;
}

/** Lays a folder of its own, with the host's keys and those of one carrier and one vetter. */
export async function layGround({ driverOrigin }: GroundOptions = {}): Promise<Ground> {
  const data = mkdtempSync(join(tmpdir(), "vestibule-system-"));
  const hostData = join(data, "host");
  // Open to be passed through, as PostgreSQL's own user must; what lies in it is closed by itself.
  chmodSync(data, 0o711);
  mkdirSync(hostData, { recursive: true, mode: 0o711 });
  const folders = partyFolders(data);
  await makeHostKeys(join(hostData, "keys"), { domain: hostDomain, nowMs: Date.now() });
  await makeParty(folders, "carrier");
  await makeParty(folders, "vetter");
  const port = await freePort();
  const origin = (name: string) => `http://${name}.localhost:${port}`;
  const origins = {
    host: origin("vestibule"),
    driver: driverOrigin ?? origin("driver"),
    console: origin("console"),
  };
  return {
    data,
    hostData,
    folders,
    port,
    upstream: `http://127.0.0.1:${port}`,
    origins,
    environment: {
      PUBLIC_URL: origins.host,
      CONSOLE_ORIGIN: origins.console,
      DRIVER_ORIGIN: origins.driver,
      PORT: String(port),
      HOST: "127.0.0.1",
      VESTIBULE_DATA: hostData,
      LOG_LEVEL: "info",
    },
    clear: () => rmSync(data, { recursive: true, force: true }),
  };
}
