import type { Config } from "../config.ts";
import { maybe, number, parseJson, record, text } from "../json.ts";
import { type AttemptStage, stageReader } from "../visit/outcome.ts";

/** A stage that an attempt of this handset reached, as the host pushes it. */
export interface LiveStage {
  readonly attempt: string | undefined;
  readonly stage: AttemptStage;
  readonly code: string | undefined;
}

const pushed = record({ sequence: maybe(number), kind: text, data: (value) => value ?? undefined });
const stageData = record({
  attempt: maybe(text),
  id: maybe(text),
  attemptId: maybe(text),
  stage: stageReader,
  code: maybe(text),
});

const reconnectMsMin = 500;
const reconnectMsMax = 8_000;

/** Reads one push; what is not a stage of an attempt is `undefined`. */
export function readLiveStage(
  source: string,
): (LiveStage & { readonly sequence: number | undefined }) | undefined {
  const push = pushed(parseJson(source));
  if (push?.kind !== "attempt.stage") return undefined;
  const data = stageData(push.data);
  if (data === undefined) return undefined;
  const attempt = data.attempt ?? data.id ?? data.attemptId;
  return { attempt, stage: data.stage, code: data.code, sequence: push.sequence };
}

/**
 * Listens to this handset's attempts while a visit is open. It only shows stages sooner: the answer to
 * the unlock says the last one, so a socket that fails costs nothing but the show.
 *
 * @returns a function that stops listening.
 */
export function listen(
  config: Config,
  token: () => Promise<string | undefined>,
  onStage: (stage: LiveStage) => void,
): () => void {
  const address = `${config.apiOrigin.replace(/^http/, "ws")}/live`;
  let after: number | undefined;
  let pauseMs = reconnectMsMin;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  let stopped = false;
  const connect = async (): Promise<void> => {
    const held = await token();
    if (stopped || held === undefined) return;
    socket = new WebSocket(after === undefined ? address : `${address}?after=${after}`);
    socket.onopen = () => {
      pauseMs = reconnectMsMin;
      socket?.send(JSON.stringify({ topics: ["handset"], token: held }));
    };
    socket.onmessage = (event) => {
      const stage = typeof event.data === "string" ? readLiveStage(event.data) : undefined;
      if (stage === undefined) return;
      after = stage.sequence ?? after;
      onStage(stage);
    };
    socket.onclose = () => {
      if (stopped) return;
      timer = setTimeout(() => void connect(), pauseMs);
      pauseMs = Math.min(pauseMs * 2, reconnectMsMax);
    };
  };
  void connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };
}
