import { type AnswerError, integer, object, oneOf, optional, text } from "./reader.ts";

/**
 * Why a request brought nothing: the host's problem (RFC 9457), or one that arose before its answer
 * was read. A value: the client throws only where its caller broke the contract.
 */
export interface Fault {
  readonly kind: "fault";
  /** Stable: the host's code, or `unreachable`, `timeout`, `answer-invalid`. */
  readonly code: string;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Whether the same request may be sent again. */
  readonly retry: "never" | "later";
  /** One sentence for a person. */
  readonly title: string;
  readonly detail?: string;
  /** The member of the request that was not understood. */
  readonly field?: string;
  readonly requestId?: string;
  /** How long the host asks to wait, in ms. */
  readonly retryAfterMs?: number;
  /** Further members of the problem, as they came: papers of a silent door, for example. */
  readonly problem?: unknown;
}

/** What a request brought. */
export type Answer<T> = { readonly kind: "answer"; readonly value: T } | Fault;

const problem = object({
  code: text,
  title: optional(text),
  detail: optional(text),
  status: optional(integer),
  retry: optional(oneOf("never", "later")),
  field: optional(text),
  requestId: optional(text),
  request: optional(text),
});

/** Reads a problem; whatever is not one becomes a fault that says only its status. */
export function readProblem(
  body: unknown,
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | null },
): Fault {
  const seconds = Number(retryAfter ?? "");
  const waiting = retryAfter !== null && seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {};
  const repeatable = status === 429 || status === 502 || status === 503 || status === 504;
  try {
    const read = problem(body, "");
    const requestId = read.requestId ?? read.request;
    return {
      kind: "fault",
      code: read.code,
      status,
      retry: read.retry ?? (repeatable ? "later" : "never"),
      title: read.title ?? read.detail ?? read.code,
      ...(read.detail === undefined ? {} : { detail: read.detail }),
      ...(read.field === undefined ? {} : { field: read.field }),
      ...(requestId === undefined ? {} : { requestId }),
      ...waiting,
      problem: body,
    };
  } catch {
    const title = `The host answered with status ${status}.`;
    const retry = repeatable ? "later" : "never";
    return { kind: "fault", code: "answer-invalid", status, retry, title, ...waiting };
  }
}

/** The host could not be reached or did not answer in time. */
export function unreachable(code: "unreachable" | "timeout", origin: string): Fault {
  const title =
    code === "timeout"
      ? `The host at ${origin} did not answer in time.`
      : `The host at ${origin} cannot be reached.`;
  return { kind: "fault", code, status: 0, retry: "later", title };
}

/** The host's answer is not as agreed: an older or newer version, or something between. */
export function answerInvalid(status: number, error: AnswerError): Fault {
  return {
    kind: "fault",
    code: "answer-invalid",
    status,
    retry: "never",
    title: "The host's answer is not as agreed; it may run another version.",
    field: error.at,
  };
}
