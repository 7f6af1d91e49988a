import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StaticApp } from "@vestibule/server";
import type { Command } from "commander";
import { CliFault } from "../terminal/cli-fault.ts";
import { wholeNumber, withCommon } from "../terminal/common-options.ts";
import type { CliContext, CommonOptions } from "../terminal/context.ts";

interface ServeOptions extends CommonOptions {
  readonly port?: number;
}

const consoleFolder = join(import.meta.dirname, "../../../../apps/console/dist");

/** `vestibule serve`: a host, with the PostgreSQL that came along unless DATABASE_URL names another. */
export function registerServe(program: Command, context: CliContext): void {
  withCommon(program.command("serve"), [
    "serve",
    "PUBLIC_URL=https://doors.example CONSOLE_ORIGIN=https://console.doors.example serve --port 8080",
  ])
    .description("run a host: API, boxes' links, building pages, and the console on its own name")
    .option("--port <port>", "where it listens (PORT)", wholeNumber(1, 65_535))
    .action((options: ServeOptions) => serve(context, options));
}

async function serve(context: CliContext, options: ServeOptions): Promise<void> {
  // The server's code is large; the other commands start without it.
  const { createLogger, readConfig, startServer } = await import("@vestibule/server");
  const { environment } = context;
  const config = readConfig({
    ...environment,
    ...(options.port === undefined ? {} : { PORT: String(options.port) }),
    ...(options.data === undefined ? {} : { VESTIBULE_DATA: options.data }),
  });
  const stopped = Promise.withResolvers<void>();
  const stopping = new AbortController();
  // From the first moment on: a stop while it starts must leave nothing behind.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      stopping.abort(new Error("the start was stopped"));
      stopped.resolve();
    });
  const server = await startServer({
    config,
    // With --json, standard output is that document's alone.
    logger: createLogger(config.logLevel, options.json === true ? process.stderr : undefined),
    staticApps: consoleApp(config.origins.console),
    signal: stopping.signal,
  }).catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
    context.writeError("stopped before it was ready\n");
    return undefined;
  });
  if (server === undefined) return;
  const ready = { ready: true, origin: server.origin, port: server.port, pid: process.pid };
  context.write(
    options.json === true
      ? `${JSON.stringify(ready)}\n`
      : `Vestibule answers at ${server.origin} (port ${server.port}).\n`,
  );
  if (await server.isEmpty()) {
    const { url } = await server.inviteOwner("My organization");
    // Its secret opens this host once; it goes to the terminal, never into the log.
    context.writeError(
      `Open this link once, on the owner's own device, to become the first owner:\n${url}\n`,
    );
  }
  await stopped.promise;
  await server.close();
}

/** The console is the host's own page; its name reaches the host's API as well. */
function consoleApp(consoleOrigin: string): readonly StaticApp[] {
  if (!existsSync(join(consoleFolder, "index.html"))) {
    throw new CliFault("console-not-built", "The console is not built yet; run: npm run build");
  }
  const socket = consoleOrigin.replace(/^http/, "ws");
  const csp = `default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; manifest-src 'self'; connect-src 'self' ${socket}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
  return [{ host: new URL(consoleOrigin).hostname, folder: consoleFolder, csp, api: true }];
}
