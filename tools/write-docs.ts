/** Writes the made parts of the documentation: `npm run docs`. `tools/docs.test.ts` holds them true. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeParts, withPart } from "./generated-docs.ts";

for (const part of await madeParts()) {
  const path = join(import.meta.dirname, "..", part.file);
  writeFileSync(path, withPart(readFileSync(path, "utf8"), part));
  process.stdout.write(`${part.file}: ${part.name}\n`);
}
