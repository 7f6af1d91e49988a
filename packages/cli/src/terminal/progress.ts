/** How long something must take before its progress is shown, and how often, in ms. */
const showAfterMs = 1_000;
const showEveryMs = 250;

/** Shows how far something is, in one line that is written over; "" takes it away. */
export type Progress = (text: string) => void;

/** Progress on a terminal: nothing for what is done within a second. */
export function terminalProgress(
  out: { readonly write: (text: string) => unknown },
  clock: () => number = () => performance.now(),
): Progress {
  let begunMs: number | undefined;
  let shownMs = Number.NEGATIVE_INFINITY;
  return (text) => {
    const nowMs = clock();
    begunMs ??= nowMs;
    if (text === "") {
      if (shownMs > Number.NEGATIVE_INFINITY) out.write("\r\u001b[K");
      begunMs = undefined;
      shownMs = Number.NEGATIVE_INFINITY;
    } else if (nowMs - begunMs >= showAfterMs && nowMs - shownMs >= showEveryMs) {
      shownMs = nowMs;
      out.write(`\r\u001b[K${text}`);
    }
  };
}
