/** What was opened so far, in order. */
export interface Closing {
  /** Notes how to close what was just opened; after the end it is closed at once. */
  readonly add: (closer: () => Promise<unknown>) => void;
  /** Closes all of it backwards, each once; may be called again for what came late. */
  readonly close: () => Promise<void>;
}

/** Opens the list. One closer that fails keeps none of the others from running. */
export function openClosing(): Closing {
  const closers: (() => Promise<unknown>)[] = [];
  let ended = false;
  let work: Promise<void> = Promise.resolve();
  const drain = async (): Promise<void> => {
    const failures: unknown[] = [];
    // What was opened last leans on what was opened first.
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
      await closer().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  const close = (): Promise<void> => {
    ended = true;
    work = work.catch(() => undefined).then(drain);
    return work;
  };
  return {
    add: (closer) => {
      closers.push(closer);
      if (ended) close().catch(() => undefined);
    },
    close,
  };
}
