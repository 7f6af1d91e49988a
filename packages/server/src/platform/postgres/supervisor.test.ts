import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openDatabases } from "../database.ts";
import { migrate } from "../migrate.ts";
import { StartFault } from "../start-fault.ts";
import { installedBinaries, isOpenToOthers, unprivilegedId } from "./binaries.ts";
import { runningServer } from "./running-server.ts";
import { type SupervisedPostgres, startPostgres } from "./supervisor.ts";

const asRoot = process.getuid?.() === 0;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function freshFolder(mode = 0o755): string {
  const folder = mkdtempSync("/tmp/vestibule-postgres-");
  spawnSync("chmod", [mode.toString(8), folder]);
  folders.push(folder);
  return folder;
}

async function query(server: SupervisedPostgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.ownerUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A program that supervises a PostgreSQL and then waits to be killed. */
function child(dataFolder: string, before: readonly string[] = []) {
  const supervisor = new URL("./supervisor.ts", import.meta.url).pathname;
  const program = `import { startPostgres } from ${JSON.stringify(supervisor)};
    const server = await startPostgres({ dataFolder: ${JSON.stringify(dataFolder)} });
    process.stdout.write(JSON.stringify({ pid: server.pid(), ownerUrl: server.ownerUrl }) + "\\n");
    process.stdin.once("data", () => server.stop().then(() => process.exit(0)));`;
  const [command = process.execPath, ...rest] = [
    ...before,
    process.execPath,
    "--input-type=module-typescript",
    "-e",
    program,
  ];
  return spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
}

async function firstLine(
  process: ReturnType<typeof child>,
): Promise<{ pid: number; ownerUrl: string }> {
  for await (const line of createInterface({ input: process.stdout })) {
    const { pid, ownerUrl }: { pid: number; ownerUrl: string } = JSON.parse(line);
    return { pid, ownerUrl };
  }
  throw new Error("the child said nothing");
}

const ended = (process: ReturnType<typeof child>) =>
  new Promise((resolve) => process.once("exit", resolve));

describe("the supervised PostgreSQL", () => {
  it("keeps what was written over a stop and a start, as an owner who is no superuser", async () => {
    const dataFolder = freshFolder();
    const first = await startPostgres({ dataFolder });
    await query(first, "create table kept as select 7 as n");
    expect(
      await query(
        first,
        "select rolsuper, rolbypassrls from pg_roles where rolname = current_user",
      ),
    ).toEqual([{ rolsuper: false, rolbypassrls: false }]);
    expect(await query(first, "show fsync")).toEqual([{ fsync: "on" }]);
    await Promise.all([first.stop(), first.stop()]);
    const second = await startPostgres({ dataFolder });
    expect(second.adopted).toBe(false);
    expect(await query(second, "select n from kept")).toEqual([{ n: 7 }]);
    await second.stop();
    expect(runningServer(join(dataFolder, "postgres/cluster"))).toBeUndefined();
  });

  it("keeps its passwords and data from other users", async () => {
    const dataFolder = freshFolder();
    const server = await startPostgres({ dataFolder });
    await server.stop();
    expect(statSync(join(dataFolder, "keys/postgres.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataFolder, "postgres/cluster")).mode & 0o077).toBe(0);
    expect(existsSync(join(dataFolder, "postgres/bootstrap-password"))).toBe(false);
    spawnSync("chmod", ["644", join(dataFolder, "keys/postgres.json")]);
    await expect(startPostgres({ dataFolder })).rejects.toThrow(/chmod 600/);
  });

  it("adopts the server that a killed process left, with every commit, and stops it cleanly", async () => {
    const dataFolder = freshFolder();
    const parent = child(dataFolder);
    const { pid, ownerUrl } = await firstLine(parent);
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    await client.query("create table kept as select 1 as n");
    await client.end();
    parent.kill("SIGKILL");
    await ended(parent);
    const server = await startPostgres({ dataFolder });
    expect(server.adopted).toBe(true);
    expect(server.pid()).toBe(pid);
    expect(await query(server, "select n from kept")).toEqual([{ n: 1 }]);
    await server.stop();
    expect(() => process.kill(pid, 0)).toThrow();
  });

  it("starts PostgreSQL again at the same address when it alone was killed", async () => {
    const server = await startPostgres({ dataFolder: freshFolder() });
    await query(server, "create table kept as select 3 as n");
    const first = server.pid();
    process.kill(first, "SIGKILL");
    await vi.waitFor(() => expect(server.pid()).not.toBe(first), { timeout: 120_000 });
    expect(await query(server, "select n from kept")).toEqual([{ n: 3 }]);
    const second = server.pid();
    await server.stop();
    expect(() => process.kill(second, 0)).toThrow();
  });

  it("recovers by itself when PostgreSQL was killed with its parent", async () => {
    const dataFolder = freshFolder();
    const parent = child(dataFolder);
    const { pid } = await firstLine(parent);
    process.kill(pid, "SIGKILL");
    parent.kill("SIGKILL");
    await ended(parent);
    const server = await startPostgres({ dataFolder });
    expect(server.adopted).toBe(false);
    expect(await query(server, "select 1 as n")).toEqual([{ n: 1 }]);
    await server.stop();
  });

  it("refuses a data folder that a living process uses, and says the way out", async () => {
    const dataFolder = freshFolder();
    const server = await startPostgres({ dataFolder });
    await expect(startPostgres({ dataFolder })).rejects.toThrow(
      /process \d+\) uses this data folder.*--data/,
    );
    expect(await query(server, "select 1 as n")).toEqual([{ n: 1 }]);
    await server.stop();
  });

  it("makes the library links that an install without scripts lacks", async () => {
    const binaries = join(freshFolder(), "native");
    cpSync(installedBinaries(), binaries, { recursive: true, verbatimSymlinks: true });
    for (const link of ["libpq.so.5", "libicuuc.so.60", "libicui18n.so.60", "libicudata.so.60"])
      rmSync(join(binaries, "lib", link));
    const server = await startPostgres({ dataFolder: freshFolder(), binaries });
    expect(lstatSync(join(binaries, "lib/libicuuc.so.60")).isSymbolicLink()).toBe(true);
    await server.stop();
  });

  it("ends the start with a sentence when there is no cluster to be had", async () => {
    const dataFolder = freshFolder();
    mkdirSync(join(dataFolder, "keys"));
    spawnSync("sh", ["-c", `umask 077; echo '{}' > ${dataFolder}/keys/postgres.json`]);
    await expect(startPostgres({ dataFolder })).rejects.toThrow(StartFault);
  });
});

describe.skipIf(!asRoot)("as root", () => {
  it("runs PostgreSQL as a user who owns nothing else", async () => {
    const server = await startPostgres({ dataFolder: freshFolder() });
    expect(readFileSync(`/proc/${server.pid()}/status`, "utf8")).toMatch(
      new RegExp(`^Uid:\\t${unprivilegedId}\\t${unprivilegedId}`, "m"),
    );
    await server.stop();
  });

  it("copies the binaries where node_modules is closed to others", async () => {
    const closed = freshFolder(0o700);
    cpSync(installedBinaries(), join(closed, "native"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const dataFolder = freshFolder();
    const server = await startPostgres({ dataFolder, binaries: join(closed, "native") });
    expect(existsSync(join(dataFolder, "postgres/binaries/bin/postgres"))).toBe(true);
    await server.stop();
  });

  it("places the cluster in an open folder where the data folder is closed, and leaves a link", async () => {
    const dataFolder = join(freshFolder(0o700), "data");
    const server = await startPostgres({ dataFolder });
    await server.stop();
    const link = join(dataFolder, "postgres");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    folders.push(spawnSync("readlink", [link]).stdout.toString().trim());
    expect(isOpenToOthers(dataFolder)).toBe(false);
  });

  it("does the same as a plain user, without a word about root", async () => {
    const dataFolder = join(freshFolder(), "data");
    mkdirSync(dataFolder);
    spawnSync("chown", ["65534:65534", dataFolder]);
    const parent = child(dataFolder, [
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
    ]);
    const { pid } = await firstLine(parent);
    expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/^Uid:\t65534/m);
    parent.stdin.write("stop\n");
    await ended(parent);
    expect(() => process.kill(pid, 0)).toThrow();
  });
});

describe("the roles", () => {
  it("are refused when one could reach around row security", async () => {
    const dataFolder = freshFolder();
    const server = await startPostgres({ dataFolder, durable: false });
    await migrate(server.ownerUrl);
    const { bootstrap }: { bootstrap: string } = JSON.parse(
      readFileSync(join(dataFolder, "keys/postgres.json"), "utf8"),
    );
    const url = new URL(server.ownerUrl);
    url.username = "vestibule_bootstrap";
    url.password = bootstrap;
    const superuser = new pg.Client({ connectionString: url.href });
    await superuser.connect();
    for (const power of ["superuser", "bypassrls", "createrole"]) {
      await superuser.query(`alter role vestibule_batch ${power}`);
      await expect(openDatabases(server.ownerUrl)).rejects.toThrow(/vestibule_batch is superuser/);
      await superuser.query(`alter role vestibule_batch no${power}`);
    }
    await (await openDatabases(server.ownerUrl)).close();
    await superuser.end();
    await server.stop();
  });
});
