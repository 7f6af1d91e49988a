import { type Decision, decide, type Memo, type ProofPaper, type Refusal } from "@vestibule/core";
import { inContext } from "../platform/database.ts";
import { type FactsOf, readUnlockFacts, type UnlockFacts } from "./unlock-facts.ts";
import type { FactsCache, UnlockPorts } from "./unlock-ports.ts";

/** How long facts are used again, in ms: a tap and its unlock lie closer together. */
export const factsKeptMs = 10_000;
/** Facts and verified papers kept at most. */
const factsMax = 10_000;
const memoMax = 20_000;

/** The facts of one assignment at one entrance, read once for a tap and its unlock. */
export async function factsOf(
  ports: UnlockPorts,
  wanted: Omit<FactsOf, "nowMs">,
): Promise<UnlockFacts | undefined> {
  const { entranceId, assignmentId, jkt } = wanted;
  const name = `${entranceId} ${assignmentId} ${jkt}`;
  const nowMs = ports.now();
  const known = ports.facts.get(name);
  if (known !== undefined && nowMs - known.atMs < factsKeptMs) return known.facts;
  const facts = await inContext(ports.database, { role: "handset", handset: jkt }, (transaction) =>
    readUnlockFacts(transaction, ports, { ...wanted, nowMs }),
  );
  ports.facts.delete(name);
  if (facts === undefined) return undefined;
  dropOldest(ports.facts, factsMax);
  ports.facts.set(name, { facts, atMs: nowMs });
  return facts;
}

/**
 * Runs the box's own decision over what this host holds. It never says yes: tickets, codes and spends
 * are the box's. A refusal is told with its details, since the handset's session says who asks.
 */
export function rehearse(
  ports: Pick<UnlockPorts, "crypto" | "memo" | "now">,
  facts: UnlockFacts,
  proof?: ProofPaper,
): Refusal | undefined {
  const decision: Decision = decide(
    {
      crypto: ports.crypto,
      memo: ports.memo,
      ctl: facts.ctl,
      policies: facts.standing.chain,
      keysets: facts.keysets,
      stops: [],
      rolledBack: false,
    },
    { papers: facts.papers, ent: facts.ent, ...(proof === undefined ? {} : { proof }) },
    { trusted: Math.floor(ports.now() / 1_000), ageS: 0, monotonicMs: 0 },
  );
  if (decision.kind === "open") throw new Error("a rehearsal has no say over doors");
  if (decision.kind === "unknown") return undefined;
  return { kind: "refused", code: decision.code, detail: decision.privateDetail };
}

/** Remembers verified papers, the oldest forgotten first. */
export function rehearsalMemo(): Memo {
  const entries = new Map<string, unknown>();
  return {
    get: (text) => entries.get(text),
    set: (text, opened) => {
      dropOldest(entries, memoMax);
      entries.set(text, opened);
    },
  };
}

function dropOldest(entries: Map<string, unknown> | FactsCache, max: number): void {
  if (entries.size >= max) entries.delete(entries.keys().next().value ?? "");
}
