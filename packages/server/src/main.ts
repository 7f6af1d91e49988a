import { processEnvironment, readConfig } from "./config.ts";
import { createLogger } from "./platform/http/log.ts";
import { StartFault } from "./platform/start-fault.ts";
import { type RunningServer, startServer } from "./serve.ts";

/** Starts a server from the environment and stops it at SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = readConfig(processEnvironment());
  const logger = createLogger(config.logLevel);
  const server = await startServer({ config, logger });
  logger.info({ port: server.port }, "listening");
  if (await server.isEmpty()) {
    const { url } = await server.inviteOwner("My organization");
    // Its secret opens this host once; it goes to the terminal, never into the log.
    process.stdout.write(`Open this link to become the first owner: ${url}\n`);
  }
  const stop = () => void end(server);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

async function end(server: RunningServer): Promise<void> {
  await server.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  const sentence = error instanceof StartFault ? error.message : String(error);
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
});
