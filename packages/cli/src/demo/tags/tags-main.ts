import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { softwareTap } from "@vestibule/core";
import { nodeCrypto } from "@vestibule/core/node";
import { readTagFile, type StoredTag } from "./tag-file.ts";

/*
 * The demonstration's stickers: software NTAG 424 DNA tags in a process of their own, with their own
 * key file. Neither the server nor any page ever holds these keys. One line in: a tag's name; one line
 * out: the tap's two parameters, fresh each time.
 */
const path = process.argv[2] ?? "";

function main(): void {
  if (!existsSync(path)) {
    process.stderr.write("usage: tags-main.ts FILE (made by the demo)\n");
    process.exitCode = 2;
    return;
  }
  let tags = readTagFile(path);
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid })}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (name) => {
    const tag = tags.find((candidate) => candidate.name === name);
    if (tag === undefined) {
      process.stdout.write(`${JSON.stringify({ name, missing: true })}\n`);
      return;
    }
    const counter = tag.counter + 1;
    // The chip counts before it answers; so do we, or a crash would repeat a tap.
    tags = tags.map((other) => (other === tag ? { ...other, counter } : other));
    store(tags);
    process.stdout.write(`${JSON.stringify({ name, ...tapOf(tag, counter) })}\n`);
  });
  lines.on("close", () => process.exit(0));
}

function tapOf(tag: StoredTag, counter: number): { readonly e: string; readonly c: string } {
  return softwareTap(nodeCrypto(), {
    uid: Buffer.from(tag.uid, "hex"),
    metaReadKey: Buffer.from(tag.metaReadKey, "hex"),
    fileReadKey: Buffer.from(tag.fileReadKey, "hex"),
    counter,
    filler: randomBytes(5),
  });
}

function store(tags: readonly StoredTag[]): void {
  const draft = `${path}.new`;
  const file = openSync(draft, "w", 0o600);
  writeSync(file, JSON.stringify(tags));
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
}

main();
