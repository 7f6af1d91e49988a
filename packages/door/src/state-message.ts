import { type Entrance, tapCounterRetireAt, tapCounterWarnAt } from "@vestibule/core";
import type { Effect } from "./effects.ts";
import type { DoorMemory } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/** Entrances that one state message may name. */
const entrancesMax = 16;

/** Health by entrance, as far as it may be known. */
export function sendState(ports: DoorPorts, memory: DoorMemory): Effect {
  memory.stateDue = false;
  const entrances = servedBy(ports, memory).map(({ ent, uidHash }) => ({
    ent,
    strike: ports.strikeHealthy(ent) ? ("ok" as const) : ("fault" as const),
    held: memory.held.has(ent),
    tags: uidHash === undefined ? [] : tagWarnings(memory, uidHash),
  }));
  memory.toldFaults = faultsOf(ports, memory);
  return { kind: "send", message: { t: "state", entrances } };
}

/** Whether a strike's health is no longer what the host was last told: it may change without a report. */
export function healthChanged(ports: DoorPorts, memory: DoorMemory): boolean {
  return memory.toldFaults !== faultsOf(ports, memory);
}

function servedBy(ports: DoorPorts, memory: DoorMemory): readonly Entrance[] {
  const entrances = memory.policies.at(-1)?.policy.entrances ?? [];
  return entrances.filter(({ ctl }) => ctl === ports.identity.ctl).slice(0, entrancesMax);
}

function faultsOf(ports: DoorPorts, memory: DoorMemory): string {
  return servedBy(ports, memory)
    .flatMap(({ ent }) => (ports.strikeHealthy(ent) ? [] : [ent]))
    .join(" ");
}

function tagWarnings(memory: DoorMemory, uidHash: string): ("tag-half-used" | "tag-retire")[] {
  const highest = memory.windows.get(uidHash)?.highest ?? 0;
  if (highest >= tapCounterRetireAt) return ["tag-half-used", "tag-retire"];
  return highest >= tapCounterWarnAt ? ["tag-half-used"] : [];
}
