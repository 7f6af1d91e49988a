import { rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalize, utf8 } from "@vestibule/core";
import { nodeCrypto, randomText } from "@vestibule/core/node";
import type { SignedAssignment } from "@vestibule/sdk";
import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { readOwnFile, replacePrivateFile, writeNewPrivateFile } from "../files/private-file.ts";
import { namesIn, parseJson } from "../keys/key-file.ts";
import { CliFault } from "../terminal/cli-fault.ts";

const crypto = nodeCrypto();
const Sent = Type.Object({
  v: Type.Literal(1),
  exp: Type.Integer(),
  assignments: Type.Array(
    Type.Object({
      text: Type.String({ maxLength: 131_072 }),
      hash: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
      bld: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
      units: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Null()]))),
      parcels: Type.Integer(),
    }),
  ),
});
const sent = Compile(Sent);
/** How long papers that ended are kept, in seconds: what a repeated import may still ask for. */
const keptAfterS = 7 * 86_400;

/** The assignments that an import signed, by what they were made of. */
export interface SentStore {
  /** Names a group's content. Keyed: nobody can test tracking numbers against what is stored. */
  readonly name: (content: unknown) => string;
  readonly find: (name: string) => readonly SignedAssignment[] | undefined;
  readonly keep: (
    name: string,
    group: { readonly assignments: readonly SignedAssignment[]; readonly exp: number },
  ) => void;
  /** Forgets what ended long ago. */
  readonly prune: (at: number) => void;
}

/**
 * Opens the store of an import. The same content gives the same signed papers, so that the same file
 * twice changes nothing: they are written down before they are sent.
 */
export function openSentStore(folder: string): SentStore {
  const secret = utf8(secretOf(join(folder, "import.secret")));
  const pathOf = (name: string) => join(folder, `${name}.sent.json`);
  return {
    name: (content) =>
      Buffer.from(crypto.hmacSha256(secret, utf8(canonicalize(content)))).toString("base64url"),
    find: (name) => {
      const text = readOwnFile(pathOf(name));
      const value = text === undefined ? undefined : parseJson(text);
      if (!isSent(value)) return undefined;
      return value.assignments.map(({ units, ...assignment }) => ({
        ...assignment,
        ...(units === undefined ? {} : { units }),
      }));
    },
    keep: (name, { assignments, exp }) =>
      replacePrivateFile(pathOf(name), `${JSON.stringify({ v: 1, exp, assignments })}\n`),
    prune: (at) => {
      for (const file of namesIn(folder, ".sent.json")) {
        const path = join(folder, file);
        const value = parseJson(readOwnFile(path) ?? "");
        if (isSent(value) && value.exp + keptAfterS < at) rmSync(path, { force: true });
      }
    },
  };
}

function isSent(value: unknown): value is Static<typeof Sent> {
  return sent.Check(value);
}

function secretOf(path: string): string {
  const held = readOwnFile(path);
  if (held !== undefined) {
    if (/^[A-Za-z0-9_-]{43}\n$/.test(held)) return held.trim();
    throw new CliFault("import-secret", `${path} is damaged; remove it to begin anew.`);
  }
  const made = randomText(32);
  writeNewPrivateFile(path, `${made}\n`);
  return made;
}
