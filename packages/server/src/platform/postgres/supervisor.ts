import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../free-port.ts";
import { StartFault } from "../start-fault.ts";
import { installedBinaries, unprivilegedId, usableBinaries } from "./binaries.ts";
import { type ClusterPasswords, clusterFolder, clusterPasswords } from "./cluster-folder.ts";
import { claimFolder } from "./folder-claim.ts";
import { runningServer, stopServer } from "./running-server.ts";

/** How long PostgreSQL may take to answer after a start (crash recovery included), in ms. */
export const readyTimeoutMs = 60_000;
/** How long the children of a killed server may take to notice, in ms. */
const orphansLeaveWithinMs = 10_000;
/** How often it is looked whether the server lives, in ms. */
const watchMs = 250;
/** Linux cuts a socket's path at 108 bytes, the last one zero. */
const socketPathBytesMax = 107;
const databaseName = "vestibule";
const bootstrapRole = "vestibule_bootstrap";

/** How to run the PostgreSQL of a data folder. */
export interface SupervisorOptions {
  readonly dataFolder: string;
  /** `false` only for tests whose data nobody needs after a crash of the machine. */
  readonly durable?: boolean;
  /** Further server settings, as `name=value`. */
  readonly settings?: readonly string[];
  /** The installed binaries; found by themselves unless a test says otherwise. */
  readonly binaries?: string;
  /** Aborted during the start: it is given up at once, and nothing of it goes on. */
  readonly signal?: AbortSignal;
}

/** A PostgreSQL that runs for this process. */
export interface SupervisedPostgres {
  /** Connects as `vestibule_owner` to the database `vestibule`; holds a password: never log it. */
  readonly ownerUrl: string;
  /** The server process's id; another one after it was killed and started again. */
  readonly pid: () => number;
  /** Whether it was running already, left by a process that was killed. */
  readonly adopted: boolean;
  /** Stops it and gives the folder free. Idempotent. */
  readonly stop: () => Promise<void>;
}

