import type { Strike, StrikeReport } from "./strikes/strike.ts";

/** Reports kept for a box that is still starting, the newest of them. */
const keptMax = 64;

/**
 * Keeps what a strike says before anybody listens, and hands it to the first listener: a door that
 * stands open or a sense that fails while the box starts must not be missed.
 */
export function keepEarlyReports(strike: Strike): Strike {
  const early: StrikeReport[] = [];
  const stop = strike.subscribe((report) => {
    early.push(report);
    if (early.length > keptMax) early.shift();
  });
  return {
    ...strike,
    subscribe: (listener) => {
      const unsubscribe = strike.subscribe(listener);
      stop();
      for (const report of early.splice(0)) listener(report);
      return unsubscribe;
    },
  };
}
