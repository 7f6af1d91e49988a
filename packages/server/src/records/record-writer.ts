import { setTimeout as pause } from "node:timers/promises";
import type { BatchDatabase } from "../platform/database.ts";
import { HttpFault } from "../platform/http/problem.ts";
import type { Entry, NewReceipt, Recorded } from "./record.ts";
import { writeRecords } from "./records-store.ts";

/** Entries that share a commit at most. */
export const batchEntriesMax = 256;
/** Entries waiting at most; beyond it callers are told to come back. */
export const waitingEntriesMax = 8_192;
/**
 * Batches begin this far apart at least, in ms: what comes meanwhile shares a commit, as the events of
 * one unlock do. An attempt that comes alone waits for nothing.
 */
const batchEveryMs = 5;

/** Writes attempts, receipts and events durably: concurrent ones share a commit. */
export interface RecordWriter {
  /** Resolves after the commit. @throws HttpFault `not-ready` when too many wait or it is closed. */
  readonly write: (entry: Entry) => Promise<Recorded>;
  /** Called with what every commit changed, after it. */
  readonly onCommit: (listener: (commit: Commit) => void) => void;
  /** Writes what waits and takes nothing more. */
  readonly close: () => Promise<void>;
}

/** What a commit changed. */
export interface Commit {
  /** The receipts that were new. */
  readonly receipts: readonly NewReceipt[];
}

interface Waiting {
  readonly entry: Entry;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts the writer on the role `vestibule_batch`. */
export function startRecordWriter(database: BatchDatabase, now: () => number): RecordWriter {
  const listeners: ((commit: Commit) => void)[] = [];
  const queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  const commitBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const written = await writeBatch(
        database,
        batch.map(({ entry }) => entry),
        now(),
      );
      for (const listener of listeners) listener(written.commit);
      for (const [place, { resolve }] of batch.entries())
        resolve(written.recorded[place] ?? { kind: "known" });
    } catch (error) {
      // One entry that cannot be written must not take the others with it.
      if (batch.length === 1) for (const { reject } of batch) reject(error);
      else for (const one of batch) await commitBatch([one]);
    }
  };
  const run = async (): Promise<void> => {
    // What arrives in the same turn of the loop shares the commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const begun = performance.now();
      await commitBatch(queue.splice(0, batchEntriesMax));
      const leftMs = begun + batchEveryMs - performance.now();
      if (leftMs > 0) await pause(leftMs);
    }
    running = undefined;
  };
  return {
    write: (entry) =>
      new Promise((resolve, reject) => {
        if (closed || queue.length >= waitingEntriesMax) {
          reject(new HttpFault("not-ready"));
          return;
        }
        queue.push({ entry, resolve, reject });
        running ??= run();
      }),
    onCommit: (listener) => void listeners.push(listener),
    close: async () => {
      closed = true;
      await running;
    },
  };
}

async function writeBatch(
  database: BatchDatabase,
  entries: readonly Entry[],
  nowMs: number,
): Promise<{ readonly recorded: readonly Recorded[]; readonly commit: Commit }> {
  const buildingIds = [...new Set(entries.map(buildingOf))];
  const fresh = await writeRecords(database, entries, { buildingIds, nowMs });
  const recorded = entries.map(
    (entry): Recorded => ({
      kind: entry.kind === "event" || fresh.has(nameOf(entry)) ? "new" : "known",
    }),
  );
  const receipts = entries.flatMap((entry) =>
    entry.kind === "receipt" && fresh.has(entry.receipt.id) ? [entry.receipt] : [],
  );
  return { recorded, commit: { receipts } };
}

function buildingOf(entry: Entry): string {
  switch (entry.kind) {
    case "attempt":
      return entry.attempt.buildingId;
    case "receipt":
      return entry.receipt.buildingId;
    case "silent":
      return entry.buildingId;
    case "event":
      return entry.event.buildingId;
  }
}

function nameOf(entry: Exclude<Entry, { kind: "event" }>): string {
  switch (entry.kind) {
    case "attempt":
      return entry.attempt.id;
    case "receipt":
      return entry.receipt.id;
    case "silent":
      return entry.attemptId;
  }
}
