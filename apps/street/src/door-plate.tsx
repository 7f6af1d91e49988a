import { Glyph } from "@vestibule/ui";
import type { ReactElement } from "react";
import type { StreetDoor } from "./feed.ts";
import { type StreetWords, streetMessages } from "./messages.ts";

interface DoorPlateProps {
  readonly door: StreetDoor;
  readonly words: StreetWords;
  /** Says also what the door cannot confirm; the plate on the pavement has no room for it. */
  readonly full?: boolean;
}

/**
 * What a door is called: its manager's own name for it, or, where that is only what every such door
 * is called, the visitor's language's word.
 */
export function doorName({ label, kind }: StreetDoor, words: StreetWords): string {
  return label === streetMessages("en").kind[kind] ? words.kind[kind] : label;
}

/** A door's state as shape and word. */
export function DoorPlate({ door, words, full = false }: DoorPlateProps): ReactElement {
  const blind = full && door.sensing === "none" && door.state === "released";
  return (
    <span className={`door-plate door-plate--${door.state}`}>
      <Glyph name={door.state} />
      <span>
        <span className="door-plate__label">{doorName(door, words)}</span>
        <span className="v-unseen">: </span>
        <strong>{blind ? words.cannotConfirm : words.state[door.state]}</strong>
      </span>
    </span>
  );
}
