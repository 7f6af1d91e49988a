import { tapCounterRetireAt, tapCounterWarnAt } from "@vestibule/core";
import type { Effect } from "./effects.ts";
import type { DoorMemory } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/** Entrances that one state message may name. */
const entrancesMax = 16;

/** Health by entrance, as far as it may be known. */
export function sendState(ports: DoorPorts, memory: DoorMemory): Effect {
  memory.stateDue = false;
  const served =
    memory.policies
      .at(-1)
      ?.policy.entrances.filter((entrance) => entrance.ctl === ports.identity.ctl) ?? [];
  const entrances = served.slice(0, entrancesMax).map(({ ent, uidHash }) => ({
    ent,
    strike: ports.strikeHealthy(ent) ? ("ok" as const) : ("fault" as const),
    held: memory.held.has(ent),
    tags: uidHash === undefined ? [] : tagWarnings(memory, uidHash),
  }));
  return { kind: "send", message: { t: "state", entrances } };
}

function tagWarnings(memory: DoorMemory, uidHash: string): ("tag-half-used" | "tag-retire")[] {
  const highest = memory.windows.get(uidHash)?.highest ?? 0;
  if (highest >= tapCounterRetireAt) return ["tag-half-used", "tag-retire"];
  return highest >= tapCounterWarnAt ? ["tag-half-used"] : [];
}
