import { request as httpRequest } from "node:http";
import type { Fetch } from "@vestibule/sdk";

/**
 * `fetch` that also reaches `*.localhost`: browsers send those names to this machine, most resolvers
 * do not know them.
 */
export const localFetch: Fetch = (url, init) => {
  const target = new URL(url);
  const local = target.protocol === "http:" && target.hostname.endsWith(".localhost");
  return local ? fetchLoopback(target, init) : fetch(url, init);
};

function fetchLoopback(target: URL, init: RequestInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(new Headers(init.headers).entries());
    const outgoing = httpRequest(
      {
        host: "127.0.0.1",
        port: target.port === "" ? 80 : target.port,
        path: `${target.pathname}${target.search}`,
        method: init.method ?? "GET",
        headers: { ...headers, host: target.host },
        ...(init.signal ? { signal: init.signal } : {}),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const status = incoming.statusCode ?? 502;
          const body = status === 204 || status === 304 ? null : Buffer.concat(chunks);
          const retry = incoming.headers["retry-after"];
          resolve(
            new Response(body, {
              status,
              ...(retry === undefined ? {} : { headers: { "retry-after": retry } }),
            }),
          );
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(typeof init.body === "string" ? init.body : undefined);
  });
}
