import type { Fault } from "@vestibule/sdk";
import { AnswerError, integer, maybe, object, oneOf, type Read, text } from "./read.ts";

/** A request that brought nothing, as queries throw it. */
export class RequestFault extends Error {
  override readonly name = "RequestFault";
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** One request of the interface. */
export interface Call<T> {
  readonly method?: "GET" | "POST" | "DELETE" | "PATCH";
  /** With its query, already encoded. */
  readonly path: string;
  readonly body?: object;
  readonly read: Read<T>;
  readonly signal?: AbortSignal;
}

const requestTimeoutMs = 15_000;

const problem = object({
  code: text,
  title: maybe(text),
  detail: maybe(text),
  field: maybe(text),
  requestId: maybe(text),
  retry: maybe(oneOf("never", "later")),
  status: maybe(integer),
});

/**
 * Sends one request to the console's own origin, with the session's cookie.
 *
 * @throws RequestFault whatever went wrong, with a stable code.
 */
export async function send<T>({ method = "GET", path, body, read, signal }: Call<T>): Promise<T> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: "application/json, application/problem+json",
        "accept-language": document.documentElement.lang || "en",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" ? {} : { "idempotency-key": newIdempotencyKey() }),
      },
      signal: both,
      redirect: "error",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    answer = parseJson(await response.text());
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new RequestFault(unreachable(timeout.aborted ? "timeout" : "unreachable"));
  }
  if (!response.ok) throw new RequestFault(readProblem(answer, response));
  try {
    return read(answer, "");
  } catch (error) {
    if (error instanceof AnswerError) throw new RequestFault(notAsAgreed(response.status, error));
    throw error;
  }
}

function readProblem(answer: unknown, response: Response): Fault {
  const { status } = response;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const waiting = Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {};
  const later = status === 429 || status >= 502;
  try {
    const read = problem(answer, "");
    return {
      kind: "fault",
      code: read.code,
      status,
      retry: read.retry ?? (later ? "later" : "never"),
      title: read.title ?? read.code,
      ...(read.detail === undefined ? {} : { detail: read.detail }),
      ...(read.field === undefined ? {} : { field: read.field }),
      ...(read.requestId === undefined ? {} : { requestId: read.requestId }),
      ...waiting,
      problem: answer,
    };
  } catch {
    const retry = later ? "later" : "never";
    return { kind: "fault", code: "answer-invalid", status, retry, title: "", ...waiting };
  }
}

function unreachable(code: "unreachable" | "timeout"): Fault {
  return { kind: "fault", code, status: 0, retry: "later", title: "" };
}

function notAsAgreed(status: number, { at }: AnswerError): Fault {
  return { kind: "fault", code: "answer-invalid", status, retry: "never", title: "", field: at };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** 128 random bits: `randomUUID` is missing on plain http origins other than localhost. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
