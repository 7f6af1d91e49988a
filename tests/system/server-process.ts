import { createLogger, processEnvironment, readConfig, startServer } from "@vestibule/server";

/*
 * A host's server as a process for tests: as the demonstration runs it, without the rates that would
 * slow a test down, and with its log on standard error.
 */
const unlimited = { burst: 1_000_000, perMs: 1 };
const config = readConfig(processEnvironment());
const server = await startServer({
  config,
  demo: true,
  logger: createLogger(config.logLevel),
  rates: { handset: unlimited, entrance: unlimited, carrier: unlimited },
});
const stop = (): void => void server.close().finally(() => process.exit(0));
process.once("SIGTERM", stop);
process.stdin.once("end", stop).once("error", stop).resume();
process.stdout.write(`${JSON.stringify({ ready: true, ownerUrl: server.ownerUrl })}\n`);
