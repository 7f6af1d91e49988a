import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Purpose } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import {
  type AddressBook,
  AnswerError,
  addressBookText,
  createClient,
  newAddressBook,
  readAddressBook,
} from "@vestibule/sdk";
import { badgesIn } from "../badge/badge-file.ts";
import { dataFolders } from "../files/data-folder.ts";
import {
  readOwnFile,
  refuseUnwritable,
  replacePrivateFile,
  systemCode,
} from "../files/private-file.ts";
import { type KeptKey, keysIn, readKey, signerIn } from "../keys/key-file.ts";
import { certifiedUntil, keysetsIn } from "../keys/keyset-file.ts";
import { CliFault, exitCodes } from "../terminal/cli-fault.ts";
import {
  type CliContext,
  type CommonOptions,
  nowS,
  printResult,
  timeText,
} from "../terminal/context.ts";
import { decodeFile } from "./decode-file.ts";
import { patienceOf } from "./patience.ts";
import { type FileForm, sniffForm } from "./read-lines.ts";
import { readManifest } from "./read-parcels.ts";
import { explain, type ImportReport, reportText } from "./report.ts";
import { resolveManifest } from "./resolve-manifest.ts";
import { sendShifts } from "./send-shifts.ts";
import { openSentStore } from "./sent-store.ts";

/** Options of `import`. */
export interface ImportOptions extends CommonOptions {
  readonly host: string;
  readonly key?: string;
  readonly car?: string;
  readonly badges?: string;
  readonly addressBook?: string;
  readonly format?: FileForm;
  readonly tz?: string;
  readonly date?: string;
  readonly window?: string;
  readonly purpose: Purpose;
  readonly report?: string;
  readonly dryRun?: true;
}

/** A manifest larger than this is two files, in bytes: some two million lines. */
const manifestBytesMax = 268_435_456;

/**
 * Imports a manifest at the carrier: reads, finds buildings and badges, signs and uploads. What is
 * wrong with a line is told and costs no other line.
 */
export async function runImport(
  context: CliContext,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const folders = dataFolders(context, options);
  const at = nowS(context);
  const dispatch = dispatchKey(context, options);
  const text = readManifestFile(resolve(context.folder, file));
  const reportFile = options.report && resolve(context.folder, options.report);
  // Before anything is sent: afterwards it would be too late to tell what was.
  if (reportFile) refuseReport(reportFile, resolve(context.folder, file));
  const form = options.format ?? sniffForm(text);
  const progress = context.progress ?? (() => undefined);
  const began = performance.now();
  const { tz: zone, date, window, purpose } = options;
  const manifest = readManifest(text, form, { zone, date, window, purpose, at, progress });
  const readMs = Math.round(performance.now() - began);
  const bookPath = resolve(context.folder, options.addressBook ?? folders.addressBook);
  const calls = createClient({ origin: options.host, fetch: context.fetch, crypto: nodeCrypto() });
  const badges = badgesIn(resolve(context.folder, options.badges ?? folders.badges));
  const patience = patienceOf(context);
  const base = { crypto: nodeCrypto(), calls: calls.carrier, at, progress, patience };
  const resolved = await resolveManifest(
    { ...base, book: readBook(bookPath), badges },
    manifest.parcels,
  );
  const dryRun = options.dryRun === true;
  // Before anything is sealed: what is sealed to a building is sealed to the one that is pinned.
  if (!dryRun && manifest.parcels.length > 0)
    replacePrivateFile(bookPath, addressBookText(resolved.book));
  const store = dryRun ? nullStore : openSentStore(folders.imports);
  store.prune(at);
  const { signer, car } = dispatch;
  const sender = { ...base, store, signer, car, host: calls.origin, dryRun };
  const sent = await sendShifts(sender, resolved.groups);
  progress("");
  const issues = explain([...manifest.issues, ...resolved.issues, ...sent.issues]);
  const report: ImportReport = {
    file: basename(file),
    form,
    dryRun,
    lines: manifest.lines,
    parcels: sent.shifts.reduce((sum, { parcels }) => sum + parcels, 0),
    left: new Set(issues.filter(({ warning }) => !warning).map(({ line }) => line)).size,
    shifts: sent.shifts,
    pinned: resolved.pinned,
    issues,
    readMs,
  };
  if (reportFile) replacePrivateFile(reportFile, `${JSON.stringify(report, undefined, 2)}\n`);
  if (report.left > 0) context.exitWith(report.parcels === 0 ? exitCodes.failed : exitCodes.partly);
  printResult(context, options, { json: report, text: reportText(report) });
}

