import { request as httpRequest } from "node:http";

export interface DemoRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** The page's origin; its host becomes the Host header. */
  readonly origin: string;
  readonly cookie?: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

export interface DemoAnswer {
  readonly status: number;
  readonly body: unknown;
  /** `name=value` pairs to send back, joined as a Cookie header wants them. */
  readonly cookie: string;
  readonly setCookies: readonly string[];
}

/** How long the server may take to answer the demonstration's own set-up, in ms. */
const answerMsMax = 15_000;

/** Calls the server's own port under a page's name, as its browser would. */
export function demoCall(upstream: string, call: DemoRequest): Promise<DemoAnswer> {
  const { hostname, port } = new URL(upstream);
  const text = call.body === undefined ? undefined : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: hostname,
        port,
        method: call.method,
        path: call.path,
        timeout: answerMsMax,
        headers: {
          host: new URL(call.origin).host,
          origin: call.origin,
          ...(call.cookie === undefined ? {} : { cookie: call.cookie }),
          ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey }),
          ...(text === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const setCookies = incoming.headers["set-cookie"] ?? [];
          resolve({
            status: incoming.statusCode ?? 0,
            body: parsed(Buffer.concat(chunks).toString()),
            cookie: setCookies.map((cookie) => cookie.split(";")[0] ?? "").join("; "),
            setCookies,
          });
        });
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`${call.path} did not answer`)));
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

/** The answer's body where it succeeded. @throws Error naming the call and what it answered. */
export function succeeded(call: DemoRequest, answer: DemoAnswer): unknown {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new Error(
    `${call.method} ${call.path} answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 400)}`,
  );
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
