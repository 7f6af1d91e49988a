import { Button } from "@vestibule/ui";
import { type ReactElement, useState } from "react";
import { FindBox } from "../../boxes/find-box.tsx";
import { useBuilding } from "../../building/building-context.ts";
import { useWords } from "../../setting.tsx";
import { type DoorDraft, newDoor } from "./door-draft.ts";
import { DoorForm, useDoorName } from "./door-form.tsx";
import { doorWords } from "./door-words.ts";
import type { KnownBoxes } from "./known-boxes.ts";

interface DoorsFormProps {
  readonly doors: readonly DoorDraft[];
  readonly boxes: KnownBoxes;
  /** The box that somebody came here to name: doors named now get it. */
  readonly wanted: string | undefined;
  readonly onChange: (doors: readonly DoorDraft[]) => void;
  readonly onRemove: (ent: string) => void;
}

/** The doors of a policy, and the registered ones that it does not name yet. */
export function DoorsForm({
  doors,
  boxes,
  wanted,
  onChange,
  onRemove,
}: DoorsFormProps): ReactElement {
  const said = useWords(doorWords);
  const { building } = useBuilding();
  const doorName = useDoorName();
  const [isFinding, setFinding] = useState(boxes.choices.length === 0);
  const rest = building.entrances.filter(({ ent }) => !doors.some((door) => door.ent === ent));
  const used = new Set(doors.map(({ ctl }) => ctl));
  const free = boxes.choices.map(({ value }) => value).filter((ctl) => !used.has(ctl));
  return (
    <section className="c-section" aria-label={said.title}>
      <h2>{said.title}</h2>
      <p className="c-quiet">{said.why}</p>
      {doors.length === 0 ? <p>{said.none}</p> : null}
      {doors.map((door) => (
        <DoorForm
          key={door.ent}
          door={door}
          boxes={boxes}
          onChange={(changed) =>
            onChange(doors.map((one) => (one.ent === changed.ent ? changed : one)))
          }
          onRemove={() => onRemove(door.ent)}
        />
      ))}
      {rest.length === 0 ? null : (
        <section className="c-card" aria-label={said.rest}>
          <h3>{said.rest}</h3>
          <p className="c-quiet">{said.restWhy}</p>
          <div className="c-actions">
            {rest.map((door) => (
              <Button
                key={door.id}
                onClick={() => {
                  const box = wanted !== undefined && free.includes(wanted) ? wanted : free[0];
                  onChange([...doors, newDoor(door, box)]);
                }}
              >
                {said.nameIt(doorName(door))}
              </Button>
            ))}
          </div>
        </section>
      )}
      <details
        className="c-card"
        open={isFinding}
        onToggle={(event) => setFinding(event.currentTarget.open)}
      >
        <summary>
          <strong>{said.find}</strong>
        </summary>
        <FindBox
          buildingId={building.id}
          onFound={(ctl) => {
            // The first door without a box gets the one that was found.
            const waiting = doors.find((door) => door.ctl === undefined);
            if (waiting === undefined) return;
            onChange(doors.map((door) => (door === waiting ? { ...door, ctl } : door)));
          }}
        />
      </details>
    </section>
  );
}
