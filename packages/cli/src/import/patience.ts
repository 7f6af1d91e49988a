import type { Answer } from "@vestibule/sdk";
import type { CliContext } from "../terminal/context.ts";

/** A host that says neither how long nor no is asked again after this long, in ms. */
const usualWaitMs = 5_000;
/** No wait is longer than this, in ms, whatever the host says. */
const waitMsMax = 60_000;
/** How long a host may put an import off in all, in ms: a day's list is worth a cup of coffee. */
const putOffMsMax = 15 * 60_000;

/** Asks again, after the time the host names, as long as all it says is "too fast" (429). */
export type Patience = <T>(ask: () => Promise<Answer<T>>) => Promise<Answer<T>>;

/** Patience for one import: what the client's own few attempts do not outlast, this does. */
export function patienceOf(context: Pick<CliContext, "wait" | "progress">): Patience {
  const wait = context.wait ?? ((ms: number) => new Promise((done) => setTimeout(done, ms)));
  let leftMs = putOffMsMax;
  return async (ask) => {
    for (;;) {
      const answer = await ask();
      if (answer.kind !== "fault" || answer.status !== 429 || leftMs <= 0) return answer;
      const ms = Math.min(Math.max(answer.retryAfterMs ?? usualWaitMs, 1_000), waitMsMax);
      leftMs -= ms;
      context.progress?.(`the host asks to wait ${Math.round(ms / 1_000)} s`);
      await wait(ms);
    }
  };
}
