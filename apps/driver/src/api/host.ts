import type { Config } from "../config.ts";
import { maybe, number, oneOf, parseJson, record, text } from "../json.ts";

/** A host that does not answer within this time has not answered. The box's own bound is 3 s. */
export const hostTimeoutMs = 8_000;

/** What the host said no to, as `application/problem+json` carries it. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail?: string | undefined;
  readonly retry?: "never" | "later" | undefined;
  /** The host's signed word that a box is silent. */
  readonly noAccess?: string | undefined;
  /** Facts for the sentence, as `RefusalDetail` names them. */
  readonly facts: unknown;
}

/** The answer to one request. A network that failed is a value like the others. */
export type Answer =
  | { readonly kind: "answered"; readonly body: unknown }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "no-network" };

export interface HostRequest {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly idempotencyKey?: string;
}

/** Sends one request to the host. No cookie travels: this origin has none of the host's. */
export async function askHost(config: Config, request: HostRequest): Promise<Answer> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (request.body !== undefined) headers["content-type"] = "application/json";
  if (request.token !== undefined) headers["authorization"] = `Bearer ${request.token}`;
  if (request.idempotencyKey !== undefined) headers["idempotency-key"] = request.idempotencyKey;
  try {
    const response = await fetch(`${config.apiOrigin}${request.path}`, {
      method: request.method ?? "GET",
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(hostTimeoutMs),
    });
    const source = await response.text();
    const body = source === "" ? undefined : parseJson(source);
    if (response.ok) return { kind: "answered", body };
    return { kind: "problem", problem: readProblem(response.status, body) };
  } catch {
    // fetch rejects with one TypeError for every failure of the network, and on the timeout.
    return { kind: "no-network" };
  }
}

const problemBody = record({
  code: text,
  detail: maybe(text),
  retry: maybe(oneOf("never", "later")),
  noAccess: maybe(text),
  status: maybe(number),
});

function readProblem(status: number, body: unknown): Problem {
  const read = problemBody(body);
  const facts = typeof body === "object" && body !== null ? Reflect.get(body, "facts") : undefined;
  // An intermediary's error page has no code; its status is all that is known.
  if (read === undefined) return { status, code: "internal", facts };
  return { ...read, status, facts };
}
