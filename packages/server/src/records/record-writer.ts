import type { BatchDatabase } from "../platform/database.ts";
import { HttpFault } from "../platform/http/problem.ts";
import type { OutboxEvent } from "../platform/outbox.ts";
import type { AttemptProgress, Entry, NewAttempt, NewReceipt, Recorded } from "./record.ts";
import {
  lockBuildings,
  markSilent,
  progressEvent,
  type WrittenAttempt,
  writeAttempts,
  writeEvents,
  writeReceipts,
} from "./records-store.ts";

/** Entries that share a commit at most. */
export const batchEntriesMax = 256;
/** Entries waiting at most; beyond it callers are told to come back. */
export const waitingEntriesMax = 8_192;
/** Lanes that write at the same time; a building always uses the same one, so its order holds. */
const lanes = 2;

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
  readonly buildingIds: readonly string[];
  readonly progress: readonly AttemptProgress[];
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
  const queues = Array.from({ length: lanes }, (): Waiting[] => []);
  const running = new Set<Promise<void>>();
  const busy = new Set<number>();
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
  const run = async (lane: number): Promise<void> => {
    const queue = queues[lane] ?? [];
    // What arrives in the same turn of the loop shares the commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) await commitBatch(queue.splice(0, batchEntriesMax));
    busy.delete(lane);
  };
  return {
    write: (entry) =>
      new Promise((resolve, reject) => {
        const lane = laneOf(buildingOf(entry));
        const queue = queues[lane];
        if (closed || queue === undefined || queue.length >= waitingEntriesMax) {
          reject(new HttpFault("not-ready"));
          return;
        }
        queue.push({ entry, resolve, reject });
        if (busy.has(lane)) return;
        busy.add(lane);
        const work = run(lane);
        running.add(work);
        void work.finally(() => running.delete(work));
      }),
    onCommit: (listener) => void listeners.push(listener),
    close: async () => {
      closed = true;
      await Promise.all(running);
    },
  };
}

/** One transaction for a batch: attempts, receipts, silences, then their events. */
async function writeBatch(
  database: BatchDatabase,
  entries: readonly Entry[],
  nowMs: number,
): Promise<{ readonly recorded: readonly Recorded[]; readonly commit: Commit }> {
  const attempts = entries.flatMap((entry) => (entry.kind === "attempt" ? [entry.attempt] : []));
  const receipts = entries.flatMap((entry) => (entry.kind === "receipt" ? [entry.receipt] : []));
  const silences = entries.filter((entry) => entry.kind === "silent");
  const loose = entries.flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
  const buildingIds = [...new Set(entries.map(buildingOf))];
  const result = await database.transaction().execute(async (transaction) => {
    await lockBuildings(transaction, buildingIds);
    const begun = await writeAttempts(transaction, attempts);
    const stored = await writeReceipts(transaction, receipts);
    const silent = await markSilent(transaction, silences);
    const progress = [...stored.progress, ...silent];
    const events = [...attemptEvents(attempts, begun), ...progress.map(progressEvent), ...loose];
    await writeEvents(transaction, events, nowMs);
    return { begun, stored, silent, progress };
  });
  const fresh = new Set<string>([
    ...result.begun.map(({ id }) => id),
    ...result.stored.ids,
    ...result.silent.map(({ attemptId }) => attemptId),
  ]);
  const recorded = entries.map(
    (entry): Recorded => ({
      kind: entry.kind === "event" || fresh.has(nameOf(entry)) ? "new" : "known",
    }),
  );
  const stored = receipts.filter(({ id }) => fresh.has(id));
  return { recorded, commit: { buildingIds, progress: result.progress, receipts: stored } };
}

function attemptEvents(
  attempts: readonly NewAttempt[],
  written: readonly WrittenAttempt[],
): readonly OutboxEvent[] {
  const begunVisits = new Set<string>();
  return written.flatMap(({ id, visitId, fresh }): OutboxEvent[] => {
    const attempt = attempts.find((candidate) => candidate.id === id);
    if (attempt === undefined) return [];
    const { buildingId, carrierId, jkt, entranceId, refusal } = attempt;
    const starts = fresh && !begunVisits.has(visitId);
    begunVisits.add(visitId);
    return [
      ...(starts
        ? [{ buildingId, carrierId, kind: "visit.started", body: { visit: visitId, jkt } }]
        : []),
      progressEvent({
        buildingId,
        attemptId: id,
        entranceId,
        carrierId,
        jkt,
        stage: "presented",
        outcome: refusal === undefined ? "open" : "failed",
        code: refusal?.code ?? null,
        late: false,
      }),
    ];
  });
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

/** The last character of a TypeID is random. */
function laneOf(buildingId: string): number {
  return (buildingId.codePointAt(buildingId.length - 1) ?? 0) % lanes;
}
