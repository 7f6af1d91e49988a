import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

/** How a pool connects and how long anything in it may take. */
export interface PoolOptions {
  readonly url: string;
  /** The schema that unqualified names mean. */
  readonly schema: string;
  readonly connectionsMax: number;
  readonly statementTimeoutMs?: number;
  /** Settings of PostgreSQL that hold for each connection. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A statement that takes longer is a fault of ours: it is cut, in ms. */
export const statementTimeoutMs = 10_000;
/** A transaction that waits for us this long is cut, in ms. */
export const idleInTransactionTimeoutMs = 15_000;
/** How long a request waits for a free connection, in ms. */
export const connectTimeoutMs = 5_000;
if (idleInTransactionTimeoutMs < statementTimeoutMs)
  throw new Error("a cut statement must still be able to roll back");

/** PostgreSQL's number for int8; node-postgres gives text for it, we count below 2^53. */
const int8 = 20;

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error("a count beyond 2^53");
  return value;
}

const types = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === int8 && format !== "binary" ? parseInt8 : pg.types.getTypeParser(oid, format),
};

/** A pool of connections; errors of idle ones are reported, not thrown, and the pool replaces them. */
export function openPool(
  options: PoolOptions,
  onIdleError: (error: Error) => void = () => undefined,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    options: settingsOf({ ...options.settings, search_path: options.schema, timezone: "UTC" }),
    types,
    application_name: "vestibule",
  });
  pool.on("error", onIdleError);
  return pool;
}

function settingsOf(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
}

/** Kysely on a pool of its own; `destroy()` closes both. */
export function openKysely<Tables>(
  options: PoolOptions,
  onIdleError?: (error: Error) => void,
): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: openPool(options, onIdleError) }),
  });
}

/** Statements that a connection keeps planned at most; what comes after them is planned each time. */
const preparedMax = 200;

/**
 * What such a role plans with: each statement once, and by its indexes. The planner cannot know how
 * long a batch is, takes it for a hundred rows, and reads whole tables for the three that it holds.
 */
const preparedSettings = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
};

/**
 * As {@link openKysely}, for a role whose statements are few and always the same: each connection
 * keeps them planned. To plan the batch writer's took PostgreSQL longer than to run them.
 */
export function openPreparedKysely<Tables>(
  options: PoolOptions,
  onIdleError?: (error: Error) => void,
): Kysely<Tables> {
  const pool = openPool({ ...options, settings: preparedSettings }, onIdleError);
  const names = new Map<string, string>();
  pool.on("connect", (client) => keepPlans(client, names));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Names each statement that takes parameters, which is how PostgreSQL knows it again. */
function keepPlans(client: pg.PoolClient, names: Map<string, string>): void {
  const query = client.query.bind(client);
  const named = (text: unknown, values: unknown, ...rest: readonly unknown[]): unknown => {
    if (typeof text !== "string" || !Array.isArray(values) || values.length === 0)
      return Reflect.apply(query, undefined, [text, values, ...rest]);
    const known = names.get(text);
    if (known === undefined && names.size < preparedMax) names.set(text, `vestibule_${names.size}`);
    const name = names.get(text);
    const config = name === undefined ? { text, values } : { name, text, values };
    return Reflect.apply(query, undefined, [config, ...rest]);
  };
  Object.defineProperty(client, "query", { value: named });
}
