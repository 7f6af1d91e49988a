import { readFileSync } from "node:fs";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";

const hex = (size: number) => Type.String({ pattern: `^[0-9a-f]{${size * 2}}$` });
const storedTag = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9-]{1,64}$" }),
    uid: hex(7),
    metaReadKey: hex(16),
    fileReadKey: hex(16),
    /** The last counter that was mirrored. */
    counter: Type.Integer({ minimum: 0, maximum: 0xff_ffff }),
  },
  { additionalProperties: false },
);
export type StoredTag = Static<typeof storedTag>;

/**
 * Reads the demonstration's tags.
 *
 * @throws Error when the file does not read.
 */
export function readTagFile(path: string): readonly StoredTag[] {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!Check(Type.Array(storedTag), value))
    throw new Error(`${path} does not read; delete the demo's data folder to begin anew`);
  return value;
}
