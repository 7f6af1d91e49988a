import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  type AcceptedPolicy,
  type ChainHead,
  type Change,
  type Crypto,
  firstReceiptPrev,
  type HeldKeyset,
  openKeyset,
  type ReceiptPersonal,
  readShape,
  receiptPersonal,
  restorePolicy,
  type Spend,
  type TapWindow,
} from "@vestibule/core";
import type { DoorReads, DoorStored, StoredReceipt, Write } from "@vestibule/door";
import { openDatabase } from "./open-database.ts";
import { readSpend, readUsed } from "./stored-json.ts";

/** The box's memory across power cuts: SQLite, WAL, every commit on disk before it returns. */
export interface BoxStore {
  readonly reads: DoorReads;
  readonly stored: () => DoorStored;
  readonly setting: (name: string) => string | undefined;
  readonly writeSetting: (name: string, value: string) => void;
  /** Runs writes of several events in one transaction; returns after fsync. */
  readonly transaction: <T>(body: (write: (write: Write) => void) => T) => T;
  /** Receipts with `after < seq <= upTo`, oldest first. */
  readonly receiptsBetween: (after: number, upTo: number) => readonly StoredReceipt[];
  readonly close: () => void;
}

/**
 * Opens (or makes) the store.
 *
 * @throws Error when another process has it, it is of a newer version, or it no longer reads.
 */
export function openBoxStore(crypto: Crypto, path: string): BoxStore {
  const database = openDatabase(path);
  const statements = prepare(database);
  return {
    reads: readsOf(statements),
    stored: () => loadStored(crypto, statements),
    setting: (name) => textOf(statements.setting.get(name)?.["value"]),
    writeSetting: (name, value) => {
      statements.writeSetting.run(name, value);
    },
    transaction: (body) => inBatch(database, statements, body),
    receiptsBetween: (after, upTo) => statements.receiptsBetween.all(after, upTo).map(receiptOf),
    close: () => database.close(),
  };
}

/** Begins with the first write, so that an event that leaves nothing touches no file. */
function inBatch<T>(
  database: DatabaseSync,
  statements: Statements,
  body: (write: (write: Write) => void) => T,
): T {
  let begun = false;
  let pruned = false;
  try {
    const result = body((write) => {
      if (!begun) statements.begin.run();
      begun = true;
      pruned ||= write.kind === "prune";
      apply(statements, write);
    });
    if (begun) statements.commit.run();
    // The log beside the file still holds what was deleted, until it is written over.
    if (pruned) database.exec("pragma wal_checkpoint(truncate)");
    return result;
  } catch (error) {
    // After a failed fsync nothing can be retried (the kernel forgets): roll back and let the caller end.
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}

type Statements = ReturnType<typeof prepare>;

/** The first receipt of a moment or later: their times never fall, so older ones are all before it. */
const firstSince =
  "ifnull((select seq from receipt where at >= ? order by seq limit 1), 9223372036854775807)";

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    begin: statement("begin immediate"),
    commit: statement("commit"),
    setting: statement("select value from setting where name = ?"),
    writeSetting: statement(
      "insert into setting values (?, ?) on conflict (name) do update set value = excluded.value",
    ),
    policies: statement("select text, in_force_from from policy order by ver"),
    writePolicy: statement("insert into policy values (?, ?, ?, ?)"),
    keysets: statement("select root, text from keyset"),
    writeKeyset: statement(
      "insert into keyset values (?, ?) on conflict (root) do update set text = excluded.text",
    ),
    included: statement("select kid, at from key_included where root = ?"),
    writeIncluded: statement(
      "insert into key_included values (?, ?, ?) on conflict (root, kid) do nothing",
    ),
    windows: statement("select uid_hash, highest, used from tap_window"),
    writeWindow: statement(
      "insert into tap_window values (?, ?, ?) on conflict (uid_hash) do update set highest = excluded.highest, used = excluded.used",
    ),
    spend: statement("select spend from spend where spent = ? and ent = ?"),
    writeSpend: statement(
      "insert into spend values (?, ?, ?, ?) on conflict (spent, ent) do update set spend = excluded.spend, at = excluded.at",
    ),
    attempts: statement("select sum(total) as total from attempt where jkt = ? and at > ?"),
    writeAttempt: statement(
      "insert into attempt values (?, ?, 1) on conflict (jkt, at) do update set total = total + 1",
    ),
    openings: statement("select sum(total) as total from opened where party = ? and at > ?"),
    writeOpening: statement(
      "insert into opened values (?, ?, 1) on conflict (party, at) do update set total = total + 1",
    ),
    wrongCodes: statement("select total from wrong_codes where jkt = ? and asg = ?"),
    writeWrongCodes: statement(
      "insert into wrong_codes values (?, ?, ?, ?) on conflict (jkt, asg) do update set total = excluded.total",
    ),
    attemptKnown: statement("select 1 as known from receipt where att = ? limit 1"),
    writeReceipt: statement("insert into receipt values (?, ?, ?, ?, ?, ?, ?, ?)"),
    oldestReceipt: statement("select min(seq) as seq from receipt"),
    newestReceipt: statement("select seq, hash, at from receipt order by seq desc limit 1"),
    unfinished: statement(
      "select att, ent from receipt where last = 0 and not exists (select 1 from receipt later where later.att = receipt.att and later.last = 1)",
    ),
    receiptsBetween: statement(
      "select seq, hash, att, ent, text, personal, last, at from receipt where seq > ? and seq <= ? order by seq",
    ),
    prunePersonal: statement(
      `update receipt set personal = null where seq < ${firstSince} and personal is not null`,
    ),
    pruneReceipts: statement(
      `delete from receipt where seq < min(${firstSince}, (select max(seq) from receipt))`,
    ),
    pruneSpends: statement("delete from spend where at < ?"),
    pruneAttempts: statement("delete from attempt where at < ?"),
    pruneOpenings: statement("delete from opened where at < ?"),
    pruneWrongCodes: statement("delete from wrong_codes where until < ?"),
  };
}

