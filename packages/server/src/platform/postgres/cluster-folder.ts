import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { StartFault } from "../start-fault.ts";
import { isOpenToOthers, unprivilegedId } from "./binaries.ts";

const passwordsSchema = Compile(
  Type.Object({ bootstrap: Type.String({ minLength: 32 }), owner: Type.String({ minLength: 32 }) }),
);

/** Passwords of the two roles that exist before the first migration. */
export interface ClusterPasswords {
  /** The superuser that creates the owner and is used for nothing else. */
  readonly bootstrap: string;
  /** `vestibule_owner`, who owns the tables and is no superuser. */
  readonly owner: string;
}

/**
 * The folder for the cluster inside a data folder, made when missing. As root it belongs to
 * {@link unprivilegedId}, because PostgreSQL refuses to run as root.
 *
 * Where root's data folder lies under a folder closed to others (as `/root` is), that user could
 * not reach it: the cluster then lies in `/var/lib/vestibule`, and `postgres` in the data folder is a
 * link to it, so that whoever copies the data folder sees where the rest is.
 */
export function clusterFolder(dataFolder: string, asUnprivileged: boolean): string {
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 });
  const folder = join(dataFolder, "postgres");
  if (!asUnprivileged) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return realpathSync(folder);
  }
  if (!existsSync(folder)) placeCluster(dataFolder, folder);
  const real = realpathSync(folder);
  if (!isOpenToOthers(dirname(real))) {
    throw new StartFault(
      `PostgreSQL does not run as root, and no other user can reach ${real}. Start as a plain user, ` +
        "choose a folder that is open to others with --data, or set DATABASE_URL.",
    );
  }
  chownSync(real, unprivilegedId, unprivilegedId);
  chmodSync(real, 0o700);
  return real;
}

function placeCluster(dataFolder: string, folder: string): void {
  if (isOpenToOthers(dataFolder)) {
    mkdirSync(folder);
    return;
  }
  const name = createHash("sha256").update(realpathSync(dataFolder)).digest("hex").slice(0, 16);
  const elsewhere = join("/var/lib/vestibule", name);
  // A data folder that was deleted leaves its cluster there, without its passwords: of no use to
  // the new one, and not ours to destroy.
  if (existsSync(elsewhere)) renameSync(elsewhere, `${elsewhere}.left-${Date.now()}`);
  mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
  symlinkSync(elsewhere, folder);
}

/** The cluster's passwords: random, made once, kept `0600` in `keys/postgres.json`. */
export function clusterPasswords(dataFolder: string): ClusterPasswords {
  const file = join(dataFolder, "keys", "postgres.json");
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const secret = () => randomBytes(24).toString("base64url");
    const passwords: ClusterPasswords = { bootstrap: secret(), owner: secret() };
    writeFileSync(file, `${JSON.stringify(passwords)}\n`, { mode: 0o600, flag: "wx" });
  }
  if ((lstatSync(file).mode & 0o077) !== 0) {
    throw new StartFault(`${file} can be read by other users; run: chmod 600 ${file}`);
  }
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!passwordsSchema.Check(parsed)) {
    throw new StartFault(
      `${file} is damaged; restore it from a backup together with the data folder.`,
    );
  }
  return parsed;
}
