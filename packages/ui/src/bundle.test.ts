import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { describe, expect, it } from "vitest";

const entry = "virtual:entry";
const index = resolve(import.meta.dirname, "index.ts");

/** Bundles one line that imports from the package, with React left outside. */
async function bundle(source: string): Promise<{ css: string; js: string }> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
    build: {
      write: false,
      rolldownOptions: { input: entry, external: [/^react/], preserveEntrySignatures: "strict" },
    },
  });
  const files = { css: "", js: "" };
  for (const output of Array.isArray(result) ? result : []) collect(output, files);
  if (!Array.isArray(result)) collect(result, files);
  return files;
}

function collect(output: object, files: { css: string; js: string }): void {
  if (!("output" in output) || !Array.isArray(output.output)) return;
  for (const file of output.output) {
    if (file.type === "chunk") files.js += file.code;
    else if (String(file.fileName).endsWith(".css")) files.css += String(file.source);
  }
}

describe("what an app pays for", () => {
  it("is the components it names and their styles, nothing else", async () => {
    const { css, js } = await bundle(`export { StagePlate } from ${JSON.stringify(index)};`);
    expect(css).toContain(".v-plate");
    for (const other of [".v-button", ".v-facts", ".v-notice", ".v-languages", ".v-skeleton"]) {
      expect(css).not.toContain(other);
    }
    expect(js).not.toContain("v-notice");
  });

  it("stays small: everything together is under 6 kB of script and 3 kB of style, gzipped", async () => {
    const { css, js } = await bundle(`export * from ${JSON.stringify(index)};`);
    expect(css).toContain(".v-facts");
    expect(gzipSync(js).length).toBeLessThan(6_000);
    expect(gzipSync(css).length).toBeLessThan(3_000);
  });
});
