import type { OutboxRelay } from "../live/outbox-relay.ts";
import type { NewReceipt } from "../records/record.ts";
import type { RecordWriter } from "../records/record-writer.ts";

/** What came of an attempt while somebody waited. */
export type Heard =
  /** Its last receipt was committed here. */
  | { readonly kind: "ended"; readonly receipt: NewReceipt }
  /** Another process committed its end; the rows say what. */
  | { readonly kind: "ended-elsewhere" }
  /** No last word in time; the newest receipt, if any came. */
  | { readonly kind: "waiting"; readonly newest: NewReceipt | undefined };

/** Wakes whoever waits for an attempt's last receipt. */
export interface AttemptWaits {
  /** Begin before the box is asked, so that no answer is too quick. */
  readonly begin: (attempt: {
    readonly id: string;
    readonly buildingId: string;
    /** True where this process holds the box's socket, so that its own commits tell. */
    readonly here: boolean;
  }) => Promise<AttemptWait>;
}

/** One attempt waited for. */
export interface AttemptWait {
  readonly until: (ms: number) => Promise<Heard>;
  readonly stop: () => void;
}

/** Listens to this process's commits, and to the outbox for those of the others. */
export function attemptWaits(writer: RecordWriter, relay: OutboxRelay): AttemptWaits {
  const waiting = new Map<string, (receipt: NewReceipt) => void>();
  writer.onCommit(({ receipts }) => {
    for (const receipt of receipts) waiting.get(receipt.attemptId)?.(receipt);
  });
  return {
    begin: async ({ id, buildingId, here }) => {
      const { promise, resolve } = Promise.withResolvers<Heard>();
      let newest: NewReceipt | undefined;
      waiting.set(id, (receipt) => {
        newest = receipt;
        if (receipt.last) resolve({ kind: "ended", receipt });
      });
      const subscription = here
        ? undefined
        : await relay.subscribe(buildingId, ({ kind, body }) => {
            if (kind === "attempt.ended" && body["attempt"] === id)
              resolve({ kind: "ended-elsewhere" });
          });
      return {
        until: (ms) => {
          const timer = setTimeout(() => resolve({ kind: "waiting", newest }), Math.max(0, ms));
          return promise.finally(() => clearTimeout(timer));
        },
        stop: () => {
          waiting.delete(id);
          subscription?.stop();
        },
      };
    },
  };
}
