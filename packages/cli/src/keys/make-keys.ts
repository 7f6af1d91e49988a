import { join, resolve } from "node:path";
import { generateSigner } from "@vestibule/core/node";
import { dataFolders, isWithin } from "../files/data-folder.ts";
import { writeNewPrivateFile } from "../files/private-file.ts";
import { CliFault, exitCodes } from "../terminal/cli-fault.ts";
import { type CliContext, type CommonOptions, nowS, printResult } from "../terminal/context.ts";
import {
  type DailyUse,
  type KeyNotes,
  keepKey,
  keyFileText,
  type RootRole,
  usesOfRole,
} from "./key-file.ts";

/** Options of `keys root`. */
export interface RootOptions extends CommonOptions {
  readonly role: RootRole;
  readonly domain: string;
  readonly out?: string;
}

/**
 * Makes a root key. It is refused a place in the data folder: whoever steals the server's or the
 * depot's disk must not have stolen the root with it.
 */
export function makeRoot(context: CliContext, options: RootOptions): void {
  const { role, domain } = options;
  const folders = dataFolders(context, options);
  const path = resolve(context.folder, options.out ?? `${domain}.${role}-root.jwk`);
  if (isWithin(path, folders.data) || isWithin(path, folders.keys))
    throw new CliFault(
      "root-in-data",
      `A root key must not lie in the data folder; name a place outside ${folders.data} with --out.`,
      { exitCode: exitCodes.usage },
    );
  const signer = generateSigner("EdDSA");
  keepKey(path, signer, { kind: "root", role, domain, made: nowS(context) });
  printResult(context, options, {
    json: { path, role, domain, root: signer.kid },
    text: [
      `Made the ${role} root key of ${domain}: ${signer.kid}`,
      `It is in ${path}. Move it now to a place without network (a USB stick in a safe), keep a second copy elsewhere, and delete it here.`,
      `Publish the root at https://${domain}/.well-known/vestibule so that buildings can check it.`,
    ].join("\n"),
  });
}

/** Options of `keys sub`. */
export interface DailyOptions extends CommonOptions {
  readonly role: RootRole;
  readonly use: DailyUse;
  readonly domain: string;
  readonly contractor?: string;
  readonly until?: number;
  readonly cap?: number;
  readonly bld?: readonly string[];
  readonly public?: string;
}

/** Makes a daily key in the folder of keys; it counts once a keyset names it. */
export function makeDaily(context: CliContext, options: DailyOptions): void {
  const { role, use, domain } = options;
  if (!usesOfRole[role].some((allowed) => allowed === use))
    throw new CliFault(
      "key-use",
      `A ${role} has no ${use} keys; it has ${usesOfRole[role].join(" and ")} keys.`,
      { exitCode: exitCodes.usage },
    );
  const signer = generateSigner("EdDSA");
  const notes: KeyNotes = {
    kind: "daily",
    role,
    use,
    domain,
    made: nowS(context),
    ...contractorOf(context, options),
  };
  const name = `${domain}.${use}-${signer.kid.slice(0, 8)}.jwk`;
  const path = join(dataFolders(context, options).keys, name);
  keepKey(path, signer, notes);
  const shown = options.public && resolve(context.folder, options.public);
  if (shown) writeNewPrivateFile(shown, keyFileText(signer, notes, false));
  printResult(context, options, {
    json: { path, role, use, domain, kid: signer.kid, ...(shown ? { public: shown } : {}) },
    text: `Made the ${use} key ${signer.kid} in ${path}. It counts once a keyset names it: vestibule keys keyset --root FILE.`,
  });
}

function contractorOf(context: CliContext, options: DailyOptions): Pick<KeyNotes, "contractor"> {
  const { contractor: name, until, cap, bld } = options;
  if (name === undefined) {
    if (until === undefined && cap === undefined && bld === undefined) return {};
    throw new CliFault("contractor-name", "Name the contractor with --contractor.", {
      exitCode: exitCodes.usage,
    });
  }
  if (options.use !== "dispatch" || until === undefined || cap === undefined)
    throw new CliFault(
      "contractor-terms",
      "A contractor has a dispatch key with --until and --cap.",
      { exitCode: exitCodes.usage },
    );
  if (until <= nowS(context))
    throw new CliFault("contractor-terms", "The contractor's last day has passed already.", {
      exitCode: exitCodes.usage,
    });
  const blds = bld === undefined ? {} : { blds: [...bld] };
  return { contractor: { name, until, cap, ...blds } };
}
