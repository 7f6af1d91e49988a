import { readFileSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { parseArgs } from "node:util";
import type { Sensing } from "../strike.ts";
import { openSpentFile } from "./spent-file.ts";
import { serveStrike } from "./strike-server.ts";
import type { AutoOpen } from "./strike-state.ts";

const usage = `A virtual strike, driven over a socket on this machine.

  main.ts --listen 127.0.0.1:0 --state FILE --secret FILE [--sensing contact|current|none]
          [--auto-open AFTER_MS,OPEN_FOR_MS] [--tied]

  --listen     127.0.0.1:PORT (0 = any free one), or the path of a unix socket
  --state      where the ids of pulses that fired are kept
  --secret     64 hex digits in a file that only its owner may read (mode 0600)
  --auto-open  somebody pulls the door at every release, e.g. 700,2500
  --tied       end when standard input ends, that is, with the parent

Prints one line when ready: {"ready":true,"listen":"127.0.0.1:41234","pid":123}
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      listen: { type: "string" },
      state: { type: "string" },
      secret: { type: "string" },
      sensing: { type: "string", default: "contact" },
      "auto-open": { type: "string" },
      tied: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { listen, state, secret } = values;
  if (values.help || listen === undefined || state === undefined || secret === undefined) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const strike = serveStrike({
    secret: readSecret(secret),
    sensing: sensingOf(values.sensing),
    autoOpen: autoOpenOf(values["auto-open"]),
    spent: openSpentFile(state),
  });
  const stop = () => {
    strike.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (values.tied) process.stdin.on("end", stop).on("error", stop).resume();
  strike.server.on("error", (error) => {
    process.stderr.write(`cannot listen on ${listen}: ${error.message}\n`);
    process.exit(1);
  });
  if (listen.startsWith("/")) await removeLeftSocket(listen);
  strike.server.listen(addressOf(listen), () => {
    const at = strike.server.address();
    const bound = typeof at === "object" && at !== null ? written(at) : listen;
    process.stdout.write(`${JSON.stringify({ ready: true, listen: bound, pid: process.pid })}\n`);
  });
}

/** A strike that was killed leaves its socket's file, on which nobody answers. */
function removeLeftSocket(path: string): Promise<void> {
  return new Promise((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve();
    });
    probe.once("error", () => {
      rmSync(path, { force: true });
      resolve();
    });
  });
}

function written(at: AddressInfo): string {
  return `${at.address}:${at.port}`;
}

function addressOf(
  listen: string,
): { readonly host: string; readonly port: number } | { path: string } {
  if (listen.startsWith("/")) return { path: listen };
  const port = /^127\.0\.0\.1:(\d{1,5})$/.exec(listen)?.[1];
  if (port === undefined) throw new Error("--listen takes 127.0.0.1:PORT or an absolute path");
  return { host: "127.0.0.1", port: Number(port) };
}

function readSecret(path: string): Uint8Array {
  if ((statSync(path).mode & 0o077) !== 0) throw new Error(`${path} must have mode 0600`);
  const text = readFileSync(path, "utf8").trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} must hold 64 hex digits`);
  return Buffer.from(text, "hex");
}

function sensingOf(text: string): Sensing {
  if (text === "contact" || text === "current" || text === "none") return text;
  throw new Error("--sensing takes contact, current or none");
}

function autoOpenOf(text: string | undefined): AutoOpen | undefined {
  if (text === undefined) return undefined;
  const [, after, openFor] = /^(\d{1,5}),([1-9]\d{0,6})$/.exec(text) ?? [];
  if (after === undefined || openFor === undefined) {
    throw new Error("--auto-open takes two whole numbers of ms, e.g. 700,2500");
  }
  return { afterMs: Number(after), openForMs: Number(openFor) };
}

await main();
