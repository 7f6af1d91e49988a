import { Notice } from "@vestibule/ui";
import type { ReactElement } from "react";
import { useWords } from "../../setting.tsx";
import type { DoorGap } from "./door-draft.ts";
import { useDoorName } from "./door-form.tsx";
import { doorWords } from "./door-words.ts";

/** Something that is missing: of one door, or of the whole. */
export type Gap<K extends string = never> =
  | { readonly kind: "door"; readonly ent: string; readonly gap: DoorGap }
  | { readonly kind: K };

interface GapListProps<K extends string> {
  readonly title: string;
  readonly gaps: readonly Gap<K>[];
  /** What is missing of the whole, in sentences. */
  readonly words: Readonly<Record<K, string>>;
}

/** What is missing before a policy can be signed. */
export function GapList<K extends string>({ title, gaps, words }: GapListProps<K>): ReactElement {
  const said = useWords(doorWords);
  const doorName = useDoorName();
  return (
    <Notice tone="info" title={title}>
      <ul className="c-gaps">
        {gaps.map((gap) => {
          const text =
            "ent" in gap
              ? said.gaps[gap.gap](doorName({ ent: gap.ent, kind: "" }))
              : words[gap.kind];
          return <li key={text}>{text}</li>;
        })}
      </ul>
    </Notice>
  );
}
