import type { ReactElement } from "react";
import { sayExactTime, sayTime, type TimeSetting } from "./time.ts";

interface TimeOfProps extends TimeSetting {
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** An instant in the building's zone; the exact one on hover and in `dateTime`. */
export function TimeOf({ atMs, ...setting }: TimeOfProps): ReactElement {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={sayExactTime(atMs, setting)}>
      {sayTime(atMs, setting)}
    </time>
  );
}
