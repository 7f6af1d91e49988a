import {
  type Config,
  createLogger,
  processEnvironment,
  readConfig,
  StartFault,
  startServer,
} from "@vestibule/server";
import { hopelessExit } from "./children.ts";

/*
 * The host's server as the demonstration runs it: the same as `vestibule serve`, but its root key may
 * lie on this machine, and it ends with its parent.
 */
async function main(config: Config): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Error("the start was stopped"));
  // From the first moment on: a stop while it starts must leave no PostgreSQL behind.
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.stdin.on("end", stop).on("error", stop).resume();
  const { signal } = stopping;
  const logger = createLogger(config.logLevel);
  const server = await startServer({ config, demo: true, logger, signal });
  const end = (): void => void server.close().finally(() => process.exit(0));
  if (signal.aborted) {
    end();
    return;
  }
  signal.addEventListener("abort", end);
  process.stdout.write(`${JSON.stringify({ ready: true, port: server.port, pid: process.pid })}\n`);
}

function wordsOf(error: unknown): string {
  return error instanceof StartFault ? error.message : String(error);
}

let config: Config | undefined;
try {
  config = readConfig(processEnvironment());
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`);
  process.exitCode = hopelessExit;
}
if (config !== undefined) {
  main(config).catch((error: unknown) => {
    process.stderr.write(`${wordsOf(error)}\n`);
    // The folder may still be in the hands of a run that was killed.
    process.exit(error instanceof StartFault && !error.passes ? hopelessExit : 1);
  });
}
