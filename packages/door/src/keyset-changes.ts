import { type AcceptedKeyset, type Change, type Now, openKeyset } from "@vestibule/core";
import type { Effect, Write } from "./effects.ts";
import { type DoorMemory, inForce } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/**
 * Holds a keyset that was accepted, from the host or from a phone, and gives the row to write. Without
 * proof of inclusion a key is known but not yet included; a demonstration waives the proof.
 */
export function admitKeyset(
  memory: DoorMemory,
  keyset: AcceptedKeyset,
  { at, monotonicMs }: { readonly at: number; readonly monotonicMs: number },
): Effect {
  const { root, text } = keyset;
  const before = memory.keysets.get(root)?.includedAt;
  const demo = inForce(memory, { trusted: at, ageS: undefined, monotonicMs })?.demo ?? false;
  const includedAt = new Map(
    [...keyset.keys.keys()].flatMap((kid) => {
      const since = before?.get(kid) ?? (demo ? at : undefined);
      return since === undefined ? [] : [[kid, since] as const];
    }),
  );
  memory.keysets.set(root, { keyset, includedAt });
  return {
    kind: "write",
    write: { kind: "keyset", root, text, kids: [...includedAt.keys()], at },
  };
}

/** Admits the newer keysets that decide() accepted from a phone. */
export function applyKeysets(
  ports: DoorPorts,
  memory: DoorMemory,
  { changes, now }: { readonly changes: readonly Change[]; readonly now: Now },
): readonly Effect[] {
  return changes.flatMap((change) => {
    if (change.kind !== "keyset") return [];
    const opened = openKeyset({ crypto: ports.crypto }, change.text);
    if (opened.kind === "refused") return [];
    const at = now.trusted ?? memory.floor;
    return [admitKeyset(memory, opened.keyset, { at, monotonicMs: now.monotonicMs })];
  });
}

/** The writes of a decision: everything that must be on disk before anything moves. */
export function writesOf(memory: DoorMemory, changes: readonly Change[]): readonly Effect[] {
  const effects: Effect[] = [];
  for (const change of changes) {
    if (change.kind === "keyset") continue;
    if (change.kind === "ticket-used") {
      const held = memory.tickets.get(change.ticket);
      if (held !== undefined)
        memory.tickets.set(change.ticket, { ...held, live: { ...held.live, usedBy: change.by } });
      continue;
    }
    const write: Write = { kind: "change", change };
    effects.push({ kind: "write", write });
  }
  return effects;
}
