import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadBoxKeys, makeClaim, writeSecret } from "@vestibule/controller";
import { encodeBase64url, softwareTap, uidHashOf } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";

/** How a door of a test can tell what it did. */
export type Sensing = "contact" | "current" | "none";

/** A door of the one box. */
export interface Door {
  readonly ent: string;
  readonly kind: "street" | "lobby" | "garage";
  readonly sensing: Sensing;
}

/** A door with its sticker. */
export interface StickeredDoor extends Door {
  readonly uidHash: string;
  /** A fresh tap, its counter one higher than the last. */
  readonly tap: () => { readonly e: string; readonly c: string };
}

/** A box before it belongs to a building: keys, claim card and stickers, in a folder of its own. */
export interface LaidBox {
  readonly folder: string;
  readonly ctl: string;
  readonly seal: string;
  readonly claim: string;
  readonly doors: readonly StickeredDoor[];
}

const crypto = nodeCrypto();

/** Makes the keys, the claim and a sticker for each door. */
export function layBox(folder: string, doors: readonly Door[]): LaidBox {
  const keys = loadBoxKeys(folder);
  const tags = doors.map((door) => ({
    door,
    uid: randomBytes(7),
    metaReadKey: randomBytes(16),
    fileReadKey: randomBytes(16),
    uidHash: "",
    counter: 0,
  }));
  for (const tag of tags) tag.uidHash = uidHashOf(crypto, tag.uid);
  const stored = tags.map(({ door, uidHash, metaReadKey, fileReadKey }) => ({
    ent: door.ent,
    uidHash,
    metaReadKey: encodeBase64url(metaReadKey),
    fileReadKey: encodeBase64url(fileReadKey),
  }));
  writeSecret(join(folder, "tags.json"), JSON.stringify(stored));
  return {
    folder,
    ctl: keys.signer.kid,
    seal: keys.seal.publicText,
    claim: makeClaim(folder),
    doors: tags.map((tag) => ({
      ...tag.door,
      uidHash: tag.uidHash,
      tap: () => {
        tag.counter += 1;
        const { uid, metaReadKey, fileReadKey, counter } = tag;
        const filler = randomBytes(5);
        return softwareTap(crypto, { uid, metaReadKey, fileReadKey, counter, filler });
      },
    })),
  };
}

/** A strike that the box's process drives. */
export interface DrivenStrike {
  readonly ent: string;
  readonly listen: string;
  readonly secret: Uint8Array;
  readonly sensing: Sensing;
}

/** Writes the configuration with which `main.ts` of the controller starts. */
export function configureBox(
  { folder }: LaidBox,
  {
    url,
    server,
    strikes,
  }: { readonly url: string; readonly server: string; readonly strikes: readonly DrivenStrike[] },
): string {
  const entries = strikes.map(({ ent, listen, secret, sensing }) => {
    const file = join(folder, `strike-${ent}.secret`);
    writeSecret(file, Buffer.from(secret).toString("hex"));
    return [ent, { kind: "virtual", listen, secret: file, sensing }] as const;
  });
  const config = join(folder, "box.json");
  writeSecret(
    config,
    JSON.stringify({ folder, url, server, strikes: Object.fromEntries(entries) }),
  );
  chmodSync(config, 0o600);
  return config;
}

/** The ids of the pulses that a strike ever fired, from its own file. */
export function firedPulses(spentFile: string): readonly string[] {
  return readFileSync(spentFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => String(JSON.parse(line)));
}
