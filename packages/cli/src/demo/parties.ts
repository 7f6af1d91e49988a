import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHostKeys, storeHostKeys } from "@vestibule/server/beside";
import { registerBadge } from "../badge/badge-commands.ts";
import { registerImport } from "../import/import-command.ts";
import { registerKeys } from "../keys/keys-commands.ts";
import { runCommands } from "../run-commands.ts";
import { localFetch } from "../terminal/local-fetch.ts";

/** The demonstration's firms, each with a data folder of its own, as if on machines of their own. */
export const carrierDomain = "metro-couriers.example";
export const vetterDomain = "clearance.example";

/** Keysets last 30 days; they are renewed after 10. */
const renewMs = 10 * 86_400_000;

/** What the firms use of `vestibule`. */
const partyCommands = [registerKeys, registerBadge, registerImport];

export interface PartyFolders {
  readonly carrier: string;
  readonly vetter: string;
  readonly roots: string;
}

/** Where the firms' folders lie inside the demonstration's own. */
export function partyFolders(data: string): PartyFolders {
  const parties = join(data, "parties");
  return {
    carrier: join(parties, "carrier"),
    vetter: join(parties, "vetter"),
    roots: join(parties, "roots"),
  };
}

/** Makes the host's keys where a server looks for them; the root's private half too, in a demonstration only. */
export async function makeHostKeys(
  keys: string,
  { domain, nowMs }: { readonly domain: string; readonly nowMs: number },
): Promise<void> {
  if (existsSync(join(keys, "host-keyset.jws"))) return;
  storeHostKeys(keys, await createHostKeys({ domain, nowMs }), { withRoot: true });
}

/** Runs a command of `vestibule` as one of the firms and reads its JSON answer. */
export async function asParty(folder: string, words: readonly string[]): Promise<unknown> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let written = "";
  let complaint = "";
  const outside = {
    environment: { VESTIBULE_DATA: folder },
    folder,
    write: (text: string) => {
      written += text;
    },
    writeError: (text: string) => {
      complaint += text;
    },
    now: Date.now,
    fetch: localFetch,
  };
  const code = await runCommands([...words, "--json"], outside, partyCommands);
  if (code !== 0)
    throw new Error(
      `vestibule ${words.slice(0, 2).join(" ")} failed: ${complaint.trim()} ${written.trim().slice(0, 600)}`,
    );
  return JSON.parse(written);
}

/** Makes a firm's root and daily key once, with the commands that real firms use. */
export async function makeParty(folders: PartyFolders, role: "carrier" | "vetter"): Promise<void> {
  const [folder, domain, use] =
    role === "carrier"
      ? [folders.carrier, carrierDomain, "dispatch"]
      : [folders.vetter, vetterDomain, "badge"];
  const root = rootFile(folders, role);
  if (existsSync(root)) return;
  mkdirSync(folders.roots, { recursive: true, mode: 0o700 });
  await asParty(folder, ["keys", "sub", "--role", role, "--use", use, "--domain", domain]);
  await asParty(folder, ["keys", "root", "--role", role, "--domain", domain, "--out", root]);
  // Not handed in yet: a host keeps keysets only of roots that some policy names.
  await signKeyset(folders, role);
}

/** Signs (or renews) a firm's keyset, and hands it to the host where one is named. */
export async function signKeyset(
  folders: PartyFolders,
  role: "carrier" | "vetter",
  host?: string,
): Promise<void> {
  const folder = role === "carrier" ? folders.carrier : folders.vetter;
  const upload = host === undefined ? [] : ["--host", host];
  await asParty(folder, ["keys", "keyset", "--root", rootFile(folders, role), ...upload]);
}

/** Renews the firms' keysets where less than half of their time is left, and hands them to the host once. */
export async function renewKeysets(folders: PartyFolders, host: string): Promise<void> {
  for (const role of ["carrier", "vetter"] as const) {
    const handedIn = join(folders.roots, `${role}.handed-in`);
    const at = existsSync(handedIn) ? Number(readFileSync(handedIn, "utf8")) : 0;
    if (Date.now() - at < renewMs) continue;
    await signKeyset(folders, role, host);
    writeFileSync(handedIn, String(Date.now()), { mode: 0o600 });
  }
}

function rootFile(folders: PartyFolders, role: "carrier" | "vetter"): string {
  return join(folders.roots, `${role}.jwk`);
}

/** Writes a carrier's list for the import command. */
export function writeManifest(folder: string, lines: readonly string[]): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "today.csv");
  writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
  return path;
}