function readsOf(statements: Statements): DoorReads {
  return {
    spend: (spent, ent): Spend | undefined => {
      const row = statements.spend.get(spent, ent);
      return row === undefined ? undefined : readSpend(row["spend"]);
    },
    attempts: (jkt, since) => Number(statements.attempts.get(jkt, since)?.["total"] ?? 0),
    openings: (party, since) => Number(statements.openings.get(party, since)?.["total"] ?? 0),
    wrongCodes: (jkt, asg) => Number(statements.wrongCodes.get(jkt, asg)?.["total"] ?? 0),
    attemptKnown: (att) => statements.attemptKnown.get(att) !== undefined,
    oldestReceipt: () => numberOf(statements.oldestReceipt.get()?.["seq"]),
  };
}

function apply(statements: Statements, write: Write): void {
  switch (write.kind) {
    case "policy":
      statements.writePolicy.run(
        write.policy.policy.ver,
        write.policy.hash,
        write.policy.text,
        write.policy.inForceFrom,
      );
      return;
    case "keyset":
      statements.writeKeyset.run(write.root, write.text);
      for (const kid of write.kids) statements.writeIncluded.run(write.root, kid, write.at);
      return;
    case "tap-window":
      statements.writeWindow.run(
        write.uidHash,
        write.window.highest,
        JSON.stringify(write.window.used),
      );
      return;
    case "change":
      applyChange(statements, write.change);
      return;
    case "receipt": {
      const { receipt } = write;
      const personal = receipt.personal === undefined ? null : JSON.stringify(receipt.personal);
      statements.writeReceipt.run(
        receipt.seq,
        receipt.hash,
        receipt.att,
        receipt.ent,
        receipt.text,
        personal,
        receipt.last ? 1 : 0,
        receipt.at,
      );
      return;
    }
    case "floor":
      statements.writeSetting.run("floor", String(write.seconds));
      return;
    case "claimed":
      statements.writeSetting.run("bld", write.bld);
      return;
    case "prune":
      prune(statements, write);
      return;
  }
}

