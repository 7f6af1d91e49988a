import {
  createLogger,
  processEnvironment,
  readConfig,
  StartFault,
  startServer,
} from "@vestibule/server";

/*
 * The host's server as the demonstration runs it: the same as `vestibule serve`, but its root key may
 * lie on this machine, and it ends with its parent.
 */
async function main(): Promise<void> {
  const config = readConfig(processEnvironment());
  const server = await startServer({ config, demo: true, logger: createLogger(config.logLevel) });
  let ending = false;
  const stop = (): void => {
    if (ending) return;
    ending = true;
    void server.close().finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.stdin.on("end", stop).on("error", stop).resume();
  process.stdout.write(`${JSON.stringify({ ready: true, port: server.port, pid: process.pid })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof StartFault ? error.message : String(error)}\n`);
  process.exit(1);
});
