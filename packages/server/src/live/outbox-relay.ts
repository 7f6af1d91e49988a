import { sql } from "kysely";
import type { BatchDatabase } from "../platform/database.ts";

/** How often the outbox is looked at where no bell rang, in ms. */
export const relayPollMs = 500;
/** Looks lie this far apart at least, in ms: commits come by the hundred a second, pages follow by eye. */
export const relayEveryMs = 20;
/** Events that one look takes per building at most. */
const eventsMax = 500;
/** How far back a page may resume, in events; further back it asks for everything again. */
export const resumeEventsMax = 500;

/** An event of a building as it stands in the outbox. */
export interface RelayedEvent {
  readonly buildingId: string;
  readonly sequence: number;
  readonly kind: string;
  readonly carrierId: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

type Listener = (event: RelayedEvent) => void;

/** Hands on what happens in buildings, in order, the same in every process. */
export interface OutboxRelay {
  /**
   * Calls back for each event of a building from now on, or from after a number it has seen.
   *
   * @returns how to stop, and whether events between were missed: then everything is read again.
   */
  readonly subscribe: (
    buildingId: string,
    listener: Listener,
    after?: number,
  ) => Promise<{ readonly stop: () => void; readonly missed: boolean }>;
  /** Looks now. */
  readonly poke: () => void;
  /** How far the slowest building lags behind, in ms; 0 when nothing waits. */
  readonly lagMs: () => number;
  readonly close: () => Promise<void>;
}

interface Watched {
  cursor: number;
  /** Mostly one, the building's box; so a list, which is smaller than a set. */
  listeners: readonly Listener[];
}

/** Starts the relay on the role `vestibule_batch`: it reads for all, and each page gets its own. */
export function startOutboxRelay(
  database: BatchDatabase,
  { now, onError }: { readonly now: () => number; readonly onError: (error: unknown) => void },
): OutboxRelay {
  const relay = new Relay(database, now);
  const poke = () => {
    relay.look().catch(onError);
  };
  const timer = setInterval(poke, relayPollMs);
  timer.unref();
  return {
    subscribe: (buildingId, listener, after) => relay.subscribe(buildingId, { listener, after }),
    poke,
    lagMs: () => relay.lagMs,
    close: async () => {
      clearInterval(timer);
      await relay.close();
    },
  };
}

class Relay {
  lagMs = 0;
  readonly #database: BatchDatabase;
  readonly #now: () => number;
  readonly #watched = new Map<string, Watched>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(database: BatchDatabase, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async subscribe(
    buildingId: string,
    { listener, after }: { readonly listener: Listener; readonly after: number | undefined },
  ) {
    const last = await this.#last(buildingId);
    const watched = this.#watched.get(buildingId) ?? { cursor: last, listeners: [] };
    this.#watched.set(buildingId, watched);
    // Between what was seen and where the relay stands, this listener alone catches up.
    const until = watched.cursor;
    const missed = after !== undefined && (after > until || until - after > resumeEventsMax);
    if (after !== undefined && !missed && after < until) {
      const held: RelayedEvent[] = [];
      const hold = (event: RelayedEvent) => void held.push(event);
      watched.listeners = [...watched.listeners, hold];
      const between = await this.#read(buildingId, after, until);
      watched.listeners = [...watched.listeners.filter((one) => one !== hold), listener];
      // Retention may have taken some: numbers have no gaps, so a missing one shows.
      const whole = between.length === until - after;
      for (const event of [...between, ...held]) listener(event);
      return { stop: () => this.#stop(buildingId, listener), missed: !whole };
    }
    watched.listeners = [...watched.listeners, listener];
    return { stop: () => this.#stop(buildingId, listener), missed };
  }

  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#looking;
  }

  async #lookAll(): Promise<void> {
    while (this.#again && !this.#closed) {
      const waitMs = this.#lookedAt + relayEveryMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      this.#again = false;
      this.#lookedAt = performance.now();
      if (this.#watched.size === 0) return;
      const rows = await this.#database
        .selectFrom("sequence")
        .select(["building_id", "last"])
        .where(sql<boolean>`building_id = any(${[...this.#watched.keys()]})`)
        .where("stream", "=", "outbox")
        .execute();
      const behind = rows.flatMap(({ building_id: buildingId, last }) => {
        const cursor = this.#watched.get(buildingId)?.cursor ?? last;
        return cursor < last ? [{ buildingId, cursor, last }] : [];
      });
      let oldestMs = this.#now();
      for (const event of await this.#readAll(behind)) {
        const watched = this.#watched.get(event.buildingId);
        if (watched === undefined || watched.cursor >= event.sequence) continue;
        oldestMs = Math.min(oldestMs, event.atMs);
        watched.cursor = event.sequence;
        for (const listener of watched.listeners) listener(event);
      }
      for (const { buildingId, cursor, last } of behind) {
        const watched = this.#watched.get(buildingId);
        if (watched === undefined) continue;
        // Retention took them all: nothing is left to wait for.
        if (watched.cursor === cursor) watched.cursor = last;
        if (watched.cursor < last) this.#again = true;
      }
      this.lagMs = this.#now() - oldestMs;
    }
  }

  /** The next events of each building that is behind, in one question however many they are. */
  async #readAll(
    behind: readonly {
      readonly buildingId: string;
      readonly cursor: number;
      readonly last: number;
    }[],
  ): Promise<readonly RelayedEvent[]> {
    if (behind.length === 0) return [];
    const { rows } = await sql<OutboxRow>`
      select event.building_id, event.seq, event.kind, event.carrier_id, event.body, event.at
      from unnest(
        ${behind.map(({ buildingId }) => buildingId)}::text[],
        ${behind.map(({ cursor }) => cursor)}::bigint[],
        ${behind.map(({ last }) => last)}::bigint[]
      ) as wanted (building_id, after, until)
      cross join lateral (
        select * from vestibule.outbox
        where outbox.building_id = wanted.building_id
          and outbox.seq > wanted.after and outbox.seq <= wanted.until
        order by outbox.seq limit ${eventsMax}
      ) as event
      order by event.building_id, event.seq
    `.execute(this.#database);
    return rows.map(relayed);
  }

  async #read(buildingId: string, after: number, until: number): Promise<readonly RelayedEvent[]> {
    const rows = await this.#database
      .selectFrom("outbox")
      .select(["building_id", "seq", "kind", "carrier_id", "body", "at"])
      .where("building_id", "=", buildingId)
      .where("seq", ">", after)
      .where("seq", "<=", until)
      .orderBy("seq")
      .limit(eventsMax)
      .execute();
    return rows.map(relayed);
  }

  async #last(buildingId: string): Promise<number> {
    const row = await this.#database
      .selectFrom("sequence")
      .select("last")
      .where("building_id", "=", buildingId)
      .where("stream", "=", "outbox")
      .executeTakeFirst();
    return row?.last ?? 0;
  }

  #stop(buildingId: string, listener: Listener): void {
    const watched = this.#watched.get(buildingId);
    if (watched === undefined) return;
    watched.listeners = watched.listeners.filter((one) => one !== listener);
    if (watched.listeners.length === 0) this.#watched.delete(buildingId);
  }
}

interface OutboxRow {
  readonly building_id: string;
  readonly seq: number;
  readonly kind: string;
  readonly carrier_id: string | null;
  readonly body: unknown;
  readonly at: Date;
}

function relayed(row: OutboxRow): RelayedEvent {
  return {
    buildingId: row.building_id,
    sequence: row.seq,
    kind: row.kind,
    carrierId: row.carrier_id,
    body: typeof row.body === "object" && row.body !== null ? { ...row.body } : {},
    atMs: row.at.getTime(),
  };
}