function applyChange(
  statements: Statements,
  change: Exclude<Change, { readonly kind: "keyset" | "ticket-used" }>,
): void {
  switch (change.kind) {
    case "attempt":
      statements.writeAttempt.run(change.jkt, change.at);
      return;
    case "opening":
      statements.writeOpening.run(change.party, change.at);
      return;
    case "wrong-codes":
      statements.writeWrongCodes.run(change.jkt, change.asg, change.total, change.until);
      return;
    case "spend":
      statements.writeSpend.run(change.spent, change.ent, JSON.stringify(change.spend), change.at);
      return;
  }
}

const dayS = 86_400;

/** The personal half goes first, then the rows, by the box's trusted time. */
function prune(
  statements: Statements,
  { personalBefore, before, now }: Write & { readonly kind: "prune" },
): void {
  statements.prunePersonal.run(personalBefore);
  statements.pruneReceipts.run(before);
  statements.pruneSpends.run(before);
  statements.pruneAttempts.run(now - dayS);
  statements.pruneOpenings.run(now - dayS);
  statements.pruneWrongCodes.run(now);
}

function loadStored(crypto: Crypto, statements: Statements): DoorStored {
  const newest = statements.newestReceipt.get();
  const chain: ChainHead =
    newest === undefined
      ? { seq: 0, hash: firstReceiptPrev }
      : { seq: Number(newest["seq"]), hash: String(newest["hash"]) };
  return {
    policies: statements.policies
      .all()
      .map((row) => policyOf(crypto, String(row["text"]), Number(row["in_force_from"]))),
    keysets: new Map(
      statements.keysets
        .all()
        .map((row) =>
          keysetOf(crypto, statements, { root: String(row["root"]), text: String(row["text"]) }),
        ),
    ),
    windows: new Map(
      statements.windows.all().map((row) => [String(row["uid_hash"]), windowOf(row)]),
    ),
    chain,
    // A receipt says what time it was: no later start may fall behind it.
    floor: Math.max(
      Number(statements.setting.get("floor")?.["value"] ?? 0),
      Number(newest?.["at"] ?? 0),
    ),
    unfinished: statements.unfinished
      .all()
      .map((row) => ({ att: String(row["att"]), ent: String(row["ent"]) })),
  };
}

function policyOf(crypto: Crypto, text: string, inForceFrom: number): AcceptedPolicy {
  const restored = restorePolicy(crypto, { text, inForceFrom });
  if ("code" in restored)
    throw new Error(
      `this box's stored policy no longer reads (${restored.code}); commission the box again`,
    );
  return restored;
}

function keysetOf(
  crypto: Crypto,
  statements: Statements,
  { root, text }: { readonly root: string; readonly text: string },
): readonly [string, HeldKeyset] {
  const opened = openKeyset({ crypto }, text);
  if (opened.kind === "refused")
    throw new Error(
      `this box's stored keyset no longer reads (${opened.code}); commission the box again`,
    );
  const includedAt = new Map(
    statements.included.all(root).map((row) => [String(row["kid"]), Number(row["at"])]),
  );
  return [root, { keyset: opened.keyset, includedAt }];
}

function windowOf(row: Record<string, unknown>): TapWindow {
  const highest = Number(row["highest"]);
  return { highest, used: readUsed(row["used"]), floor: highest, rises: [] };
}

function receiptOf(row: Record<string, unknown>): StoredReceipt {
  return {
    seq: Number(row["seq"]),
    hash: String(row["hash"]),
    att: String(row["att"]),
    ent: String(row["ent"]),
    text: String(row["text"]),
    personal: personalOf(row["personal"]),
    last: row["last"] === 1,
    at: Number(row["at"]),
  };
}

function personalOf(stored: unknown): ReceiptPersonal | undefined {
  if (typeof stored !== "string") return undefined;
  const read = readShape(JSON.parse(stored), receiptPersonal);
  return read.kind === "read" ? read.body : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