function refuseReport(path: string, manifest: string): void {
  if (path === manifest)
    throw new CliFault(
      "report-over-manifest",
      "--report names the list itself; name another file.",
      {
        exitCode: exitCodes.usage,
      },
    );
  refuseUnwritable(path);
}

/** A dry run leaves nothing behind, not even the store's secret. */
const nullStore = {
  name: () => "",
  find: () => undefined,
  keep: () => undefined,
  prune: () => undefined,
};

function readManifestFile(path: string): string {
  try {
    if (statSync(path).size > manifestBytesMax)
      throw new CliFault("manifest-too-large", "The file is larger than 256 MB; split it.");
    const text = decodeFile(readFileSync(path));
    if (text.trim() !== "") return text;
    throw new CliFault("manifest-empty", `The file ${path} is empty; nothing was imported.`);
  } catch (cause) {
    if (cause instanceof CliFault) throw cause;
    const code = systemCode(cause);
    const why =
      code === "ENOENT"
        ? "does not exist"
        : code === "EISDIR"
          ? "is a folder; name a file in it"
          : `cannot be read (${code ?? "unknown"}); check its rights`;
    throw new CliFault("manifest-unreadable", `The file ${path} ${why}.`, { cause });
  }
}

function readBook(path: string): AddressBook {
  const text = readOwnFile(path);
  if (text === undefined) return newAddressBook();
  try {
    return readAddressBook(text);
  } catch (cause) {
    if (!(cause instanceof AnswerError || cause instanceof SyntaxError)) throw cause;
    // Never overwritten: it is what protects parcels from a false building.
    throw new CliFault("address-book", `${path} is no address book; restore or remove it.`, {
      cause,
    });
  }
}

function dispatchKey(
  context: CliContext,
  options: ImportOptions,
): { readonly signer: ReturnType<typeof signerIn>; readonly car: string } {
  const { keys: folder } = dataFolders(context, options);
  const keysets = keysetsIn(folder);
  const rootOf = ({ kid }: KeptKey) =>
    options.car ??
    keysets.find(({ keyset }) => keyset.keys.get(kid)?.use === "dispatch")?.keyset.root;
  const candidates =
    options.key === undefined
      ? keysIn(folder).filter((key) => key.notes.use === "dispatch" && rootOf(key) !== undefined)
      : [readKey(resolve(context.folder, options.key))];
  const own = candidates.filter(({ signer }) => signer !== undefined);
  const [key] = own;
  if (key === undefined)
    throw new CliFault(
      "dispatch-key-missing",
      `There is no dispatch key in ${folder} that a keyset names; make one with vestibule keys sub and keys keyset.`,
    );
  if (own.length > 1)
    throw new CliFault(
      "dispatch-key-several",
      "There are several dispatch keys; name one with --key.",
      {
        exitCode: exitCodes.usage,
      },
    );
  const car = rootOf(key);
  if (car === undefined)
    throw new CliFault(
      "carrier-unknown",
      "No keyset names this key; name the carrier with --car.",
      {
        exitCode: exitCodes.usage,
      },
    );
  const until = certifiedUntil(keysets, key.kid);
  if (until !== undefined && until <= nowS(context))
    throw new CliFault(
      "dispatch-key-ended",
      `The dispatch key ${key.path} counted until ${timeText(until)}; sign a new keyset with the root: vestibule keys keyset --root FILE --host ${options.host}`,
    );
  if (key.open)
    context.writeError(`Others on this machine may read ${key.path}: chmod 600 ${key.path}\n`);
  return { signer: signerIn(key), car };
}
