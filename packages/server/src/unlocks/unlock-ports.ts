import type { Crypto, Memo } from "@vestibule/core";
import type { Gateway } from "../gateway/gateway.ts";
import type { OutboxRelay } from "../live/outbox-relay.ts";
import type { Database } from "../platform/database.ts";
import type { HostKeys } from "../platform/host-keys.ts";
import type { PolicyReader } from "../policies/read-policies.ts";
import type { RecordWriter } from "../records/record-writer.ts";
import type { RateLimiter } from "./rate-limits.ts";
import type { UnlockFacts } from "./unlock-facts.ts";
import type { UnlockMetrics } from "./unlock-metrics.ts";

/** What tickets and unlocks stand on. */
export interface UnlockPorts {
  readonly database: Database;
  readonly gateway: Pick<Gateway, "command" | "isHere">;
  readonly writer: RecordWriter;
  readonly relay: OutboxRelay;
  readonly policies: PolicyReader;
  readonly hostKeys: HostKeys;
  readonly crypto: Crypto;
  /** Verified papers of the rehearsal, bounded. */
  readonly memo: Memo;
  readonly facts: FactsCache;
  readonly limiter: RateLimiter;
  readonly metrics: UnlockMetrics;
  readonly now: () => number;
}

/** Facts that a tap read and its unlock uses again. */
export type FactsCache = Map<string, { readonly facts: UnlockFacts; readonly atMs: number }>;
