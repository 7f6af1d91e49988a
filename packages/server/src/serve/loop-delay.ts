import { monitorEventLoopDelay } from "node:perf_hooks";

/** A process whose loop is held up longer than this is not ready, in ms: doors wait for it. */
export const loopDelayMsMax = 200;
const sampleMs = 20;
const windowMs = 2_000;

/** How long the event loop was held up lately. */
export interface LoopDelay {
  /** The longest of the last full window and the running one, in ms. */
  readonly ms: () => number;
  readonly stop: () => void;
}

/** Begins to watch the event loop. */
export function watchLoop(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: sampleMs });
  histogram.enable();
  let before = 0;
  const timer = setInterval(() => {
    before = histogram.max / 1e6;
    histogram.reset();
  }, windowMs);
  timer.unref();
  return {
    ms: () => Math.max(0, Math.max(before, histogram.max / 1e6) - sampleMs),
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
