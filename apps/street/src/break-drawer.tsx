import { Button } from "@vestibule/ui";
import type { ReactElement } from "react";
import { doorName } from "./door-plate.tsx";
import { faults, type StreetBuilding, type StreetDoor, type StreetFeed } from "./feed.ts";
import type { StreetWords } from "./messages.ts";

interface BreakDrawerProps {
  readonly buildings: readonly StreetBuilding[];
  readonly feed: StreetFeed;
  readonly words: StreetWords;
  readonly onFailed: () => void;
}

/** A small drawer of misfortunes: each door's strike can be broken, and mended again. */
export function BreakDrawer({ buildings, feed, words, onFailed }: BreakDrawerProps): ReactElement {
  const run = (work: Promise<void>) => {
    work.catch(onFailed);
  };
  return (
    <details className="drawer">
      <summary>{words.breakTitle}</summary>
      <p>{words.breakLine}</p>
      <ul>
        {buildings.flatMap((building) =>
          building.doors.map((door) => (
            <li key={door.id}>
              <Misfortune
                building={building}
                door={door}
                words={words}
                onFault={(fault) => run(feed.setFault(door.id, fault))}
                onHold={(held) => run(feed.holdDoor(door.id, held))}
              />
            </li>
          )),
        )}
      </ul>
    </details>
  );
}

interface MisfortuneProps {
  readonly building: StreetBuilding;
  readonly door: StreetDoor;
  readonly words: StreetWords;
  readonly onFault: (fault: (typeof faults)[number]) => void;
  readonly onHold: (held: boolean) => void;
}

function Misfortune({ building, door, words, onFault, onHold }: MisfortuneProps): ReactElement {
  // A Matter lock's contact tells open from shut and no more: open is as propped as it gets.
  const held = door.state === "held" || (door.strike === "matter" && door.state === "open");
  const hold = <Button onClick={() => onHold(!held)}>{held ? words.letGo : words.hold}</Button>;
  if (door.strike === "matter") {
    return (
      <div className="misfortune">
        <p>
          <span>
            {building.number}, {doorName(door, words)}
          </span>
          {words.matterLine}
        </p>
        {hold}
      </div>
    );
  }
  return (
    <div className="misfortune">
      <label>
        <span>
          {building.number}, {doorName(door, words)}
        </span>
        <select
          key={door.fault}
          defaultValue={door.fault}
          onChange={(event) => {
            const fault = faults.find((one) => one === event.target.value);
            if (fault !== undefined) onFault(fault);
          }}
        >
          {faults.map((fault) => (
            <option key={fault} value={fault}>
              {words.fault[fault]}
            </option>
          ))}
        </select>
      </label>
      {hold}
    </div>
  );
}
