import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { CliContext, CommonOptions } from "../terminal/context.ts";

/** The folders of one installation. */
export interface DataFolders {
  readonly data: string;
  readonly keys: string;
  readonly enrolments: string;
  readonly badges: string;
  readonly imports: string;
  readonly addressBook: string;
}

/** Where things are kept: `--data`, VESTIBULE_DATA or `./data`; keys where VESTIBULE_KEYS says. */
export function dataFolders(context: CliContext, options: CommonOptions): DataFolders {
  const { VESTIBULE_DATA: given, VESTIBULE_KEYS: keys } = context.environment;
  const data = resolve(context.folder, options.data ?? (given?.trim() || "data"));
  return {
    data,
    keys: resolve(context.folder, keys?.trim() || join(data, "keys")),
    enrolments: join(data, "enrolments"),
    badges: join(data, "badges"),
    imports: join(data, "imports"),
    addressBook: join(data, "address-book.json"),
  };
}

/** Whether a path lies in a folder, links followed as far as they exist. */
export function isWithin(path: string, folder: string): boolean {
  const rest = relative(realPath(folder), realPath(path));
  return rest === "" || (!rest.startsWith("..") && !isAbsolute(rest));
}

function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), basename(path));
}
