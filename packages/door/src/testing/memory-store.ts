import {
  type AcceptedPolicy,
  type Crypto,
  firstReceiptPrev,
  type HeldKeyset,
  openKeyset,
  type Spend,
  type TapWindow,
} from "@vestibule/core";
import type { StoredReceipt, Write } from "../effects.ts";
import type { DoorReads, DoorStored } from "../ports.ts";

/** A box's disk in memory: what was committed survives a crash, all of one commit or nothing. */
export interface MemoryStore {
  readonly reads: DoorReads;
  readonly stored: () => DoorStored;
  readonly commit: (writes: readonly Write[]) => void;
  readonly receipts: () => readonly StoredReceipt[];
  /** Everything on this disk as text, to search it for what must not be there. */
  readonly dump: () => string;
}

interface Tables {
  readonly policies: AcceptedPolicy[];
  readonly keysets: Map<string, { readonly text: string; readonly kids: Map<string, number> }>;
  readonly windows: Map<string, TapWindow>;
  readonly spends: Map<string, { readonly spend: Spend; readonly at: number }>;
  readonly attempts: { readonly jkt: string; readonly at: number }[];
  readonly openings: { readonly party: string; readonly at: number }[];
  readonly wrongCodes: Map<string, number>;
  receipts: StoredReceipt[];
  floor: number;
  bld: string | undefined;
}

/** Makes an empty disk. */
export function memoryStore(crypto: Crypto): MemoryStore {
  const tables: Tables = {
    policies: [],
    keysets: new Map(),
    windows: new Map(),
    spends: new Map(),
    attempts: [],
    openings: [],
    wrongCodes: new Map(),
    receipts: [],
    floor: 0,
    bld: undefined,
  };
  return {
    reads: readsOf(tables),
    stored: () => storedOf(crypto, tables),
    commit: (writes) => {
      for (const write of writes) apply(tables, write);
    },
    receipts: () => tables.receipts,
    dump: () =>
      JSON.stringify({
        ...tables,
        keysets: [...tables.keysets.keys()],
        windows: [...tables.windows],
        spends: [...tables.spends],
        wrongCodes: [...tables.wrongCodes],
      }),
  };
}

function readsOf(tables: Tables): DoorReads {
  return {
    spend: (spent, ent) => tables.spends.get(`${ent} ${spent}`)?.spend,
    attempts: (jkt, since) =>
      tables.attempts.filter((row) => row.jkt === jkt && row.at > since).length,
    openings: (party, since) =>
      tables.openings.filter((row) => row.party === party && row.at > since).length,
    wrongCodes: (jkt, asg) => tables.wrongCodes.get(`${jkt} ${asg}`) ?? 0,
    attemptKnown: (att) => tables.receipts.some((receipt) => receipt.att === att),
    oldestReceipt: () => tables.receipts[0]?.seq,
  };
}

function apply(tables: Tables, write: Write): void {
  switch (write.kind) {
    case "policy":
      tables.policies.push(write.policy);
      return;
    case "keyset": {
      const kids = tables.keysets.get(write.root)?.kids ?? new Map<string, number>();
      for (const kid of write.kids) if (!kids.has(kid)) kids.set(kid, write.at);
      tables.keysets.set(write.root, { text: write.text, kids });
      return;
    }
    case "tap-window":
      tables.windows.set(write.uidHash, write.window);
      return;
    case "change":
      applyChange(tables, write.change);
      return;
    case "receipt":
      if (tables.receipts.some((receipt) => receipt.seq === write.receipt.seq))
        throw new Error("a receipt's number was given twice");
      tables.receipts.push(write.receipt);
      return;
    case "floor":
      tables.floor = write.seconds;
      return;
    case "claimed":
      tables.bld = write.bld;
      return;
    case "prune":
      prune(tables, write);
      return;
  }
}

function applyChange(
  tables: Tables,
  change: (Write & { readonly kind: "change" })["change"],
): void {
  switch (change.kind) {
    case "attempt":
      tables.attempts.push(change);
      return;
    case "opening":
      tables.openings.push(change);
      return;
    case "wrong-codes":
      tables.wrongCodes.set(`${change.jkt} ${change.asg}`, change.total);
      return;
    case "spend":
      tables.spends.set(`${change.ent} ${change.spent}`, { spend: change.spend, at: change.at });
      return;
  }
}

function prune(
  tables: Tables,
  { personalBefore, before }: Write & { readonly kind: "prune" },
): void {
  const newest = tables.receipts.at(-1)?.seq ?? 0;
  tables.receipts = tables.receipts
    .map((receipt) => (receipt.at < personalBefore ? { ...receipt, personal: undefined } : receipt))
    .filter((receipt) => receipt.at >= before || receipt.seq === newest);
  for (const [name, { at }] of tables.spends) if (at < before) tables.spends.delete(name);
}

function storedOf(crypto: Crypto, tables: Tables): DoorStored {
  const newest = tables.receipts.at(-1);
  const ended = new Set(tables.receipts.filter(({ last }) => last).map(({ att }) => att));
  return {
    policies: [...tables.policies],
    keysets: new Map([...tables.keysets].map(([root, row]) => [root, keysetOf(crypto, row)])),
    windows: new Map(tables.windows),
    chain:
      newest === undefined
        ? { seq: 0, hash: firstReceiptPrev }
        : { seq: newest.seq, hash: newest.hash },
    floor: Math.max(tables.floor, ...tables.receipts.map(({ at }) => at)),
    unfinished: tables.receipts
      .filter(({ att }) => !ended.has(att))
      .map(({ att, ent }) => ({ att, ent })),
  };
}

function keysetOf(
  crypto: Crypto,
  row: { readonly text: string; readonly kids: ReadonlyMap<string, number> },
): HeldKeyset {
  const opened = openKeyset({ crypto }, row.text);
  if (opened.kind === "refused") throw new Error(`a stored keyset no longer reads: ${opened.code}`);
  return { keyset: opened.keyset, includedAt: row.kids };
}
