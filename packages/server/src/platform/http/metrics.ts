import { collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** What Prometheus reads. Labels are routes and codes: no id, no person, no building. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Histogram<"method" | "route" | "status">;
}

/** Metrics of one server, apart from any other in the same process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "vestibule_request_seconds",
    help: "Time from a request's arrival to its last byte",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers: [registry],
  });
  return { registry, requests };
}
