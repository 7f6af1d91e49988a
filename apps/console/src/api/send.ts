import {
  AnswerError,
  type Call,
  createSend,
  type Fault,
  instant,
  mapped,
  newIdempotencyKey,
  type Reader,
} from "@vestibule/sdk/wire";

/** A request that brought nothing, as queries throw it. */
export class RequestFault extends Error {
  override readonly name = "RequestFault";
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.code);
    this.fault = fault;
  }
}

const timeoutMs = 15_000;

/** A moment in UTC, as epoch milliseconds. */
export const moment: Reader<number> = mapped(instant, (text, at) => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new AnswerError(at);
  return ms;
});

/**
 * Sends one request to the console's own origin, with the session's cookie. Once: the store of answers
 * decides what is asked again.
 *
 * @throws RequestFault whatever went wrong, with a stable code.
 */
export async function send<T>({
  method = "GET",
  ...call
}: Pick<Call<T>, "path" | "body" | "read"> & Partial<Pick<Call<T>, "method">>): Promise<T> {
  const locale = document.documentElement.lang === "es" ? "es" : "en";
  const answer = await createSend({ origin: location.origin, locale, timeoutMs })({
    ...call,
    method,
    attempts: 1,
    ...(method === "GET" ? {} : { idempotencyKey: newIdempotencyKey() }),
  });
  if (answer.kind === "fault") throw new RequestFault(answer);
  return answer.value;
}
