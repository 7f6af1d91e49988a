import type { Refusal } from "@vestibule/core";
import {
  type HttpFaultCode,
  httpFaults,
  isHttpFaultCode,
  refusalSentence,
} from "@vestibule/core/faults";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";

/** One place in a request that was not as it must be. */
export interface ProblemDetail {
  /** JSON pointer into the part that it names, such as `/body/name`. */
  readonly at: string;
  readonly rule: string;
}

/**
 * A fault on its way to the caller. Its code stands in the one table of `core/faults`; the cause is
 * for the log alone.
 */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly code: HttpFaultCode;
  readonly details: readonly ProblemDetail[];
  constructor(
    code: HttpFaultCode,
    { details = [], cause }: { details?: readonly ProblemDetail[]; cause?: unknown } = {},
  ) {
    super(httpFaults[code].en, { cause });
    this.code = code;
    this.details = details;
  }
}

/**
 * A paper or an attempt that the rules refuse, on its way to the caller: the problem's code is the
 * refusal's own, from core's closed list.
 */
export class RefusalFault extends Error {
  override readonly name = "RefusalFault";
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`refused: ${refusal.code}`);
    this.refusal = refusal;
  }
}

/** The schema of every fault's body (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    retry: Type.String({ enum: ["never", "later"] }),
    request: Type.String(),
    details: Type.Optional(Type.Array(Type.Object({ at: Type.String(), rule: Type.String() }))),
    refusal: Type.Optional(
      Type.Object({
        field: Type.Optional(Type.String()),
        domain: Type.Optional(Type.String()),
        until: Type.Optional(Type.Integer({ description: "Epoch seconds" })),
        localTime: Type.Optional(Type.String()),
        left: Type.Optional(Type.Integer()),
      }),
    ),
  },
  {
    $id: "Problem",
    description: "RFC 9457 problem details; `code` is stable, `title` may be reworded.",
  },
);

/** Sends a fault in the caller's language (English or Spanish). */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: HttpFault,
): FastifyReply {
  const { status, retry, ...sentences } = httpFaults[fault.code];
  const language = prefersSpanish(request.headers["accept-language"]) ? "es" : "en";
  return reply
    .code(status)
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("content-language", language)
    .header("cache-control", "no-store")
    .serializer(JSON.stringify)
    .send({
      type: `/reference#${fault.code}`,
      title: sentences[language],
      status,
      code: fault.code,
      retry,
      request: request.id,
      ...(fault.details.length > 0 ? { details: fault.details } : {}),
    });
}

/** Sends a refusal: 409, its own code, and the facts that its sentence may name. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, detail }: Refusal,
): FastifyReply {
  const language = prefersSpanish(request.headers["accept-language"]) ? "es" : "en";
  return reply
    .code(409)
    .header("content-type", "application/problem+json; charset=utf-8")
    .header("content-language", language)
    .header("cache-control", "no-store")
    .serializer(JSON.stringify)
    .send({
      type: `/reference#refusal-${code}`,
      title: refusalSentence(code, { audience: "manager", locale: language, detail }),
      status: 409,
      code,
      retry: "never",
      request: request.id,
      refusal: detail,
    });
}

/** The fault that something thrown stands for; what is not known is `internal` and says no more. */
export function toFault(error: FastifyError | Error): HttpFault {
  if (error instanceof HttpFault) return error;
  if ("validation" in error && error.validation) {
    const part = error.validationContext ?? "body";
    return new HttpFault("request-invalid", {
      // The rule and the place, never the value: it may be a secret in the wrong field.
      details: error.validation
        .slice(0, 20)
        .map(({ instancePath, keyword }) => ({ at: `/${part}${instancePath}`, rule: keyword })),
    });
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const known = byFrameworkCode[code];
  if (known) return new HttpFault(known, { cause: error });
  if ("statusCode" in error && error.statusCode === 429) return new HttpFault("rate-limited");
  if (error instanceof SyntaxError) return new HttpFault("json-malformed", { cause: error });
  return new HttpFault(isHttpFaultCode(code) ? code : "internal", { cause: error });
}

const byFrameworkCode: Readonly<Record<string, HttpFaultCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body-too-large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "media-type-unsupported",
  FST_ERR_CTP_EMPTY_JSON_BODY: "json-malformed",
  FST_ERR_CTP_INVALID_JSON_BODY: "json-malformed",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "request-invalid",
};

function prefersSpanish(header: string | undefined): boolean {
  return /^\s*es\b/i.test(header ?? "");
}
