import {
  type AcceptedKeyset,
  checkKeyset,
  openKeyset,
  type Refusal,
  type RootRole,
  refuse,
} from "@vestibule/core";
import { findParty, keepParty } from "../carriers/carrier-store.ts";
import { buildingsThatName } from "../directory/directory-store.ts";
import type { DomainDependencies } from "../features.ts";
import {
  type Context,
  type DatabaseTransaction,
  inContext,
  setContext,
} from "../platform/database.ts";
import { appendOutbox } from "../platform/outbox.ts";
import { insertKeyset, type KeysetReader } from "./keyset-store.ts";

/** A keyset that somebody hands in; its own root vouches for it. */
export interface HandedKeyset {
  readonly text: string;
  readonly role: RootRole;
  readonly nowMs: number;
}

/** What became of it; the same keyset again is `known`. */
export type KeysetOutcome =
  | {
      readonly kind: "kept";
      readonly known: boolean;
      readonly root: string;
      readonly ver: number;
      readonly hash: string;
    }
  /** No building here names this root, and the operator registered none. */
  | { readonly kind: "unknown-root" }
  | Refusal;

/** What taking a keyset in needs. */
export interface KeysetPorts extends Pick<DomainDependencies, "databases" | "crypto"> {
  readonly hostKeys: { readonly root: string };
  readonly keysets: KeysetReader;
}

// The paper's own signature stands for whoever carries it.
const context: Context = { role: "carrier", principal: "keyset" };
/** Buildings told of a new keyset in one statement. */
const buildingsPerEvent = 500;

/**
 * Takes a keyset in: signature of its own root, never an older one than is held. Each building that
 * names the root learns of it through the outbox as `keyset.accepted`.
 */
export function takeKeyset(ports: KeysetPorts, handed: HandedKeyset): Promise<KeysetOutcome> {
  const opened = openKeyset(ports, handed.text);
  if (opened.kind === "refused") return Promise.resolve(opened);
  const { keyset } = opened;
  return inContext(ports.databases.app, context, (transaction) =>
    keep(transaction, ports, { keyset, handed }),
  );
}

async function keep(
  transaction: DatabaseTransaction,
  ports: KeysetPorts,
  { keyset, handed }: { readonly keyset: AcceptedKeyset; readonly handed: HandedKeyset },
): Promise<KeysetOutcome> {
  const { role, nowMs } = handed;
  const { root } = keyset;
  const party = role === "host" ? undefined : await findParty(transaction, role, root);
  const naming = role === "host" ? [] : await buildingsThatName(transaction, `${role}:${root}`);
  const expected = role === "host" ? root === ports.hostKeys.root : (party ?? naming[0]);
  if (expected === false || expected === undefined) return { kind: "unknown-root" };
  const held = (await ports.keysets.newest(transaction, [root])).get(root);
  if (held !== undefined && held.role !== role) return refuse("role", { field: "role" });
  const domain = held?.keyset.body.domain ?? party?.domain ?? keyset.body.domain;
  const at = Math.floor(nowMs / 1000);
  const bad = checkKeyset(keyset, { role, domain, held: held?.keyset, at });
  if (bad !== undefined) return bad;
  const { ver } = keyset.body;
  const kept = { kind: "kept", root, ver, hash: keyset.hash } as const;
  if (held?.keyset.hash === keyset.hash) return { ...kept, known: true };
  const atDate = new Date(nowMs);
  // Somebody else's of the same version came first: the next reading tells which it is.
  if (!(await insertKeyset(transaction, { keyset, role, at: atDate })))
    return refuse("keyset-rollback", { domain });
  if (role !== "host" && party === undefined)
    await keepParty(transaction, role, { root, domain, name: domain, nowMs });
  for (let from = 0; from < naming.length; from += buildingsPerEvent) {
    const buildings = naming.slice(from, from + buildingsPerEvent);
    await setContext(transaction, { ...context, buildings });
    const body = { root, ver, role, hash: keyset.hash };
    await appendOutbox(
      transaction,
      buildings.map((buildingId) => ({ buildingId, kind: "keyset.accepted", body })),
      atDate,
    );
  }
  return { ...kept, known: false };
}

/** Puts the host's own keyset where the boxes' keysets come from; at each start. @throws Error */
export async function installHostKeyset(
  ports: KeysetPorts,
  { text, nowMs }: { readonly text: string; readonly nowMs: number },
): Promise<void> {
  const outcome = await takeKeyset(ports, { text, role: "host", nowMs });
  if (outcome.kind !== "kept")
    throw new Error(
      `the host's own keyset was not taken: ${outcome.kind === "refused" ? outcome.code : outcome.kind}`,
    );
}
