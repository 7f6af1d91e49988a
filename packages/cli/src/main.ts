import { runCli } from "./run-cli.ts";
import { localFetch } from "./terminal/local-fetch.ts";

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  folder: process.cwd(),
  write: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  now: Date.now,
  fetch: localFetch,
});
