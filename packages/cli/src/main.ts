import { systemCode } from "./files/private-file.ts";
import { runCli } from "./run-cli.ts";
import { localFetch } from "./terminal/local-fetch.ts";
import { terminalProgress } from "./terminal/progress.ts";

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
