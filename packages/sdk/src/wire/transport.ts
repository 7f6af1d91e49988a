import { type Answer, answerInvalid, type Fault, readProblem, unreachable } from "./fault.ts";
import { AnswerError, type Reader } from "./reader.ts";

/** How long a request may take, in ms. */
export const requestTimeoutMs = 10_000;
/** How often a request is sent in all, where faults allow it. */
export const attemptsMax = 3;
/** The first pause before a second attempt, in ms; it doubles, and half of it is left to chance. */
export const pauseMs = 400;
/** A host that asks for a longer wait than this is obeyed by giving up, in ms. */
export const retryAfterMsMax = 30_000;
/** No answer of ours is longer, in characters. */
export const answerLengthMax = 8_388_608;

/** Whatever sends HTTP requests as the web's `fetch` does. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Where and how requests go. */
export interface TransportOptions {
  /** The host's origin, such as `https://vestibule.example.com`. */
  readonly origin: string;
  /** A bearer token, or where to find the present one. */
  readonly token?: string | (() => string | undefined);
  readonly fetch?: Fetch;
  readonly timeoutMs?: number;
  /** Waits; tests pass one that does not. */
  readonly wait?: (ms: number) => Promise<void>;
  /** 0 to 1, for jitter. */
  readonly chance?: () => number;
  /** The language of the host's sentences. */
  readonly locale?: "en" | "es";
}

/** One request of the interface. */
export interface Call<T> {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its query, already encoded. */
  readonly path: string;
  readonly body?: object;
  readonly read: Reader<T>;
  /** Sent with creating POSTs: the same key twice creates once. */
  readonly idempotencyKey?: string;
  /** 1 where somebody stands at a door and must hear at once. */
  readonly attempts?: number;
  readonly timeoutMs?: number;
}

/** Sends requests to one host. */
export type Send = <T>(call: Call<T>) => Promise<Answer<T>>;

/**
 * Makes the one function that all calls go through: time limit, retries with jitter only where the
 * fault says so and the request cannot act twice, every answer parsed.
 *
 * @throws TypeError when the origin is none.
 */
export function createSend(options: TransportOptions): Send {
  const origin = new URL(options.origin).origin;
  if (origin === "null") throw new TypeError("the host's address must begin with http or https");
  const wait = options.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  const chance = options.chance ?? randomFraction;
  return async (call) => {
    const last = call.attempts ?? attemptsMax;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await sendOnce(options, origin, call);
      if (answer.kind === "answer" || attempt >= last || !mayRepeat(call, answer)) return answer;
      const pause = pauseMs * 2 ** (attempt - 1);
      await wait(answer.retryAfterMs ?? pause / 2 + (chance() * pause) / 2);
    }
  };
}

/** A lost answer may have acted: only what is the same when sent twice is sent twice. */
function mayRepeat(call: Call<unknown>, fault: Fault): boolean {
  if (fault.retry === "never" || (fault.retryAfterMs ?? 0) > retryAfterMsMax) return false;
  const acts = call.method === "POST" || call.method === "PATCH";
  return !acts || call.idempotencyKey !== undefined || fault.status === 429;
}

async function sendOnce<T>(
  options: TransportOptions,
  origin: string,
  call: Call<T>,
): Promise<Answer<T>> {
  const timeoutMs = call.timeoutMs ?? options.timeoutMs ?? requestTimeoutMs;
  const signal = AbortSignal.timeout(timeoutMs);
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  try {
    const response = await send(`${origin}${call.path}`, {
      method: call.method,
      headers: headersOf(options, call),
      signal,
      // A redirect could carry a bearer token to another place.
      redirect: "error",
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    return await readAnswer(response, call.read);
  } catch (error) {
    if (error instanceof AnswerError) return answerInvalid(0, error);
    return unreachable(signal.aborted ? "timeout" : "unreachable", origin);
  }
}

function headersOf(options: TransportOptions, call: Call<unknown>): Record<string, string> {
  const token = typeof options.token === "function" ? options.token() : options.token;
  return {
    accept: "application/json, application/problem+json",
    "accept-language": options.locale ?? "en",
    ...(call.body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey }),
  };
}

async function readAnswer<T>(response: Response, read: Reader<T>): Promise<Answer<T>> {
  const text = await response.text();
  const retryAfter = response.headers.get("retry-after");
  const body = parseJson(text);
  if (!response.ok) return readProblem(body, { status: response.status, retryAfter });
  try {
    return { kind: "answer", value: read(body, "") };
  } catch (error) {
    if (error instanceof AnswerError) return answerInvalid(response.status, error);
    throw error;
  }
}

function parseJson(text: string): unknown {
  if (text === "" || text.length > answerLengthMax) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Unpredictable enough to spread a fleet's retries; `Math.random` is not used in this project. */
function randomFraction(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

/** A fresh Idempotency-Key: 128 random bits in hex. (`randomUUID` is missing on plain http origins.) */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
