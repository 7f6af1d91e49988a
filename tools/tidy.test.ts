import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** Which of our packages each may import; what is not here is not allowed (design.md, section 4). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "packages/core": [],
  "packages/door": ["core"],
  "packages/controller": ["core", "door"],
  "packages/server": ["core"],
  "packages/sdk": ["core"],
  "packages/ui": ["core"],
  "packages/cli": ["core", "door", "controller", "server", "sdk"],
  "apps/driver": ["core", "sdk", "ui"],
  "apps/console": ["core", "sdk", "ui"],
  "apps/street": ["core", "sdk", "ui"],
};
const linesMax = 400;

interface Violation {
  readonly file: string;
  readonly because: string;
}

/** Imports of our own packages that point the wrong way; type-only ones count too. */
function wrongDirections(file: string, source: string): readonly Violation[] {
  const owner = Object.keys(mayImport).find((folder) => file.startsWith(`${folder}/`));
  if (owner === undefined) return [];
  const own = owner.split("/")[1] ?? "";
  // An app's tests may start the real server; what ships may not know it.
  if (owner.startsWith("apps/") && /\/testing\/|\.test\.tsx?$/.test(file)) return [];
  const allowed = [...(mayImport[owner] ?? []), own];
  return importsOf(file, source)
    .filter((name) => name.startsWith("@vestibule/"))
    .filter((name) => !allowed.includes(name.split("/")[1] ?? ""))
    .map((name) => ({ file, because: `${owner} may not import ${name}` }));
}

/** Within a server's feature: routes call use cases, use cases call stores, never upwards. */
function wrongLayers(file: string, source: string): readonly Violation[] {
  if (!file.startsWith("packages/server/src/")) return [];
  const isStore = /-store\.ts$/.test(file);
  return importsOf(file, source)
    .filter((name) => isStore && (/-routes\.ts$/.test(name) || name === "fastify"))
    .map((name) => ({ file, because: `a store may not import ${name}` }));
}

function tooLong(file: string, source: string): readonly Violation[] {
  const lines = source.split("\n").length - 1;
  return lines > linesMax ? [{ file, because: `${lines} lines; ${linesMax} at most` }] : [];
}

function badName(file: string): readonly Violation[] {
  const name = file.split("/").at(-1) ?? "";
  const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:browser|test|config|d))*\.(?:ts|tsx|mjs)$/.test(
    name,
  );
  const drawer = /(?:^|\/)(?:utils?|helpers?|common|misc)(?:\/|\.)/.test(file);
  return kebab && !drawer
    ? []
    : [{ file, because: "files are kebab-case and named for what they hold" }];
}

function importsOf(file: string, source: string): readonly string[] {
  const { module } = parseSync(file, source);
  const exported = module.staticExports.flatMap((entry) =>
    entry.entries.map((item) => item.moduleRequest?.value),
  );
  const dynamic = module.dynamicImports.map((entry) =>
    source.slice(entry.moduleRequest.start + 1, entry.moduleRequest.end - 1),
  );
  return [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...exported,
    ...dynamic,
  ].filter((name) => name !== undefined);
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (name === "node_modules" || name === "dist" || name === "public") return [];
    if (statSync(join(root, path)).isDirectory()) return sourceFiles(path);
    return /\.(?:ts|tsx|mjs)$/.test(name) ? [path] : [];
  });
}

const files = ["packages", "apps", "tests", "tools", "bench", "scripts"].flatMap(sourceFiles);
const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("the tree is tidy", () => {
  it("reads a tree that is there", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.every((file) => relative(root, join(root, file)) === file)).toBe(true);
  });
  it("has imports that point one way", () => {
    expect(
      files.flatMap((file) => [
        ...wrongDirections(file, read(file)),
        ...wrongLayers(file, read(file)),
      ]),
    ).toEqual([]);
  });
  it("has files that one can read in a sitting, named for what they hold", () => {
    expect(files.flatMap((file) => [...tooLong(file, read(file)), ...badName(file)])).toEqual([]);
  });
});

describe("the tripwires trip", () => {
  it("sees a wrong direction, also of a type and of a dynamic import", () => {
    expect(
      wrongDirections("packages/core/src/a.ts", 'import { x } from "@vestibule/server";'),
    ).toHaveLength(1);
    expect(
      wrongDirections("packages/core/src/a.ts", 'import type { X } from "@vestibule/door";'),
    ).toHaveLength(1);
    expect(
      wrongDirections("packages/door/src/a.ts", 'export { x } from "@vestibule/controller";'),
    ).toHaveLength(1);
    expect(
      wrongDirections("apps/driver/src/a.ts", 'await import("@vestibule/server");'),
    ).toHaveLength(1);
    expect(
      wrongDirections("packages/door/src/a.ts", 'import { x } from "@vestibule/core";'),
    ).toEqual([]);
  });
  it("sees a store that knows HTTP, a long file and a drawer", () => {
    expect(
      wrongLayers("packages/server/src/a/a-store.ts", 'import fastify from "fastify";'),
    ).toHaveLength(1);
    expect(tooLong("a.ts", "\n".repeat(linesMax + 1))).toHaveLength(1);
    expect(badName("packages/core/src/utils/x.ts")).toHaveLength(1);
    expect(badName("packages/core/src/MyFile.ts")).toHaveLength(1);
  });
});
