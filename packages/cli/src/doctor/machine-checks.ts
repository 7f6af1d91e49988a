import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import type { Crypto } from "@vestibule/core";
import type { LeftCluster } from "@vestibule/server";
import type { DataFolders } from "../files/data-folder.ts";
import { systemCode } from "../files/private-file.ts";
import { keysIn } from "../keys/key-file.ts";
import { CliFault } from "../terminal/cli-fault.ts";
import { bad, type Check, fine } from "./check.ts";

/** The major version that everything is tested on. */
const nodeMajor = 24;
/** Vestibule was first released after this: an earlier clock is wrong. (2026-01-01) */
const earliestMs = 1_767_225_600_000;
/** How far the clock may be off the file system's and the monotonic one's, in ms. */
const clockStepMs = 2_000;

/** The Node that runs this. */
export function checkNode(version: string): Check {
  const major = Number(version.split(".")[0]);
  if (major === nodeMajor) return fine("Node", version);
  const mend = `Run it by npx vestibule: the right Node (${nodeMajor}) is installed beside it.`;
  return bad("Node", major > nodeMajor ? "warning" : "fault", { found: version, mend });
}

/** Clock and cryptography agree with what they must be. */
export function checkClock(nowMs: number, startedMs: number, sinceStartMs: number): Check {
  const text = new Date(nowMs).toISOString();
  if (nowMs < earliestMs)
    return bad("Clock", "fault", {
      found: text,
      mend: "Set the clock (timedatectl set-ntp true).",
    });
  if (Math.abs(nowMs - startedMs - sinceStartMs) > clockStepMs)
    return bad("Clock", "warning", {
      found: `${text}, and it jumped while this ran`,
      mend: "Let NTP keep the clock (timedatectl set-ntp true).",
    });
  return fine("Clock", text);
}

/** SHA-256 of nothing is known; a broken build would sign papers that nobody accepts. */
export function checkCrypto(crypto: Crypto): Check {
  const digest = Buffer.from(crypto.sha256(new Uint8Array())).toString("hex");
  return digest.startsWith("e3b0c44298fc1c14")
    ? fine("Cryptography", "SHA-256, Ed25519, P-256 and X25519 are there")
    : bad("Cryptography", "fault", { found: "SHA-256 is wrong", mend: "Install Node anew." });
}

/** The data folder, or where it would be made, can be written and is not everybody's. */
export function checkFolder(folders: DataFolders): Check {
  const name = "Data folder";
  const { data } = folders;
  let place = data;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  if (!statSync(place).isDirectory())
    return bad(name, "fault", {
      found: `${place} is a file, no folder`,
      mend: "Choose another with --data.",
    });
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    const found = `${place} cannot be written (${systemCode(error) ?? "unknown"})`;
    return bad(name, "fault", {
      found,
      mend: "Choose another with --data, or chown it to this user.",
    });
  }
  if (place !== data) return fine(name, `${data} (will be made)`);
  if ((statSync(data).mode & 0o002) !== 0)
    return bad(name, "warning", {
      found: `${data}: everybody may write`,
      mend: `chmod o-w ${data}`,
    });
  return fine(name, data);
}

/** No key that others may read, no root among the daily keys. */
export function checkKeys(folders: DataFolders): Check {
  const name = "Keys";
  try {
    const keys = keysIn(folders.keys);
    const root = keys.find(({ notes, signer }) => notes.kind === "root" && signer !== undefined);
    if (root !== undefined)
      return bad(name, "fault", {
        found: `a root's private key lies in ${root.path}`,
        mend: "Move it to a place without network.",
      });
    const open = keys.find((key) => key.open);
    if (open !== undefined)
      return bad(name, "fault", {
        found: `others may read ${open.path}`,
        mend: `chmod 600 ${open.path}; if others use this machine, make a new key.`,
      });
    return fine(name, `${keys.length} in ${folders.keys}`);
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    return bad(name, "fault", { found: error.message.replace(/\.$/, ""), mend: "" });
  }
}

/** A browser for the tests; a server needs none. */
export function checkChromium(path: string | undefined): Check {
  const folders = (path ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const found = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(existsSync);
  return found === undefined
    ? bad("Chromium", "warning", {
        found: "not found; only the browser tests need it",
        mend: "apt-get install chromium",
      })
    : fine("Chromium", found);
}

/** Whether a port is free here. */
export function checkPort(host: string, port: number): Promise<Check> {
  const name = "Port";
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      const found = `${host}:${port}: ${systemCode(error) ?? "unknown"}`;
      const mend =
        systemCode(error) === "EACCES"
          ? "Ports below 1024 are the system's; choose another with PORT, and let a proxy have that one."
          : systemCode(error) === "EADDRNOTAVAIL"
            ? "This machine has no such address; set HOST to one it has."
            : "A running Vestibule uses it, or something else does; choose another with PORT.";
      resolve(bad(name, "warning", { found, mend }));
    });
    server.listen(port, host, () =>
      server.close(() => resolve(fine(name, `${host}:${port} is free`))),
    );
  });
}

/** Databases of root's that lie apart from their data folders, whose folders are gone. */
export function checkLeftClusters(find: () => readonly LeftCluster[]): Check | undefined {
  const name = "Left over";
  try {
    const left = find();
    if (left.length === 0) return undefined;
    const told = left.map(({ path, of }) => (of === undefined ? path : `${path} (of ${of})`));
    return bad(name, "warning", {
      found: `databases that no data folder leads to: ${told.join(", ")}`,
      mend: `If nobody misses them: rm -r ${left.map(({ path }) => path).join(" ")}`,
    });
  } catch (error) {
    // They are root's, and nobody else may look.
    if (systemCode(error) === "EACCES") return undefined;
    throw error;
  }
}
