import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { CliFault } from "../terminal/cli-fault.ts";

/** Readable by its owner alone. */
const privateMode = 0o600;
const privateFolderMode = 0o700;
/** No file of ours is larger; a manifest has its own limit. */
const fileBytesMax = 16_777_216;

/** The system's error code of something caught. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/**
 * Writes a new file for its owner alone (0600), durably; never over another.
 *
 * @throws CliFault `file-exists`, `file-unwritable`
 */
export function writeNewPrivateFile(path: string, text: string): void {
  writePrivate(path, text, path);
}

/** Replaces a private file at once or not at all, so that a crash leaves the old one. */
export function replacePrivateFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  writePrivate(fresh, text, path);
  try {
    renameSync(fresh, path);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw unwritable(path, cause);
  }
}

function unwritable(shown: string, cause: unknown): CliFault {
  const code = systemCode(cause) ?? "unknown";
  const why =
    code === "EISDIR"
      ? "it is a folder; name a file"
      : code === "ENOTDIR"
        ? "something above it is a file, not a folder; name another place"
        : code === "ENOSPC"
          ? "the disk is full"
          : `${code}; check the folder's rights`;
  return new CliFault("file-unwritable", `${shown} cannot be written: ${why}.`, { cause });
}

function writePrivate(path: string, text: string, shown: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: privateFolderMode });
    const file = openSync(path, "wx", privateMode);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (systemCode(cause) === "EEXIST")
      throw new CliFault("file-exists", `${shown} exists already; name another file.`, { cause });
    throw unwritable(shown, cause);
  }
}

/**
 * Asks beforehand whether a file will be writable, where a failure afterwards would come too late.
 *
 * @throws CliFault `file-unwritable`
 */
export function refuseUnwritable(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: privateFolderMode });
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    if (existsSync(path) && statSync(path).isDirectory())
      throw Object.assign(new Error("a folder"), { code: "EISDIR" });
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Reads a file of ours; `undefined` where there is none. */
export function readOwnFile(path: string): string | undefined {
  try {
    if (statSync(path).size > fileBytesMax)
      throw new CliFault("file-too-large", `${path} is larger than any file of Vestibule's.`);
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof CliFault) throw cause;
    if (systemCode(cause) === "ENOENT") return undefined;
    throw new CliFault(
      "file-unreadable",
      `${path} cannot be read (${systemCode(cause) ?? "unknown"}); check its rights.`,
      { cause },
    );
  }
}

/** Whether others on this machine may read or write a file. */
export function isOpenToOthers(path: string): boolean {
  return (statSync(path).mode & 0o077) !== 0;
}
