import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../../config.ts";

// Nothing is meant to log these; if a line ever does, the value stays out of it.
const secrets = [
  "password",
  "secret",
  "token",
  "authorization",
  "cookie",
  "code",
  "codes",
  "pepper",
  "sealed",
  "name",
  "email",
  "unit",
  "address",
  "jws",
  "body",
  "query",
  "url",
];

/**
 * The server's log: JSON lines with ids of requests, routes and faults; no person, code, token or
 * query string.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: secrets.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]),
      censor: "[kept out]",
    },
    serializers: { err: describeError, req: () => undefined, res: () => undefined },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** An error without its message: a database's repeats the row. Code and place find the fault. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const frames = (error.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 12);
  const constraint = "constraint" in error ? { constraint: error.constraint } : {};
  const fault = "code" in error ? { fault: error.code } : {};
  return {
    kind: error.name,
    ...fault,
    ...constraint,
    frames,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
