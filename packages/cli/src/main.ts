import { enableCompileCache } from "node:module";
import { compileCache } from "./terminal/compile-cache.ts";

// Before anything else is loaded.
enableCompileCache(process.env["NODE_COMPILE_CACHE"] ?? compileCache);
const { systemCode } = await import("./files/private-file.ts");
const { runCli } = await import("./run-cli.ts");
const { localFetch } = await import("./terminal/local-fetch.ts");
const { terminalProgress } = await import("./terminal/progress.ts");

// `vestibule keys list | head -1`: whoever reads no more has what he wanted.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error) => {
    if (systemCode(error) !== "EPIPE") throw error;
  });

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  folder: process.cwd(),
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  now: Date.now,
  fetch: localFetch,
  ...(process.stderr.isTTY ? { progress: terminalProgress(process.stderr) } : {}),
});
