import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type PublicJwk, thumbprint } from "@vestibule/core";
import { type NodeSigner, nodeCrypto, signerFromJwk } from "@vestibule/core/node";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import {
  isOpenToOthers,
  readOwnFile,
  systemCode,
  writeNewPrivateFile,
} from "../files/private-file.ts";
import { CliFault } from "../terminal/cli-fault.ts";

/** The roots there are, and what each one's daily keys are for. */
export const usesOfRole = {
  carrier: ["dispatch", "stop"],
  vetter: ["badge", "stop"],
  host: ["grant", "stop"],
} as const;
/** A root's role. */
export type RootRole = keyof typeof usesOfRole;
/** What a daily key is for. */
export type DailyUse = (typeof usesOfRole)[RootRole][number];

const Text43 = Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" });
const Contractor = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  until: Type.Integer(),
  cap: Type.Integer({ minimum: 1 }),
  blds: Type.Optional(Type.Array(Text43)),
});
const KeyFile = Type.Object({
  kty: Type.String({ enum: ["OKP", "EC"] }),
  crv: Type.String({ enum: ["Ed25519", "P-256"] }),
  x: Text43,
  y: Type.Optional(Text43),
  d: Type.Optional(Text43),
  kid: Text43,
  /** What it is: a root of a role, or a daily key for a use. */
  vestibule: Type.Object({
    kind: Type.String({ enum: ["root", "daily"] }),
    role: Type.String({ enum: ["carrier", "vetter", "host"] }),
    use: Type.Optional(Type.String({ enum: ["dispatch", "badge", "grant", "stop"] })),
    domain: Type.String({ minLength: 1, maxLength: 253 }),
    made: Type.Integer(),
    contractor: Type.Optional(Contractor),
  }),
});
const keyFile = Compile(KeyFile);

/** What a key file says beside the JWK. */
export interface KeyNotes {
  readonly kind: "root" | "daily";
  readonly role: RootRole;
  readonly use?: DailyUse;
  readonly domain: string;
  /** Epoch seconds. */
  readonly made: number;
  readonly contractor?: Static<typeof Contractor>;
}

/** A key that was read from its file. */
export interface KeptKey {
  readonly path: string;
  readonly notes: KeyNotes;
  readonly jwk: PublicJwk;
  readonly kid: string;
  /** Absent where the file holds the public half alone: a contractor's key, sent by him. */
  readonly signer: NodeSigner | undefined;
  /** Others on this machine may read it. */
  readonly open: boolean;
}

/** The text of a key file: a JWK with notes beside it. */
export function keyFileText(signer: NodeSigner, notes: KeyNotes, whole = true): string {
  const jwk = whole ? signer.exportPrivate() : signer.jwk;
  return `${JSON.stringify({ ...jwk, kid: signer.kid, vestibule: notes }, undefined, 2)}\n`;
}

/** Writes a key for its owner alone, never over another. */
export function keepKey(path: string, signer: NodeSigner, notes: KeyNotes): void {
  writeNewPrivateFile(path, keyFileText(signer, notes));
}

/**
 * Reads a key file.
 *
 * @throws CliFault `key-missing`, `key-unreadable`
 */
export function readKey(path: string): KeptKey {
  const text = readOwnFile(path);
  if (text === undefined)
    throw new CliFault(
      "key-missing",
      `There is no key file ${path}; make one with vestibule keys.`,
    );
  const unreadable = () =>
    new CliFault(
      "key-unreadable",
      `${path} is not a key file of Vestibule's, or damaged; remove it or name another.`,
    );
  const value = parseJson(text);
  if (!isKeyFile(value)) throw unreadable();
  const { role, use } = value.vestibule;
  const knownRole = roles.find((known) => known === role);
  if (knownRole === undefined) throw unreadable();
  const knownUse = uses.find((known) => known === use);
  const jwk = publicOf(value);
  if (jwk === undefined || thumbprint(nodeCrypto(), jwk) !== value.kid) throw unreadable();
  const { kind, domain, made, contractor } = value.vestibule;
  return {
    path,
    notes: {
      kind: kind === "root" ? "root" : "daily",
      role: knownRole,
      ...(knownUse === undefined ? {} : { use: knownUse }),
      domain,
      made,
      ...(contractor === undefined ? {} : { contractor }),
    },
    jwk,
    kid: value.kid,
    signer: value.d === undefined ? undefined : signerOf(jwk, value.d, unreadable),
    open: isOpenToOthers(path),
  };
}

/** All keys of a folder. @throws CliFault `key-unreadable` for a `.jwk` that is no key of ours: a damaged key must not go unseen. */
export function keysIn(folder: string): readonly KeptKey[] {
  return namesIn(folder, ".jwk").map((name) => readKey(join(folder, name)));
}

/** File names of a folder with an ending, sorted; none where there is no folder. */
export function namesIn(folder: string, ending: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .toSorted();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    const code = systemCode(error) ?? "unknown";
    const why = code === "ENOTDIR" ? "it is no folder" : `${code}; check its rights`;
    throw new CliFault("file-unreadable", `${folder} cannot be read: ${why}.`, { cause: error });
  }
}

/** The private half of a key. @throws CliFault `key-public` */
export function signerIn(key: KeptKey): NodeSigner {
  if (key.signer !== undefined) return key.signer;
  throw new CliFault("key-public", `${key.path} holds a public key only; it cannot sign.`);
}

const roles: readonly RootRole[] = ["carrier", "vetter", "host"];
const uses: readonly DailyUse[] = ["dispatch", "badge", "grant", "stop"];

function isKeyFile(value: unknown): value is Static<typeof KeyFile> {
  return keyFile.Check(value);
}

function publicOf({ kty, crv, x, y }: Static<typeof KeyFile>): PublicJwk | undefined {
  if (kty === "OKP" && crv === "Ed25519" && y === undefined) return { kty, crv, x };
  if (kty === "EC" && crv === "P-256" && y !== undefined) return { kty, crv, x, y };
  return undefined;
}

function signerOf(jwk: PublicJwk, d: string, unreadable: () => CliFault): NodeSigner {
  try {
    const signer = signerFromJwk({ ...jwk, d });
    // Node does not compare the halves of every kind of key; a swapped file would sign in vain.
    if (signer.kid === thumbprint(nodeCrypto(), jwk)) return signer;
  } catch {
    // Not a key at all: the same sentence.
  }
  throw unreadable();
}

/** Parses JSON; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
