import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { StartFault } from "../start-fault.ts";
import { isOpenToOthers, unprivilegedId } from "./binaries.ts";
import { runningServer } from "./running-server.ts";

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

/** Where root's clusters lie whose data folder PostgreSQL's own user cannot reach. */
export const clustersElsewhere = "/var/lib/vestibule-clusters";
/** In a cluster that lies elsewhere: the data folder it belongs to. */
const belongsToName = "belongs-to";
/** How long a cluster is kept whose data folder was deleted and begun anew, in ms. */
const setAsideMs = 30 * 86_400_000;

/**
 * The folder for the cluster inside a data folder, made when missing. As root it belongs to
 * {@link unprivilegedId}, because PostgreSQL refuses to run as root.
 *
 * Where root's data folder lies under a folder closed to others (as `/root` is), that user could
 * not reach it: the cluster then lies in {@link clustersElsewhere}, `postgres` in the data folder is
 * a link to it, and a text beside the link says so.
 */
export function clusterFolder(
  dataFolder: string,
  asUnprivileged: boolean,
  elsewhere = clustersElsewhere,
): string {
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 });
  const folder = join(dataFolder, "postgres");
  if (!asUnprivileged) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return realpathSync(folder);
  }
  if (!existsSync(folder)) placeCluster(dataFolder, { folder, elsewhere });
  const real = realpathSync(folder);
  if (!isOpenToOthers(dirname(real))) {
    throw new StartFault(
      `PostgreSQL does not run as root, and no other user can reach ${real}. Start as a plain user, ` +
        "choose a folder that is open to others with --data, or set DATABASE_URL.",
    );
  }
  if (lstatSync(folder).isSymbolicLink()) noteOwner(dataFolder, real);
  chownSync(real, unprivilegedId, unprivilegedId);
  chmodSync(real, 0o700);
  return real;
}

function placeCluster(
  dataFolder: string,
  { folder, elsewhere }: { readonly folder: string; readonly elsewhere: string },
): void {
  // A link whose end is gone.
  rmSync(folder, { force: true });
  if (isOpenToOthers(dataFolder)) {
    mkdirSync(folder);
    return;
  }
  const name = createHash("sha256").update(realpathSync(dataFolder)).digest("hex").slice(0, 16);
  const place = join(elsewhere, name);
  const restored = existsSync(passwordFile(dataFolder));
  // A data folder that came back without its link still has the passwords: the database is its own.
  // One that was deleted left its database behind; a disk that is not mounted looks the same, so it is
  // set aside for a while rather than destroyed.
  if (existsSync(place) && !restored) setAside(elsewhere, name);
  mkdirSync(place, { recursive: true, mode: 0o755 });
  // Whatever the umask: PostgreSQL's user passes through here.
  chmodSync(elsewhere, 0o711);
  symlinkSync(place, folder);
}

function setAside(elsewhere: string, name: string): void {
  const place = join(elsewhere, name);
  const running = runningServer(join(place, "cluster"));
  if (running !== undefined) process.kill(running.pid, "SIGINT");
  renameSync(place, `${place}.left-${Date.now()}`);
  for (const other of readdirSync(elsewhere)) {
    const [, since] = /^[0-9a-f]{16}\.left-(\d+)$/.exec(other) ?? [];
    if (other.startsWith(name) && since !== undefined && Number(since) < Date.now() - setAsideMs)
      rmSync(join(elsewhere, other), { recursive: true, force: true });
  }
}

function noteOwner(dataFolder: string, place: string): void {
  const path = realpathSync(dataFolder);
  writeFileSync(join(place, belongsToName), `${path}\n`, { mode: 0o600 });
  writeFileSync(
    join(dataFolder, "postgres-lies-elsewhere.txt"),
    `The database of this folder lies in ${place}: PostgreSQL does not run as root, and its own user cannot reach ${path}.\nCopy both for a backup. Whoever deletes this folder for good deletes that one as well: rm -r ${place}\nvestibule doctor lists those whose folder is gone.\n`,
    { mode: 0o600 },
  );
}

/** A database in {@link clustersElsewhere} that no data folder leads to any more. */
export interface LeftCluster {
  readonly path: string;
  /** The data folder it belonged to, as far as it is known. */
  readonly of: string | undefined;
}

/** The databases that deleted data folders left behind; those in use are not among them. */
export function leftClusters(elsewhere = clustersElsewhere): readonly LeftCluster[] {
  if (!existsSync(elsewhere)) return [];
  return readdirSync(elsewhere)
    .toSorted()
    .flatMap((name) => {
      const path = realpathSync(join(elsewhere, name));
      const note = join(path, belongsToName);
      const of = existsSync(note) ? readFileSync(note, "utf8").trim() : undefined;
      const led = of === undefined ? undefined : join(of, "postgres");
      const inUse = led !== undefined && existsSync(led) && realpathSync(led) === path;
      return inUse || runningServer(join(path, "cluster")) !== undefined ? [] : [{ path, of }];
    });
}

function passwordFile(dataFolder: string): string {
  return join(dataFolder, "keys", "postgres.json");
}

/** The cluster's passwords: random, made once, kept `0600` in `keys/postgres.json`. */
export function clusterPasswords(dataFolder: string): ClusterPasswords {
  const file = passwordFile(dataFolder);
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
