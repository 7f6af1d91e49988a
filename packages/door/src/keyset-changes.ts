import { type Change, type HeldKeyset, type Now, openKeyset } from "@vestibule/core";
import type { Effect, Write } from "./effects.ts";
import type { DoorMemory } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/** Admits the newer keysets that decide() accepted from a phone. */
export function applyKeysets(
  ports: DoorPorts,
  memory: DoorMemory,
  { changes, now }: { readonly changes: readonly Change[]; readonly now: Now },
): readonly Effect[] {
  const effects: Effect[] = [];
  for (const change of changes) {
    if (change.kind !== "keyset") continue;
    const opened = openKeyset({ crypto: ports.crypto }, change.text);
    if (opened.kind === "refused") continue;
    const at = now.trusted ?? memory.floor;
    const before = memory.keysets.get(change.root)?.includedAt;
    const includedAt = new Map(
      [...opened.keyset.keys.keys()].map((kid) => [kid, before?.get(kid) ?? at]),
    );
    const held: HeldKeyset = { keyset: opened.keyset, includedAt };
    memory.keysets.set(change.root, held);
    effects.push({
      kind: "write",
      write: {
        kind: "keyset",
        root: change.root,
        text: change.text,
        kids: [...includedAt.keys()],
        at,
      },
    });
  }
  return effects;
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
