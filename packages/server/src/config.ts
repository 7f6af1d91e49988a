import { isAbsolute, join, resolve } from "node:path";
import { StartFault } from "./platform/start-fault.ts";

const levels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
/** How much the log says. */
export type LogLevel = (typeof levels)[number];

/** What the server is told from outside, checked. */
export interface Config {
  /** The address under which people reach this host; passkeys are bound to its name. */
  readonly publicUrl: URL;
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  readonly keysFolder: string;
  /** The owner's connection; undefined = the PostgreSQL that came with the installation. */
  readonly databaseUrl: string | undefined;
  /** Where mail goes; undefined = kept in the demo's letterbox. */
  readonly smtpUrl: string | undefined;
  readonly filesUrl: URL;
  readonly logLevel: LogLevel;
  /** The apps' origins, for the CORS allow-list and for links. */
  readonly origins: AppOrigins;
}

/** The origin of each static app; the console's is the host's own unless another is named. */
export interface AppOrigins {
  readonly console: string;
  readonly driver: string | undefined;
  readonly signer: string | undefined;
  readonly carrier: string | undefined;
}

/** One setting as `vestibule doctor` prints it and the documentation's table lists it. */
export interface ConfigEntry {
  readonly name: string;
  readonly meaning: string;
  readonly fallback: string;
  /** The value in force; a secret shows only that it is set. */
  readonly value: string;
}

const settings = {
  PUBLIC_URL: {
    meaning: "Address under which people reach this host",
    fallback: "http://localhost:PORT",
    secret: false,
  },
  PORT: { meaning: "Port to listen on", fallback: "8080", secret: false },
  HOST: { meaning: "Address to listen on", fallback: "127.0.0.1", secret: false },
  VESTIBULE_DATA: {
    meaning: "The one folder with everything that must be kept",
    fallback: "./data",
    secret: false,
  },
  VESTIBULE_KEYS: {
    meaning: "Folder of the host's private keys",
    fallback: "VESTIBULE_DATA/keys",
    secret: false,
  },
  DATABASE_URL: {
    meaning: "PostgreSQL, as an owner who is no superuser",
    fallback: "the PostgreSQL that came with the installation",
    secret: true,
  },
  SMTP_URL: {
    meaning: "Mail server for invitations and notices",
    fallback: "none: mail is kept and shown, not sent",
    secret: true,
  },
  FILES_URL: {
    meaning: "Where files are kept (file: or s3:)",
    fallback: "VESTIBULE_DATA/files",
    secret: false,
  },
  LOG_LEVEL: {
    meaning: `How much the log says (${levels.join(", ")})`,
    fallback: "info",
    secret: false,
  },
  CONSOLE_ORIGIN: {
    meaning: "Origin of the console",
    fallback: "the origin of PUBLIC_URL",
    secret: false,
  },
  DRIVER_ORIGIN: { meaning: "Origin of the driver app", fallback: "none", secret: false },
  SIGNER_ORIGIN: { meaning: "Origin of the signer page", fallback: "none", secret: false },
  CARRIER_ORIGIN: { meaning: "Origin of the carrier's page", fallback: "none", secret: false },
} as const;

/** The names the server knows. */
export type SettingName = keyof typeof settings;
/** Variables as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process: the only place that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

/**
 * Reads and checks the settings. An empty value counts as not set.
 *
 * @throws StartFault naming the setting, what is wrong with it and what it may be.
 */
export function readConfig(environment: Environment): Config {
  refuseUnknown(environment);
  const get = (name: SettingName) => environment[name]?.trim() || undefined;
  const port = parsePort(get("PORT") ?? settings.PORT.fallback);
  const publicUrl = parseUrl("PUBLIC_URL", get("PUBLIC_URL") ?? `http://localhost:${port}`, [
    "http:",
    "https:",
  ]);
  const dataFolder = resolve(get("VESTIBULE_DATA") ?? settings.VESTIBULE_DATA.fallback);
  const databaseUrl = get("DATABASE_URL");
  if (databaseUrl !== undefined)
    parseUrl("DATABASE_URL", databaseUrl, ["postgres:", "postgresql:"]);
  const smtpUrl = get("SMTP_URL");
  if (smtpUrl !== undefined) parseUrl("SMTP_URL", smtpUrl, ["smtp:", "smtps:"]);
  return {
    publicUrl,
    port,
    host: get("HOST") ?? settings.HOST.fallback,
    dataFolder,
    keysFolder: resolve(get("VESTIBULE_KEYS") ?? join(dataFolder, "keys")),
    databaseUrl,
    smtpUrl,
    filesUrl: parseFiles(get("FILES_URL") ?? join(dataFolder, "files")),
    logLevel: parseLevel(get("LOG_LEVEL") ?? settings.LOG_LEVEL.fallback),
    origins: {
      console: parseOrigin("CONSOLE_ORIGIN", get("CONSOLE_ORIGIN") ?? publicUrl.origin),
      driver: optionalOrigin("DRIVER_ORIGIN", get("DRIVER_ORIGIN")),
      signer: optionalOrigin("SIGNER_ORIGIN", get("SIGNER_ORIGIN")),
      carrier: optionalOrigin("CARRIER_ORIGIN", get("CARRIER_ORIGIN")),
    },
  };
}

/** Every setting with its meaning and value, without secrets. */
export function describeConfig(environment: Environment): readonly ConfigEntry[] {
  return Object.entries(settings).map(([name, { meaning, fallback, secret }]) => {
    const given = environment[name]?.trim();
    const value = given ? (secret ? "(set, not shown)" : withoutPassword(given)) : `(${fallback})`;
    return { name, meaning, fallback, value };
  });
}

function refuseUnknown(environment: Environment): void {
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith("VESTIBULE_") && !Object.hasOwn(settings, name),
  );
  if (unknown.length === 0) return;
  const known = Object.keys(settings).filter((name) => name.startsWith("VESTIBULE_"));
  throw new StartFault(
    `Unknown setting ${unknown.join(", ")}: there are ${known.join(" and ")}. Remove it or mend its name.`,
  );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new StartFault(`PORT is "${text}"; it must be a number from 0 (any free port) to 65535.`);
}

function parseLevel(text: string): LogLevel {
  const level = levels.find((candidate) => candidate === text);
  if (level) return level;
  throw new StartFault(`LOG_LEVEL is "${text}"; it must be one of ${levels.join(", ")}.`);
}

function parseUrl(name: SettingName, text: string, protocols: readonly string[]): URL {
  const url = URL.parse(text);
  if (url && protocols.includes(url.protocol)) return url;
  // The value is not repeated: it may hold a password.
  throw new StartFault(
    `${name} must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}.`,
  );
}

function parseFiles(text: string): URL {
  const url = isAbsolute(text) ? new URL(`file://${text}`) : URL.parse(text);
  if (url && ["file:", "s3:"].includes(url.protocol)) return url;
  throw new StartFault("FILES_URL must be an absolute path or begin with file:// or s3://.");
}

function optionalOrigin(name: SettingName, text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseOrigin(name, text);
}

function parseOrigin(name: SettingName, text: string): string {
  const url = URL.parse(text);
  if (url && ["http:", "https:"].includes(url.protocol) && url.origin === text.replace(/\/$/, ""))
    return url.origin;
  throw new StartFault(
    `${name} is "${withoutPassword(text)}"; it must be an origin alone, such as https://driver.example.com.`,
  );
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^@/]*@/, "//");
}
