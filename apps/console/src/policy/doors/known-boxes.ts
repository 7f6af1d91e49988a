import type { Policy } from "@vestibule/core";
import { useHeldBoxes } from "../../boxes/held-boxes.ts";
import { useBuilding } from "../../building/building-context.ts";
import { useWords } from "../../setting.tsx";
import { nameOf } from "../../shell/rail.tsx";
import { commonWords } from "../../words/shared-words.ts";
import { doorWords } from "./door-words.ts";

/** The boxes that a policy written here may name. */
export interface KnownBoxes {
  /** The seal key of each, by its thumbprint. */
  readonly seals: ReadonlyMap<string, string>;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/**
 * Boxes whose keys this page did not take on the host's word: their card was shown to it, or members
 * signed them in a version before.
 */
export function useKnownBoxes(last: Policy | undefined): KnownBoxes {
  const { building } = useBuilding();
  const said = useWords(doorWords);
  const kinds = useWords(commonWords).kinds;
  const held = useHeldBoxes(building.id);
  const seals = new Map(last?.entrances.map(({ ctl, seal }) => [ctl, seal]));
  for (const { ctl, seal } of held) seals.set(ctl, seal);
  const doorsOf = (ctl: string) =>
    (last?.entrances ?? [])
      .filter((entrance) => entrance.ctl === ctl)
      .map(({ ent, kind }) => {
        const door = building.entrances.find((registered) => registered.ent === ent);
        return nameOf(door ?? { ent, kind, label: ent }, kinds);
      });
  const choices = [...seals.keys()].map((ctl) => {
    const doors = doorsOf(ctl);
    const start = ctl.slice(0, 8);
    const label = doors.length === 0 ? said.boxHeld(start) : said.boxOf(doors.join(", "), start);
    return { value: ctl, label };
  });
  return { seals, choices };
}
