import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { until } from "./until.ts";

/** The embedded PostgreSQL of a host's folder, read past row security. */
export interface Cluster {
  /** Waits out a server that is just coming back. */
  readonly query: (
    sql: string,
    values?: readonly unknown[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The postmaster's process. */
  readonly pid: () => number;
  readonly close: () => Promise<void>;
}

/** Codes and words of a connection that is not there, as against a statement that is wrong. */
const away = /ECONN|ENOENT|EPIPE|57P0[123]|08006|terminated/;

/** Opens it as the superuser whose password lies in the data folder. */
export function clusterOf(hostData: string, ownerUrl: string): Cluster {
  const passwords: { readonly bootstrap: string } = JSON.parse(
    readFileSync(join(hostData, "keys/postgres.json"), "utf8"),
  );
  const url = new URL(ownerUrl);
  url.username = "vestibule_bootstrap";
  url.password = passwords.bootstrap;
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  pool.on("error", () => undefined);
  const once = async (sql: string, values: readonly unknown[]) => {
    try {
      return (await pool.query(sql, [...values])).rows;
    } catch (error) {
      if (error instanceof Error && away.test(`${error.message} ${Reflect.get(error, "code")}`))
        return undefined;
      throw error;
    }
  };
  return {
    query: (sql, values = []) => until(() => once(sql, values), sql),
    pid: () =>
      Number(
        readFileSync(join(hostData, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0],
      ),
    close: () => pool.end(),
  };
}
