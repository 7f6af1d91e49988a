import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { decodeBase64url, encodeBase64url, type TagKeys } from "@vestibule/core";
import {
  generateSealPair,
  generateSigner,
  type NodeSigner,
  nodeCrypto,
  signerFromJwk,
} from "@vestibule/core/node";
import { type Static, type TSchema, Type } from "typebox";
import { Check } from "typebox/value";
import { openBoxStore } from "./store/box-store.ts";

const bytes = (size: number) =>
  Type.String({ pattern: `^[A-Za-z0-9_-]{${Math.ceil((size * 4) / 3)}}$` });
const closed = { additionalProperties: false } as const;

const keysFile = Type.Object(
  {
    sign: Type.Object(
      { kty: Type.Literal("OKP"), crv: Type.Literal("Ed25519"), x: bytes(32), d: bytes(32) },
      closed,
    ),
    seal: Type.Object({ public: bytes(32), private: bytes(32) }, closed),
    spent: bytes(32),
  },
  closed,
);

const tagsFile = Type.Array(
  Type.Object(
    {
      ent: Type.String({ pattern: "^[a-z0-9-]{1,32}$" }),
      uidHash: bytes(32),
      metaReadKey: bytes(16),
      fileReadKey: bytes(16),
    },
    closed,
  ),
  { maxItems: 16 },
);

/** The box's own secrets, made on the box at its first start and never sent anywhere. */
export interface BoxKeys {
  readonly signer: NodeSigner;
  readonly seal: { readonly publicText: string; readonly privateKey: Uint8Array };
  readonly spentSecret: Uint8Array;
}

/**
 * Reads the box's keys, or makes them at its first start.
 *
 * @throws Error when the file is there but does not read: a box never replaces its own key silently.
 */
export function loadBoxKeys(folder: string): BoxKeys {
  const path = join(folder, "box-keys.json");
  if (!existsSync(path)) {
    const signer = generateSigner("EdDSA");
    const seal = generateSealPair();
    const { x, d } = signer.exportPrivate();
    const fresh = {
      sign: { kty: "OKP", crv: "Ed25519", x, d },
      seal: { public: seal.publicText, private: seal.privateText },
      spent: encodeBase64url(randomBytes(32)),
    };
    writeSecret(path, JSON.stringify(fresh));
  }
  const stored = readChecked(path, keysFile);
  return {
    signer: signerFromJwk(stored.sign),
    seal: { publicText: stored.seal.public, privateKey: raw(stored.seal.private) },
    spentSecret: raw(stored.spent),
  };
}

/** The claim card's secret: made once, burned when a building has adopted the box. */
export function loadClaim(folder: string): Uint8Array | undefined {
  const path = join(folder, "claim.json");
  return existsSync(path)
    ? raw(readChecked(path, Type.Object({ claim: bytes(16) }, closed)).claim)
    : undefined;
}

/**
 * Prints the claim card: 16 random bytes, kept until the box is adopted.
 *
 * @throws Error where a building has adopted this box already, or a process runs on its folder.
 */
export function makeClaim(folder: string): string {
  refuseIfTaken(folder);
  const claim = encodeBase64url(randomBytes(16));
  writeSecret(join(folder, "claim.json"), JSON.stringify({ claim }));
  return claim;
}

/** A new card would be burned at the next start, or be unknown to the process that runs. */
function refuseIfTaken(folder: string): void {
  const path = join(folder, "box.sqlite");
  if (!existsSync(path)) return;
  const store = openBoxStore(nodeCrypto(), path);
  const bld = store.setting("bld");
  store.close();
  if (bld !== undefined)
    throw new Error(
      `the box in ${folder} belongs to a building, and its card is burned; a box for another building needs a folder of its own`,
    );
}

/** Burns the claim: from now on nobody adopts this box a second time. */
export function burnClaim(folder: string): void {
  rmSync(join(folder, "claim.json"), { force: true });
  syncFolder(folder);
}

/** The stickers this box answers, with the keys that only box and tag hold. */
export function loadTags(folder: string): readonly TagKeys[] {
  const path = join(folder, "tags.json");
  if (!existsSync(path)) return [];
  return readChecked(path, tagsFile).map((tag) => ({
    ent: tag.ent,
    uidHash: tag.uidHash,
    metaReadKey: raw(tag.metaReadKey),
    fileReadKey: raw(tag.fileReadKey),
  }));
}

/** Writes a file that only its owner reads, whole or not at all. */
export function writeSecret(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  const file = openSync(draft, "w", 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
  syncFolder(join(path, ".."));
}

/** Makes the names in a folder survive a power cut, as fsync does for what a file holds. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

function readChecked<S extends TSchema>(path: string, schema: S): Static<S> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    value = undefined;
  }
  if (!Check(schema, value))
    throw new Error(
      `${path} does not read; restore it from the box's backup, or reset the box with its button`,
    );
  return value;
}

/** A secret that is not exactly its own text must never become an empty key. */
function raw(text: string): Uint8Array {
  const bytes = decodeBase64url(text);
  if (bytes === undefined)
    throw new Error("a key file of this box is damaged; restore it from the box's backup");
  return bytes;
}
