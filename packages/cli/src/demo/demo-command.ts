import { resolve } from "node:path";
import type { Command } from "commander";
import { wholeNumber, withCommon } from "../terminal/common-options.ts";
import type { CliContext, CommonOptions } from "../terminal/context.ts";

/** The demonstration's usual port; changing it loses phones and passkeys, so it stays. */
const portUsual = 8_600;

interface DemoOptions extends CommonOptions {
  readonly port: number;
  readonly verbose?: true;
  readonly matter?: true;
}

/** `vestibule demo`: the whole street on this machine. */
export function registerDemo(program: Command, context: CliContext): void {
  withCommon(
    program.command("demo"),
    [
      "demo",
      "demo --port 8700 --data /tmp/street",
      "DATABASE_URL=postgres://owner:password@127.0.0.1/empty demo",
    ],
    "VESTIBULE_DATA, ./.data",
  )
    .description("start the whole street on this machine: server, boxes, strikes, stickers, firms")
    .option("--port <port>", "where it answers", wholeNumber(1, 65_535), portUsual)
    .option("--matter", "a Matter lock at number 4, in a process of its own (needs multicast)")
    .option("--verbose", "print what the processes say")
    .addHelpText(
      "after",
      "\nIn a checkout, npm start -- takes the same words. DATABASE_URL names an empty PostgreSQL 18 of your\nown, as an owner who may create roles; without it the demonstration brings its own.",
    )
    .action((options: DemoOptions) => runDemo(context, options));
}

async function runDemo(context: CliContext, options: DemoOptions): Promise<void> {
  const startedAt = context.now();
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<void>();
  // From the first moment on: a Ctrl-C while it starts must leave nothing behind.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      stopping.abort(new Error("the start was stopped"));
      stopped.resolve();
    });
  }
  // The server's code is large; the other commands start without it.
  const { startDemo } = await import("./demo.ts");
  try {
    const demo = await startDemo({
      data: folderOf(context, options),
      port: options.port,
      databaseUrl: context.environment["DATABASE_URL"]?.trim() || undefined,
      matter: options.matter === true,
      signal: stopping.signal,
      say: (sentence) => context.writeError(`${sentence}\n`),
      log: (line) => {
        if (options.verbose === true) context.writeError(`${line}\n`);
      },
    });
    const seconds = ((context.now() - startedAt) / 1_000).toFixed(1);
    context.write(
      options.json === true
        ? `${JSON.stringify({ ready: true, address: demo.address, pids: demo.pids() })}\n`
        : `\n  Vestibule's street is at ${demo.address}   (ready after ${seconds} s; Ctrl-C stops it)\n\n`,
    );
    await stopped.promise;
    context.writeError("stopping\n");
    await demo.close();
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    context.writeError("stopped before it was ready\n");
  }
}

/** The demonstration has a folder of its own beside the sources, apart from a host's `./data`. */
function folderOf(context: CliContext, options: DemoOptions): string {
  const given = options.data ?? context.environment["VESTIBULE_DATA"]?.trim();
  return resolve(context.folder, given || ".data");
}
