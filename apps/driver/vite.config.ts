import { createHash } from "node:crypto";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const root = import.meta.dirname;

/**
 * Writes `shell.json` beside the app: the files that the service worker keeps for starting without a
 * network. The decoder's wasm is left out: it is fetched when a camera is wanted, and kept then.
 */
function shellList(): Plugin {
  return {
    name: "vestibule-shell-list",
    generateBundle(_options, bundle) {
      const kept = Object.keys(bundle).filter(
        (name) => !/\.(?:wasm|map|woff)$|^sw\.js$/.test(name),
      );
      const files = [
        "/",
        "/mark.svg",
        ...kept.filter((name) => name !== "index.html").map((name) => `/${name}`),
      ].sort();
      const hash = createHash("sha256");
      for (const name of Object.keys(bundle).sort()) {
        const part = bundle[name];
        hash.update(name);
        if (part !== undefined) hash.update(part.type === "chunk" ? part.code : part.source);
      }
      const version = hash.digest("hex").slice(0, 16);
      this.emitFile({
        type: "asset",
        fileName: "shell.json",
        source: JSON.stringify({ version, files }),
      });
    },
  };
}

export default defineConfig({
  root,
  plugins: [react(), shellList()],
  worker: { format: "es" },
  build: {
    outDir: resolve(root, "dist"),
    emptyOutDir: true,
    // Nothing inlined: the content security policy allows no data: addresses and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: {
      input: {
        driver: resolve(root, "index.html"),
        sw: resolve(root, "src/service-worker/sw.ts"),
      },
      output: {
        // A service worker's address must stay the same from build to build.
        entryFileNames: (entry) => (entry.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
