import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import type { BatchDatabase } from "../platform/database.ts";

/** How often a process says that it lives, in ms. */
export const heartbeatMs = 2_000;
/** A process silent this long is taken for dead, in ms: its boxes are somebody else's or nobody's. */
export const processSilentMsMax = 15_000;
/** Letters are looked for this often even where no doorbell rang, in ms. */
const pollMs = 1_000;
/** How long it takes until a listener that could not connect tries again, in ms. */
const listenAgainMs = 1_000;
/** How the connection that proves a process's life is called in PostgreSQL's lists. */
const listenerName = "vestibule listener";
/** The shortest time between two rings of the outbox's bell, in ms. */
const ringEveryMs = 10;
if (processSilentMsMax < 3 * heartbeatMs)
  throw new Error("one lost heartbeat must not make a process dead");

/** What one process says to another: a question with a name, or the answer to one. */
interface Letter {
  readonly kind: "ask" | "answer";
  readonly name: string;
  readonly from: string;
  readonly body: unknown;
}

/** How the server's processes find each other: letters in the database, NOTIFY as a lossy doorbell. */
export interface ProcessLink {
  /** This process, anew at each start. */
  readonly id: string;
  /** Asks another process; undefined when it does not answer in time. */
  readonly ask: (process: string, body: unknown, timeoutMs: number) => Promise<unknown>;
  /** Who answers what others ask of this process. */
  readonly answerWith: (answer: (body: unknown) => Promise<unknown>) => void;
  /** Called when another process has written to the outbox. */
  readonly onBell: (listener: () => void) => void;
  /** Tells the others that the outbox grew; after the commit, never inside it. */
  readonly ring: () => void;
  /** Called after each heartbeat. */
  readonly onHeartbeat: (listener: () => Promise<void>) => void;
  /**
   * Called when this process has its proof of life again after it was lost: meanwhile others may have
   * taken it for dead.
   */
  readonly onReturn: (listener: () => Promise<void>) => void;
  readonly close: () => Promise<void>;
}

/** What the link stands on. */
export interface ProcessLinkOptions {
  readonly database: BatchDatabase;
  /** A connection of the role `vestibule_batch` for LISTEN. */
  readonly listenUrl: string;
  readonly onError: (error: unknown) => void;
}

/** Joins this process to the others on the same database. */
export async function joinProcesses(options: ProcessLinkOptions): Promise<ProcessLink> {
  const link = new Link(options);
  await link.start();
  return {
    id: link.id,
    ask: (process, body, timeoutMs) => link.ask(process, body, timeoutMs),
    answerWith: (answer) => {
      link.answer = answer;
    },
    onBell: (listener) => void link.bells.push(listener),
    ring: () => link.ring(),
    onHeartbeat: (listener) => void link.beats.push(listener),
    onReturn: (listener) => void link.returns.push(listener),
    close: () => link.close(),
  };
}

class Link {
  readonly id = randomBytes(8).toString("hex");
  readonly bells: (() => void)[] = [];
  readonly beats: (() => Promise<void>)[] = [];
  readonly returns: (() => Promise<void>)[] = [];
  answer: (body: unknown) => Promise<unknown> = async () => undefined;
  readonly #options: ProcessLinkOptions;
  readonly #asked = new Map<string, (body: unknown) => void>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #listener: pg.Client | undefined;
  #others = false;
  #beatenAt = performance.now();
  #ringing = false;
  #taking: Promise<void> | undefined;
  #takeAgain = false;
  #closed = false;

