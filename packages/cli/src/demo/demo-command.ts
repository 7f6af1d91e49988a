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
  withCommon(program.command("demo"), ["demo", "demo --port 8700 --data /tmp/street"])
    .description("start the whole street on this machine: server, boxes, strikes, stickers, firms")
    .option("--port <port>", "where it answers", wholeNumber(1, 65_535), portUsual)
    .option("--matter", "a Matter lock at number 4, in a process of its own (needs multicast)")
    .option("--verbose", "print what the processes say")
    .action((options: DemoOptions) => runDemo(context, options));
}

async function runDemo(context: CliContext, options: DemoOptions): Promise<void> {
  // The server's code is large; the other commands start without it.
  const { startDemo } = await import("./demo.ts");
  const startedAt = context.now();
  const stopped = Promise.withResolvers<void>();
  // From the first moment on: a Ctrl-C while it starts must leave nothing behind.
  process.on("SIGINT", () => stopped.resolve());
  process.on("SIGTERM", () => stopped.resolve());
  process.on("SIGHUP", () => stopped.resolve());
  const starting = startDemo({
    data: options.data ?? context.environment["VESTIBULE_DATA"] ?? ".data",
    port: options.port,
    matter: options.matter === true,
    say: (sentence) => context.writeError(`${sentence}\n`),
    log: (line) => {
      if (options.verbose === true) context.writeError(`${line}\n`);
    },
  });
  const demo = await starting;
  const seconds = ((context.now() - startedAt) / 1_000).toFixed(1);
  context.write(
    options.json === true
      ? `${JSON.stringify({ ready: true, address: demo.address, pids: demo.pids() })}\n`
      : `\n  Vestibule's street is at ${demo.address}   (ready after ${seconds} s; Ctrl-C stops it)\n\n`,
  );
  await stopped.promise;
  context.writeError("stopping\n");
  await demo.close();
}
