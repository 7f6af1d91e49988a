import { readFileSync, statSync } from "node:fs";
import { type Static, type TSchema, Type } from "typebox";
import { Check, Errors } from "typebox/value";
import { checkedLinkUrl } from "./link/box-link.ts";

const closed = { additionalProperties: false } as const;
const ent = "^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$";

const virtualEntry = Type.Object(
  {
    kind: Type.Literal("virtual"),
    /** `127.0.0.1:PORT` or a unix socket, as the strike's ready line says. */
    listen: Type.String({ minLength: 1, maxLength: 200 }),
    /** File with the shared secret, mode 0600. */
    secret: Type.String({ minLength: 1 }),
    sensing: Type.Union([Type.Literal("contact"), Type.Literal("current"), Type.Literal("none")]),
  },
  closed,
);

const matterEntry = Type.Object(
  {
    kind: Type.Literal("matter"),
    /** The interface that the lock is reached by; it must carry multicast. */
    networkInterface: Type.String({ minLength: 1, maxLength: 32 }),
    udpPort: Type.Integer({ minimum: 1, maximum: 65_535 }),
    passcode: Type.Integer({ minimum: 1, maximum: 99_999_998 }),
    discriminator: Type.Integer({ minimum: 0, maximum: 4_095 }),
    pin: Type.String({ pattern: "^[0-9]{4,8}$" }),
    endpoint: Type.Integer({ minimum: 1, maximum: 65_534 }),
    commissionWithinMs: Type.Integer({ minimum: 1_000, maximum: 300_000 }),
    sensing: Type.Union([Type.Literal("contact"), Type.Literal("none")]),
    acceptAnyAttestation: Type.Boolean(),
  },
  closed,
);

const boxConfig = Type.Object(
  {
    /** Keys, claim, tags and store of this box. */
    folder: Type.String({ minLength: 1 }),
    /** The host's link: `wss://host/box`; `ws:` only to this machine. */
    url: Type.String({ minLength: 5, maxLength: 300 }),
    /** The host's public origin, which the box signs. */
    server: Type.String({ minLength: 5, maxLength: 300 }),
    /** An open door is reported as held after this long. */
    heldOpenMinutes: Type.Optional(Type.Number({ minimum: 0.01, maximum: 1_440 })),
    strikes: Type.Record(
      Type.String({ pattern: ent }),
      // Each by its own kind afterwards, so that what is said of it is not said of the other kind.
      Type.Object({ kind: Type.Union([Type.Literal("virtual"), Type.Literal("matter")]) }),
      { ...closed, minProperties: 1 },
    ),
  },
  closed,
);
type StrikeEntry = Static<typeof virtualEntry> | Static<typeof matterEntry>;
export type BoxConfig = Omit<Static<typeof boxConfig>, "strikes"> & {
  readonly strikes: Readonly<Record<string, StrikeEntry>>;
};

/**
 * Reads a box's configuration.
 *
 * @throws Error with a sentence that names the member which does not fit.
 */
export function readBoxConfig(path: string): BoxConfig {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(
      `${path} is not a JSON file that can be read (${error instanceof Error ? error.message : "unknown"})`,
    );
  }
  const config = checked(boxConfig, value, { path });
  try {
    checkedLinkUrl(config.url);
  } catch (error) {
    throw new Error(`${path}: /url: ${error instanceof Error ? error.message : "unknown"}`);
  }
  // The host names itself by its origin, and a box answers to no other name.
  if (URL.parse(config.server)?.origin !== config.server)
    throw new Error(`${path}: /server must be an origin such as https://host.example`);
  const strikes: Record<string, StrikeEntry> = {};
  for (const [name, entry] of Object.entries(config.strikes)) {
    const schema = entry.kind === "virtual" ? virtualEntry : matterEntry;
    strikes[name] = checked(schema, entry, { path, at: `/strikes/${name}` });
  }
  return { ...config, strikes };
}

function checked<S extends TSchema>(
  schema: S,
  value: unknown,
  { path, at = "" }: { readonly path: string; readonly at?: string },
): Static<S> {
  if (Check(schema, value)) return value;
  const [first] = Errors(schema, value);
  const { instancePath = "", message = "does not fit" } = first ?? {};
  // What a closed object does not know is said by its schema as "false".
  const said = message === "schema is false" ? "is not known here" : message;
  throw new Error(`${path}: ${`${at}${instancePath}` || "the file"} ${said}`);
}

/**
 * Reads a virtual strike's shared secret.
 *
 * @throws Error when others on this machine may read it, or it is not 64 hex digits.
 */
export function readStrikeSecret(path: string): Uint8Array {
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Error(`${path} must have mode 0600: chmod 600 ${path}`);
  const text = readFileSync(path, "utf8").trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} must hold 64 hex digits`);
  return Buffer.from(text, "hex");
}
