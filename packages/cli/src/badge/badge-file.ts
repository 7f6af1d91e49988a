import { join } from "node:path";
import { type Badge, badgeBody, paperHash, readPaper } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { readOwnFile, replacePrivateFile } from "../files/private-file.ts";
import { namesIn, parseJson } from "../keys/key-file.ts";
import { CliFault } from "../terminal/cli-fault.ts";

const crypto = nodeCrypto();
const BadgeFile = Type.Object({
  v: Type.Literal(1),
  badge: Type.String({ maxLength: 4_096 }),
  label: Type.Optional(Type.String()),
});
const badgeFile = Compile(BadgeFile);

/** A badge as vetter and dispatch keep it. */
export interface KeptBadge {
  readonly path: string;
  readonly text: string;
  readonly hash: string;
  readonly body: Badge;
  /** The name a driver has in the carrier's own lists. */
  readonly label: string | undefined;
}

/** Keeps a badge; dispatch finds it by `drv` or by the label. */
export function keepBadge(folder: string, badge: string, label: string | undefined): string {
  const path = join(folder, `${paperHash(crypto, badge)}.badge.json`);
  const said = label === undefined ? {} : { label };
  replacePrivateFile(path, `${JSON.stringify({ v: 1, badge, ...said })}\n`);
  return path;
}

/** The badges of a folder. */
export function badgesIn(folder: string): readonly KeptBadge[] {
  return namesIn(folder, ".badge.json").map((name) => {
    const path = join(folder, name);
    const value = parseJson(readOwnFile(path) ?? "");
    const text = isFile(value) ? value.badge : "";
    const claimed = readPaper({ crypto }, { kind: "badge", text, body: badgeBody });
    if (!isFile(value) || claimed.kind === "refused")
      throw new CliFault("badge-unreadable", `${path} is no badge; remove it.`);
    const { label } = value;
    return { path, text, hash: paperHash(crypto, text), body: claimed.body, label };
  });
}

function isFile(value: unknown): value is Static<typeof BadgeFile> {
  return badgeFile.Check(value);
}