  constructor(options: ProcessLinkOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    // The proof of life first: a row without it is a dead process's.
    await this.#listen();
    await this.#beat();
    const every = (ms: number, work: () => Promise<void>) => {
      const timer = setInterval(() => {
        work().catch(this.#options.onError);
      }, ms);
      timer.unref();
      this.#timers.add(timer);
    };
    every(heartbeatMs, () => this.#beat());
    every(pollMs, () => this.#take());
  }

  async ask(process: string, body: unknown, timeoutMs: number): Promise<unknown> {
    const name = randomBytes(12).toString("hex");
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#asked.set(name, resolve);
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    try {
      await this.#send(process, { kind: "ask", name, from: this.id, body });
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#asked.delete(name);
    }
  }

  ring(): void {
    if (!this.#others || this.#ringing || this.#closed) return;
    this.#ringing = true;
    setTimeout(() => {
      this.#ringing = false;
      sql`select pg_notify('vestibule_outbox', ${this.id})`
        .execute(this.#options.database)
        .catch(this.#options.onError);
    }, ringEveryMs).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#taking;
    const { database } = this.#options;
    await database.deleteFrom("box_session").where("process", "=", this.id).execute();
    await database.deleteFrom("process_message").where("process", "=", this.id).execute();
    await database.deleteFrom("server_process").where("id", "=", this.id).execute();
    await this.#listener?.end();
  }

  async #send(process: string, letter: Letter): Promise<void> {
    await sql`
      with sent as (
        insert into vestibule.process_message (process, body, expires_at)
        values (${process}, ${JSON.stringify(letter)}, clock_timestamp() + interval '30 s')
      )
      select pg_notify('vestibule_mail', ${process})
    `.execute(this.#options.database);
  }

  async #beat(): Promise<void> {
    if (this.#closed) return;
    const silentMs = performance.now() - this.#beatenAt;
    const { rows } = await sql<{ others: boolean }>`
      with here as (
        insert into vestibule.server_process (id, seen_at) values (${this.id}, clock_timestamp())
        on conflict (id) do update set seen_at = excluded.seen_at
      ), stale as (
        delete from vestibule.process_message where expires_at < clock_timestamp()
      )
      select exists (
        select from vestibule.server_process where id <> ${this.id}
          and seen_at > clock_timestamp() - ${processSilentMsMax} * interval '1 ms'
      ) as others
    `.execute(this.#options.database);
    this.#others = rows[0]?.others ?? false;
    this.#beatenAt = performance.now();
    // Silent for too long, as a machine that was asleep: the others have given it up.
    if (silentMs > processSilentMsMax) for (const back of this.returns) await back();
    for (const beat of this.beats) await beat();
  }

  /**
   * Listens, and holds this process's proof of life: a lock that PostgreSQL gives free the moment the
   * connection ends, so that whoever finds it free knows the process dead (or about to return).
   */
  async #listen(): Promise<void> {
    if (this.#closed) return;
    const client = new pg.Client({
      connectionString: this.#options.listenUrl,
      application_name: listenerName,
    });
    let lost = false;
    const lose = (error: Error) => {
      if (lost || this.#closed) return;
      lost = true;
      this.#listener = undefined;
      this.#options.onError(error);
      this.#listenAgain(0);
    };
    client.on("error", lose);
    client.on("notification", ({ channel, payload }) => {
      if (channel === "vestibule_outbox") {
        if (payload !== this.id) for (const bell of this.bells) bell();
      } else if (payload === this.id) this.#take().catch(this.#options.onError);
    });
    try {
      await client.connect();
      await client.query("select pg_advisory_lock(('x' || $1)::bit(64)::bigint)", [this.id]);
      await client.query("listen vestibule_mail");
      await client.query("listen vestibule_outbox");
    } catch (error) {
      lost = true;
      await client.end().catch(() => undefined);
      throw error;
    }
    client.on("end", () => lose(new Error("the listener's connection ended")));
    this.#listener = client;
    if (this.#closed) await client.end();
  }

  /** The bell is lost until it is back; the polls go on. */
  #listenAgain(afterMs: number): void {
    setTimeout(() => {
      this.#listen()
        .then(async () => {
          for (const back of this.returns) await back();
        })
        .catch((error: unknown) => {
          this.#options.onError(error);
          if (!this.#closed) this.#listenAgain(listenAgainMs);
        });
    }, afterMs).unref();
  }

  /** Takes what came, once however often the bell rings meanwhile. */
  #take(): Promise<void> {
    this.#takeAgain = true;
    this.#taking ??= this.#takeAll().finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  async #takeAll(): Promise<void> {
    while (this.#takeAgain && !this.#closed) {
      this.#takeAgain = false;
      const rows = await this.#options.database
        .deleteFrom("process_message")
        .where("process", "=", this.id)
        .returning(["id", "body"])
        .execute();
      for (const { body } of rows.toSorted((left, right) => left.id - right.id)) this.#open(body);
    }
  }

  #open(text: string): void {
    const letter = parseLetter(text);
    if (letter === undefined) return;
    if (letter.kind === "answer") {
      this.#asked.get(letter.name)?.(letter.body);
      return;
    }
    const { name, from } = letter;
    this.answer(letter.body)
      .then((body) => this.#send(from, { kind: "answer", name, from: this.id, body: body ?? null }))
      .catch(this.#options.onError);
  }
}

function parseLetter(text: string): Letter | undefined {
  const letter: unknown = JSON.parse(text);
  if (typeof letter !== "object" || letter === null) return undefined;
  const kind: unknown = Reflect.get(letter, "kind");
  const name: unknown = Reflect.get(letter, "name");
  const from: unknown = Reflect.get(letter, "from");
  if (kind !== "ask" && kind !== "answer") return undefined;
  if (typeof name !== "string" || typeof from !== "string") return undefined;
  return { kind, name, from, body: Reflect.get(letter, "body") };
}
