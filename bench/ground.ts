import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate, type SupervisedPostgres, startPostgres } from "@vestibule/server";
import { freePort } from "@vestibule/server/free-port";
import pg from "pg";
import { type Child, startChild } from "./child.ts";
import type { District } from "./district.ts";

/** Where the driver's app would live. */
export const driverOrigin = "http://driver.localhost:9";
/** The host's name as boxes sign it. */
export const publicUrl = "http://vestibule.localhost:9";

/** A durable PostgreSQL in a temporary folder. */
export interface Ground {
  readonly folder: string;
  readonly postgres: SupervisedPostgres;
  readonly superuserUrl: string;
  readonly query: (text: string) => Promise<readonly Record<string, unknown>[]>;
  readonly close: () => Promise<void>;
}

/** Starts PostgreSQL with fsync on, its schema laid, and the table of the bare loop. */
export async function openGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-bench-"));
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ dataFolder: join(folder, "data") });
  const clear = async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // Interrupted, the bench takes its database with it; its other processes end with its pipes.
  const interrupted = () => void clear().finally(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await migrate(postgres.ownerUrl);
    const url = new URL(postgres.ownerUrl);
    url.username = "vestibule_bootstrap";
    url.password = bootstrapPassword(join(folder, "data"));
    const pool = new pg.Pool({ connectionString: url.href, max: 1 });
    // Whoever asks next hears of a lost connection; an idle one is replaced.
    pool.on("error", () => undefined);
    const query = async (text: string) => (await pool.query(text)).rows;
    await query("create schema bare");
    await query("create table bare.record (id bigserial primary key, body text not null)");
    const [durable] = await query("show fsync");
    if (durable?.["fsync"] !== "on") throw new Error("this PostgreSQL does not fsync");
    return {
      folder,
      postgres,
      superuserUrl: url.href,
      query,
      close: async () => {
        process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
        await pool.end();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** Starts a server in a process of its own on this database, as the district's host. */
export async function startServerChild(
  ground: Ground,
  { host }: Pick<District, "host">,
): Promise<{ readonly child: Child; readonly port: number }> {
  const port = await freePort();
  const start = {
    env: {
      PUBLIC_URL: publicUrl,
      DRIVER_ORIGIN: driverOrigin,
      PORT: String(port),
      DATABASE_URL: ground.postgres.ownerUrl,
      VESTIBULE_DATA: join(ground.folder, "host"),
      LOG_LEVEL: process.env["LOG_LEVEL"] ?? "silent",
    },
    host: {
      root: host.root.kid,
      domain: "host.example",
      keyset: host.keyset,
      grant: host.key.exportPrivate(),
    },
  };
  const child = await startChild("server", start, ["--expose-gc"]);
  return { child, port: child.started.number("port") };
}

/** Waits for something to come true, 30 s at most. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it never came true");
}

/** The cluster's own superuser lays rows that no role of ours may write. */
function bootstrapPassword(dataFolder: string): string {
  const stored: { readonly bootstrap?: unknown } = JSON.parse(
    readFileSync(join(dataFolder, "keys", "postgres.json"), "utf8"),
  );
  if (typeof stored.bootstrap !== "string") throw new Error("this cluster has no superuser");
  return stored.bootstrap;
}
