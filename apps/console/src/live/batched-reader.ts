import type { QueryClient } from "@tanstack/react-query";

/** Has lists read again by their names. */
export interface BatchedReader {
  readonly read: (names: readonly string[]) => void;
  readonly stop: () => void;
}

/**
 * Has lists read again: many events in a moment cause one reading of each. A reading that is under
 * way may have begun before what happened, a list's first one too; it is given up, never waited for.
 */
export function batchedReader(queries: QueryClient, pauseMs: number): BatchedReader {
  const wanted = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = async (name: string) => {
    const queryKey = [name];
    await queries.cancelQueries({ queryKey });
    await queries.invalidateQueries({ queryKey });
  };
  const flush = () => {
    timer = undefined;
    for (const name of wanted) void again(name);
    wanted.clear();
  };
  return {
    read: (names) => {
      for (const name of names) wanted.add(name);
      timer ??= setTimeout(flush, pauseMs);
    },
    stop: () => clearTimeout(timer),
  };
}
