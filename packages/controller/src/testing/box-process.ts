import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { encodeBase64url } from "@vestibule/core";
import type { World } from "@vestibule/core/testing";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A controller as a process of its own, with the world's keys; `end` leaves nothing behind. */
export interface BoxProcess {
  readonly folder: string;
  readonly claim: Uint8Array;
  /** Kills it with no warning. */
  readonly killHard: () => Promise<void>;
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly start: () => Promise<void>;
  /** The exit code of a process that ended by itself. */
  readonly ended: () => Promise<number | null>;
  /** What its disk holds; only while the process is dead. */
  readonly disk: () => Disk;
  readonly end: () => Promise<void>;
}

export interface Disk {
  readonly receipts: readonly { seq: number; att: string; last: number; text: string }[];
  readonly spends: number;
  readonly claimed: boolean;
}

/** Makes the folder of a box whose keys, sticker and claim are the world's, and starts it. */
export async function startBox(
  world: World,
  given: { readonly url: string; readonly strike: { listen: string; secret: Uint8Array } },
): Promise<BoxProcess> {
  const folder = mkdtempSync(join(tmpdir(), "vestibule-box-"));
  const claim = new Uint8Array(16).fill(9);
  const write = (name: string, value: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(value), { mode: 0o600 });
    return join(folder, name);
  };
  const { x, d } = world.box.signer.exportPrivate();
  const { publicText, privateText } = world.box.seal;
  write("box-keys.json", {
    sign: { kty: "OKP", crv: "Ed25519", x, d },
    seal: { public: publicText, private: privateText },
    spent: encodeBase64url(new Uint8Array(32).fill(5)),
  });
  const { ent, uidHash, metaReadKey, fileReadKey } = world.tag;
  const keys = {
    metaReadKey: encodeBase64url(metaReadKey),
    fileReadKey: encodeBase64url(fileReadKey),
  };
  write("tags.json", [{ ent, uidHash, ...keys }]);
  write("claim.json", { claim: encodeBase64url(claim) });
  const secret = join(folder, "strike-secret");
  writeFileSync(secret, Buffer.from(given.strike.secret).toString("hex"), { mode: 0o600 });
  const { listen } = given.strike;
  const config = write("config.json", {
    folder,
    url: given.url,
    server: "https://host.example",
    strikes: { street: { kind: "virtual", listen, secret, sensing: "contact" } },
  });
  let child = await launch(config);
  const killHard = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  return {
    folder,
    claim,
    killHard,
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    start: async () => {
      child = await launch(config);
    },
    ended: () =>
      child.exitCode === null
        ? new Promise((resolve) => child.once("exit", resolve))
        : Promise.resolve(child.exitCode),
    disk: () => readDisk(folder),
    end: async () => {
      child.kill("SIGCONT");
      await killHard();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(config: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main, "--config", config, "--tied"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the box ended with ${code}`)));
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      if (chunk.includes('"ready":true')) resolve(child);
    });
  });
}

function readDisk(folder: string): Disk {
  const database = new DatabaseSync(join(folder, "box.sqlite"));
  try {
    const receipts = database
      .prepare("select seq, att, last, text from receipt order by seq")
      .all()
      .map((row) => ({
        seq: Number(row["seq"]),
        att: String(row["att"]),
        last: Number(row["last"]),
        text: String(row["text"]),
      }));
    const spends = Number(database.prepare("select count(*) as n from spend").get()?.["n"]);
    const bld = database.prepare("select value from setting where name = 'bld'").get();
    return { receipts, spends, claimed: bld !== undefined };
  } finally {
    database.close();
  }
}
