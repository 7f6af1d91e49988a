import { Glyph } from "@vestibule/ui";
import type { ReactElement } from "react";
import type { StreetDoor } from "./feed.ts";
import type { StreetWords } from "./messages.ts";

interface DoorPlateProps {
  readonly door: StreetDoor;
  readonly words: StreetWords;
  /** Says also what the door cannot confirm; the plate on the pavement has no room for it. */
  readonly full?: boolean;
}

/** A door's state as shape and word. */
export function DoorPlate({ door, words, full = false }: DoorPlateProps): ReactElement {
  const blind = full && door.sensing === "none" && door.state === "released";
  return (
    <span className={`door-plate door-plate--${door.state}`}>
      <Glyph name={door.state} />
      <span>
        <span className="door-plate__label">{door.label}</span>
        <span className="v-unseen">: </span>
        <strong>{blind ? words.cannotConfirm : words.state[door.state]}</strong>
      </span>
    </span>
  );
}
