import { DatabaseSync } from "node:sqlite";
import { schemaSteps } from "./schema.ts";

/**
 * Opens the file as this process's alone (a second box process on it ends at once), and looks through
 * it: a damaged page could hide what was spent.
 *
 * @throws Error that says what to do: another process has it, it is damaged, of a newer version, or
 * the disk is full.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    settle(database);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw new Error(`${path}: ${whyUnusable(error)}`, { cause: error });
  }
}

const locked = "locked: another process runs this box; stop it first";
const damaged = "damaged; commission the box again";
/** SQLite's result codes in words of what to do (sqlite.org/rescode.html); others speak for themselves. */
const wordsOfCode: ReadonlyMap<number, string> = new Map([
  [5, locked],
  [6, locked],
  [11, damaged],
  [26, damaged],
  [13, "the disk is full; make room, then start the box again"],
]);

function whyUnusable(error: unknown): string {
  if (!(error instanceof Error)) return "cannot be opened";
  const code: unknown = Reflect.get(error, "errcode");
  const words = typeof code === "number" ? wordsOfCode.get(code & 0xff) : undefined;
  return words ?? error.message;
}

/** The log beside the file grows to this many pages of 4 kB before it is taken over into the file. */
const checkpointPages = 4_000;

function settle(database: DatabaseSync): void {
  database.exec("pragma busy_timeout = 0; pragma locking_mode = exclusive;");
  const mode = database.prepare("pragma journal_mode = wal").get()?.["journal_mode"];
  // A quarter of the usual checkpoints, each with two fsyncs of its own: pages are written over in between.
  database.exec(`pragma wal_autocheckpoint = ${checkpointPages}`);
  // `secure_delete`: what retention deletes must not stay behind in free pages.
  database.exec("pragma synchronous = full; pragma secure_delete = on;");
  const sound = database.prepare("pragma quick_check(1)").get()?.["quick_check"];
  if (mode !== "wal" || sound !== "ok")
    throw new Error("this box's store is damaged; commission the box again");
}

function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare("pragma user_version").get()?.["user_version"] ?? 0);
  if (version > schemaSteps.length)
    throw new Error("this box's store was written by a newer Vestibule; update the box's software");
  for (const [index, step] of schemaSteps.entries()) {
    if (index < version) continue;
    inTransaction(database, () => database.exec(`${step}; pragma user_version = ${index + 1}`));
  }
}

function inTransaction<T>(database: DatabaseSync, body: () => T): T {
  database.exec("begin immediate");
  try {
    const result = body();
    database.exec("commit");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}
