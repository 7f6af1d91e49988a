import { Logger, parseCronItems, run, type Task } from "graphile-worker";
import { Kysely, PostgresDialect } from "kysely";
import { connectionsMax } from "./database.ts";
import { openPool } from "./pool.ts";
import { type Removed, removeExpired } from "./retention.ts";
import { roleUrl } from "./roles.ts";

/** A job by name: what the worker calls, with its payload as it was put in (parse it). */
export type Jobs = Readonly<Record<string, (payload: unknown) => Promise<void>>>;

/** What the worker needs. */
export interface JobsOptions {
  readonly ownerUrl: string;
  /** The time, in epoch ms. */
  readonly now: () => number;
  /** Further jobs: mail, imports, exports. */
  readonly jobs?: Jobs;
  readonly onRetention?: (removed: Removed) => void;
  readonly onError: (error: unknown) => void;
  /** graphile-worker's own log; it names jobs, never their payloads. */
  readonly logger?: Logger;
}

/** The running worker. */
export interface JobRunner {
  /** Runs retention now, beside its hourly turn. */
  readonly retainNow: () => Promise<Removed>;
  /** Lets running jobs end and stops. */
  readonly stop: () => Promise<void>;
}

/** Every hour, at a minute when little else happens. */
const hourly = "17 * * * *";

/** Starts the worker, in its own schema and role. Its tables make themselves at the first start. */
export async function startJobs(options: JobsOptions): Promise<JobRunner> {
  const url = roleUrl(options.ownerUrl, "vestibule_jobs");
  const pool = openPool(
    {
      url,
      schema: "graphile_worker",
      connectionsMax: connectionsMax.jobs,
      statementTimeoutMs: 300_000,
    },
    options.onError,
  );
  // The worker asks for a listener of its own kind, and warns on the terminal where it finds none.
  pool.on("connect", () => undefined);
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const retainNow = async () => {
    const removed = await removeExpired(database, options.now());
    options.onRetention?.(removed);
    return removed;
  };
  const tasks = Object.entries(options.jobs ?? {}).map(([name, job]): [string, Task] => [
    name,
    async (payload) => job(payload),
  ]);
  const runner = await run({
    pgPool: pool,
    schema: "graphile_worker",
    concurrency: 2,
    noHandleSignals: true,
    logger: options.logger ?? errorsOnly(options.onError),
    taskList: { ...Object.fromEntries(tasks), retention: async () => void (await retainNow()) },
    parsedCronItems: parseCronItems([
      { task: "retention", match: hourly, options: { backfillPeriod: 86_400_000 } },
    ]),
  });
  runner.promise.catch(options.onError);
  return {
    retainNow,
    stop: async () => {
      await runner.stop();
      await database.destroy();
    },
  };
}

/** The worker writes to the terminal by itself; ours is for our own structured lines. */
function errorsOnly(onError: (error: unknown) => void): Logger {
  return new Logger(() => (level, message) => {
    if (level === "error") onError(new Error(`worker: ${message}`));
  });
}
