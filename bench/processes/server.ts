import { signerFromJwk } from "@vestibule/core/node";
import { readConfig, startServer } from "@vestibule/server";
import { serveBench } from "../child.ts";

/** The whole server in a process of its own, its rates lifted. */
let close: () => Promise<void> = async () => undefined;

const unlimited = { burst: 1e9, perMs: 1 };

serveBench(
  async (question) => {
    const { env, host } = question;
    if (!isRecord(env) || !isRecord(host)) return {};
    const { root, domain, keyset, grant } = host;
    if (typeof root !== "string" || typeof domain !== "string" || typeof keyset !== "string")
      throw new Error("the host's keys are missing");
    const server = await startServer({
      config: readConfig(Object.fromEntries(Object.entries(env).map(([k, v]) => [k, String(v)]))),
      hostKeys: { root, domain, keyset, grant: signerFromJwk(isRecord(grant) ? grant : {}) },
      rates: { handset: unlimited, entrance: unlimited, carrier: unlimited },
      jobs: false,
    });
    close = server.close;
    return { port: server.port };
  },
  () => close(),
);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