interface Cluster {
  readonly bin: string;
  readonly folder: string;
  readonly passwords: ClusterPasswords;
  readonly identity: { readonly uid?: number; readonly gid?: number };
  readonly options: SupervisorOptions;
  /** Of the start alone: a server that dies while it is being closed is not given up on. */
  readonly signal: AbortSignal | undefined;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts the PostgreSQL of a data folder, or adopts the one that a killed process left running
 * there. Creates the cluster, the owner and the database the first time.
 *
 * @throws StartFault when the folder is in use, cannot be reached, or the server does not answer;
 * the signal's reason where it was aborted.
 */
export async function startPostgres(options: SupervisorOptions): Promise<SupervisedPostgres> {
  options.signal?.throwIfAborted();
  const asRoot = process.getuid?.() === 0;
  const home = clusterFolder(options.dataFolder, asRoot);
  const release = claimFolder(join(options.dataFolder, "postgres.claim"));
  try {
    const native = options.binaries ?? installedBinaries();
    const cluster: Cluster = {
      bin: join(usableBinaries(native, join(home, "binaries"), asRoot), "bin"),
      folder: join(home, "cluster"),
      passwords: clusterPasswords(options.dataFolder),
      identity: asRoot ? { uid: unprivilegedId, gid: unprivilegedId } : {},
      options,
      signal: options.signal,
    };
    await initialize(cluster, home);
    const started = (await adopt(cluster)) ?? (await launch(cluster, home));
    const { address, adopted } = started;
    try {
      options.signal?.throwIfAborted();
      await ensureOwner(cluster, address);
    } catch (error) {
      await stopServer(started.pid);
      throw error;
    }
    const ownerUrl = ownerAddress(address, cluster.passwords);
    const kept = keepAlive({ ...cluster, signal: undefined }, { home, ...started });
    const stop = once(async () => {
      await stopServer(await kept.stop());
      release();
    });
    return { ownerUrl, pid: kept.pid, adopted, stop };
  } catch (error) {
    release();
    throw error;
  }
}

/** The owner's address of a cluster that runs there. */
export function ownerAddress(address: Address, passwords: ClusterPasswords): string {
  return url(address, {
    role: "vestibule_owner",
    password: passwords.owner,
    database: databaseName,
  });
}

/** Makes the cluster once. It gets its name only when complete, so a kill here leaves no half one. */
async function initialize(cluster: Cluster, home: string): Promise<void> {
  if (existsSync(cluster.folder)) return;
  const partial = join(home, "cluster.partial");
  rmSync(partial, { recursive: true, force: true });
  const passwordFile = join(home, "bootstrap-password");
  writeFileSync(passwordFile, cluster.passwords.bootstrap, { mode: 0o600 });
  if (cluster.identity.uid !== undefined) chownSync(passwordFile, unprivilegedId, unprivilegedId);
  const flags = [`--pgdata=${partial}`, `--username=${bootstrapRole}`, `--pwfile=${passwordFile}`];
  flags.push("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-instructions");
  if (cluster.options.durable === false) flags.push("--no-sync");
  try {
    await run(cluster, "initdb", flags);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(partial, cluster.folder);
}

async function run(cluster: Cluster, program: string, flags: readonly string[]): Promise<void> {
  const child = spawn(join(cluster.bin, program), flags, {
    ...cluster.identity,
    cwd: "/",
    env: { LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
    ...(cluster.signal === undefined ? {} : { signal: cluster.signal }),
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(-2_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    // An abort is an error as well; the process is waited for all the same.
    child.once("error", (error) => (child.pid === undefined ? reject(error) : undefined));
    child.once("close", resolve);
  });
  cluster.signal?.throwIfAborted();
  if (code !== 0) {
    throw new StartFault(
      `PostgreSQL's ${program} failed: ${complaint.trim()} Check the space and the rights of ${cluster.folder}, or set DATABASE_URL.`,
    );
  }
}

/** Takes over a server that lost its parent; one that does not answer is stopped instead. */
async function adopt(cluster: Cluster) {
  const left = runningServer(cluster.folder);
  if (!left) return undefined;
  const address = { host: left.socketFolder || "127.0.0.1", port: left.port };
  if (await answers(cluster, address, 5_000)) return { address, pid: left.pid, adopted: true };
  await stopServer(left.pid);
  return undefined;
}

/**
 * Starts the server again at the same address whenever it dies: clients find it where it was, and
 * PostgreSQL recovers what was committed by itself.
 */
function keepAlive(
  cluster: Cluster,
  {
    home,
    address,
    pid,
  }: { readonly home: string; readonly address: Address; readonly pid: number },
) {
  let current = pid;
  let stopping = false;
  let reviving: Promise<void> | undefined;
  const revive = async () => {
    while (!stopping && !isAlive(current)) {
      current = (await launchOnce(cluster, address, home)) ?? current;
      if (!isAlive(current)) await wait(watchMs);
    }
    reviving = undefined;
  };
  const watch = setInterval(() => {
    if (stopping || reviving !== undefined || isAlive(current)) return;
    reviving = revive().catch(() => {
      reviving = undefined;
    });
  }, watchMs);
  watch.unref();
  return {
    pid: () => current,
    stop: async () => {
      stopping = true;
      clearInterval(watch);
      await reviving;
      return current;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts the server. Where a killed one's children have not yet noticed that it is gone, the new one
 * gives up at once (they still hold its memory), so it is tried again for a while.
 */
async function launch(cluster: Cluster, home: string) {
  const address = await chooseAddress(cluster, home);
  const giveUpAt = performance.now() + orphansLeaveWithinMs;
  do {
    cluster.signal?.throwIfAborted();
    const pid = await launchOnce(cluster, address, home);
    if (pid !== undefined) return { address, pid, adopted: false };
    await wait(200);
  } while (performance.now() < giveUpAt);
  throw new StartFault(
    `PostgreSQL did not come up; its last words are in ${join(home, "postgres.log")}.`,
  );
}

async function launchOnce(cluster: Cluster, address: Address, home: string) {
  const log = openSync(join(home, "postgres.log"), "a", 0o600);
  const child = spawn(join(cluster.bin, "postgres"), serverFlags(cluster, address), {
    ...cluster.identity,
    cwd: "/",
    env: { LC_ALL: "C", TZ: "UTC" },
    // Its own group: Ctrl-C at the terminal reaches us alone, and we stop it after our last query.
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const pid = await started(child);
  child.unref();
  if (await answers(cluster, address, readyTimeoutMs, child)) return pid;
  if (child.exitCode === null) await stopServer(pid);
  cluster.signal?.throwIfAborted();
  return undefined;
}

function serverFlags(cluster: Cluster, address: Address): string[] {
  const onSocket = address.host.startsWith("/");
  const settings = [
    `listen_addresses=${onSocket ? "" : address.host}`,
    `unix_socket_directories=${onSocket ? address.host : ""}`,
    "unix_socket_permissions=0700",
    `port=${address.port}`,
    "max_connections=100",
    // A failed statement's values could be a person's: the log names the fault, never the row.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    ...(cluster.options.durable === false
      ? ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
      : []),
    ...(cluster.options.settings ?? []),
  ];
  return ["-D", cluster.folder, ...settings.flatMap((setting) => ["-c", setting])];
}

/** A socket in the cluster's own closed folder; loopback only where its path would be too long. */
async function chooseAddress(cluster: Cluster, home: string): Promise<Address> {
  const socket = join(home, ".s.PGSQL.5432");
  if (Buffer.byteLength(`${socket}.lock`) <= socketPathBytesMax && sameUserReads(cluster)) {
    return { host: home, port: 5432 };
  }
  return { host: "127.0.0.1", port: await freePort() };
}

function sameUserReads(cluster: Cluster): boolean {
  return cluster.identity.uid === undefined || process.getuid?.() === 0;
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () =>
      child.pid === undefined
        ? reject(new StartFault("PostgreSQL did not start."))
        : resolve(child.pid),
    );
  });
}

async function answers(cluster: Cluster, address: Address, withinMs: number, child?: ChildProcess) {
  const giveUpAt = performance.now() + withinMs;
  const gone = () =>
    cluster.signal?.aborted === true || (child !== undefined && child.exitCode !== null);
  while (performance.now() < giveUpAt && !gone()) {
    try {
      await asBootstrap(cluster, address, "postgres", (client) => client.query("select 1"));
      return true;
    } catch {
      await wait(25);
    }
  }
  return false;
}

/** `vestibule_owner` may create roles and owns its database, and is no superuser. */
async function ensureOwner(cluster: Cluster, address: Address): Promise<void> {
  await asBootstrap(cluster, address, "postgres", async (client) => {
    const role = await client.query("select 1 from pg_roles where rolname = 'vestibule_owner'");
    if (role.rowCount === 0) {
      await client.query(
        `create role vestibule_owner login createrole createdb password ${client.escapeLiteral(cluster.passwords.owner)}`,
      );
    }
    const database = await client.query("select 1 from pg_database where datname = $1", [
      databaseName,
    ]);
    if (database.rowCount === 0)
      await client.query(`create database ${databaseName} owner vestibule_owner`);
  });
}

async function asBootstrap(
  cluster: Cluster,
  address: Address,
  database: string,
  use: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const login = { role: bootstrapRole, password: cluster.passwords.bootstrap, database };
  const client = new pg.Client({
    connectionString: url(address, login),
    connectionTimeoutMillis: 3_000,
  });
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}

function url(
  address: Address,
  login: { role: string; password: string; database: string },
): string {
  const host = address.host.startsWith("/") ? "localhost" : address.host;
  const query = address.host.startsWith("/") ? `?host=${encodeURIComponent(address.host)}` : "";
  return `postgres://${login.role}:${encodeURIComponent(login.password)}@${host}:${address.port}/${login.database}${query}`;
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}
