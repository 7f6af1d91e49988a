import { setTimeout as pause } from "node:timers/promises";

/** Long enough for the slowest machine: a wait says what must come, never how soon. In ms. */
const patienceMs = 60_000;

/**
 * Waits until `look` gives something else than undefined or false, looking every 5 ms.
 *
 * @throws Error naming `what` after `withinMs`.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string,
  withinMs = patienceMs,
): Promise<Exclude<T, undefined | false>> {
  const by = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isSeen(seen)) return seen;
    if (performance.now() > by) throw new Error(`not so within ${withinMs} ms: ${what}`);
    await pause(5);
  }
}

function isSeen<T>(seen: T): seen is Exclude<T, undefined | false> {
  return seen !== undefined && seen !== false;
}
