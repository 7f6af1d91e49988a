import { Counter, Histogram } from "prom-client";

/** Figures of the doors. Labels are stages and codes: no id, no person, no building. */
export interface UnlockMetrics {
  readonly attempts: Counter<"stage" | "code">;
  readonly seconds: Histogram;
}

/** Makes the figures; whoever serves them registers them. */
export function createUnlockMetrics(): UnlockMetrics {
  return {
    attempts: new Counter({
      name: "vestibule_attempts_total",
      help: "Unlock attempts by the stage they reached and the code that ended them",
      labelNames: ["stage", "code"],
      registers: [],
    }),
    seconds: new Histogram({
      name: "vestibule_unlock_seconds",
      help: "Time from an unlock's arrival to its answer",
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3.5],
      registers: [],
    }),
  };
}
