import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openKeyset, type Signer, signPaper } from "@vestibule/core";
import { generateSigner, type NodeSigner, nodeCrypto, signerFromJwk } from "@vestibule/core/node";
import { StartFault } from "./start-fault.ts";

/** What this host signs with, and what it shows of its keys. */
export interface HostKeys {
  /** Thumbprint of the host's root, as policies name it. */
  readonly root: string;
  readonly domain: string;
  /** The keyset in force, signed by the root. */
  readonly keyset: string;
  /** Signs grants. */
  readonly grant: Signer;
}

const names = {
  keyset: "host-keyset.jws",
  grant: "host-grant.jwk",
  root: "host-root.jwk",
} as const;
/** How long a keyset of ours is valid, in seconds; papers allow 35 days. */
export const hostKeysetLifetimeS = 34 * 86_400;
/** The demonstration signs a new keyset when the old one has less than this left, in seconds. */
export const hostKeysetRenewS = 14 * 86_400;

/**
 * Reads the host's keys from their folder: the keyset and the grant key. The root's private half
 * does not belong on this machine.
 *
 * @throws StartFault naming what is missing or wrong and how to mend it.
 */
export async function readHostKeys(
  folder: string,
  { demo, nowMs }: { readonly demo: boolean; readonly nowMs: number },
): Promise<HostKeys> {
  const crypto = nodeCrypto();
  const files = findFiles(folder);
  const grant = readSigner(folder, files.grant);
  let text = readText(folder, files.keyset);
  let opened = openKeyset({ crypto }, text);
  if (opened.kind === "refused")
    throw new StartFault(
      `${files.keyset} is no keyset (${opened.code}); run: vestibule keys keyset`,
    );
  const root = privateRootIn(folder, opened.keyset.root);
  if (root !== undefined && !demo)
    throw new StartFault(
      `The private half of the host's root key lies in ${root}. Move it off this machine: whoever has it can name new keys for this host.`,
    );
  const at = Math.floor(nowMs / 1000);
  if (root !== undefined && opened.keyset.body.exp - at < hostKeysetRenewS) {
    text = await signKeyset(readSigner(folder, root), {
      domain: opened.keyset.body.domain,
      grant,
      ver: opened.keyset.body.ver + 1,
      at,
    });
    writeFileSync(join(folder, files.keyset), text, { mode: 0o600 });
    opened = openKeyset({ crypto }, text);
    if (opened.kind === "refused") throw new StartFault("the renewed keyset cannot be read");
  }
  const { keyset } = opened;
  if (at >= keyset.body.exp)
    throw new StartFault(
      "The host's keyset has expired, so no grant can be signed. Sign a new one with the root: vestibule keys keyset",
    );
  if (keyset.keys.get(grant.kid)?.use !== "grant")
    throw new StartFault(
      `${files.grant} is not the grant key that ${files.keyset} names; sign a keyset that names it: vestibule keys keyset`,
    );
  return { root: keyset.root, domain: keyset.body.domain, keyset: keyset.text, grant };
}

/**
 * The host's files: those that a demonstration made, or those of `vestibule keys`, named for the host's
 * domain.
 */
function findFiles(folder: string): { readonly keyset: string; readonly grant: string } {
  const all = existsSync(folder) ? readdirSync(folder) : [];
  const one = (name: string, pattern: RegExp) =>
    all.includes(name) ? name : (all.findLast((file) => pattern.test(file)) ?? name);
  return {
    keyset: one(names.keyset, /\.host\.keyset$/),
    grant: one(names.grant, /\.grant-[A-Za-z0-9_-]+\.jwk$/),
  };
}

/** Keys of a new host, in memory. */
export interface NewHostKeys {
  readonly root: NodeSigner;
  readonly grant: NodeSigner;
  readonly keyset: string;
}

/** Makes a host's root, its grant key and the first keyset; nothing is written. */
export async function createHostKeys({
  domain,
  nowMs,
}: {
  readonly domain: string;
  readonly nowMs: number;
}): Promise<NewHostKeys> {
  const root = generateSigner("EdDSA");
  const grant = generateSigner("EdDSA");
  const at = Math.floor(nowMs / 1000);
  return { root, grant, keyset: await signKeyset(root, { domain, grant, ver: 1, at }) };
}

/** Writes a host's keys, mode 0600; the root's private half only where `withRoot` says so (the demo). */
export function storeHostKeys(
  folder: string,
  keys: NewHostKeys,
  { withRoot }: { readonly withRoot: boolean },
): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (name: string, text: string) =>
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  write(names.keyset, keys.keyset);
  write(names.grant, JSON.stringify(keys.grant.exportPrivate()));
  if (withRoot) write(names.root, JSON.stringify(keys.root.exportPrivate()));
}

async function signKeyset(
  root: NodeSigner,
  {
    domain,
    grant,
    ver,
    at,
  }: { readonly domain: string; readonly grant: Signer; readonly ver: number; readonly at: number },
): Promise<string> {
  const exp = at + hostKeysetLifetimeS;
  const keys = [{ jwk: grant.jwk, use: "grant", nbf: at - 60, exp }];
  return signPaper("keyset", { v: 1, iss: root.kid, sub: root.jwk, ver, domain, exp, keys }, root);
}

/** The file in this folder that holds the root's private half, if any does. */
function privateRootIn(folder: string, root: string): string | undefined {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jwk"))
    .find((name) => readSigner(folder, name).kid === root);
}

function readSigner(folder: string, name: string): NodeSigner {
  try {
    const jwk: unknown = JSON.parse(readText(folder, name));
    if (typeof jwk === "object" && jwk !== null) return signerFromJwk({ ...jwk });
  } catch (cause) {
    if (cause instanceof StartFault) throw cause;
    throw new StartFault(`${name} in the keys' folder is no private key.`, { cause });
  }
  throw new StartFault(`${name} in the keys' folder is no private key.`);
}

function readText(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8").trim();
  } catch (cause) {
    throw new StartFault(
      `${name} is missing in the keys' folder ${folder}. Make the host's keys: vestibule keys sub --role host --use grant --domain DOMAIN; vestibule keys root --role host --domain DOMAIN; vestibule keys keyset --root FILE; then move the root's file off this machine.`,
      { cause },
    );
  }
}
