import { memo, type ReactElement } from "react";
import { Doorway } from "./art/doorway.tsx";
import { Facade } from "./art/facade.tsx";
import { type HouseLayout, sceneHeight } from "./art/layout.ts";
import { Buzzer } from "./art/sticker-art.tsx";
import { Stoop } from "./art/stoop.tsx";
import type { FacadeStyle } from "./art/styles.ts";
import { DoorPlate } from "./door-plate.tsx";
import type { StreetBuilding } from "./feed.ts";
import type { StreetWords } from "./messages.ts";

interface HouseProps {
  readonly building: StreetBuilding;
  readonly style: FacadeStyle;
  readonly layout: HouseLayout;
  readonly words: StreetWords;
  readonly chosen: boolean;
  readonly onChoose: (id: string) => void;
  readonly onTap: (id: string) => void;
}

const FacadeMemo = memo(Facade);
const StoopMemo = memo(Stoop);

/** One house of the street: a list item with its drawing, a button over it, and its sticker's button. */
export function House(props: HouseProps): ReactElement {
  const { building, style, layout, words, chosen, onChoose, onTap } = props;
  const [outer, inner] = building.doors;
  const units = `0 0 ${layout.width} ${sceneHeight}`;
  return (
    <li
      id={`house-${building.id}`}
      className={chosen ? "house house--chosen" : "house"}
      style={{ width: `calc(${layout.width} * var(--unit))` }}
    >
      <svg className="house__art" viewBox={units} aria-hidden="true">
        <FacadeMemo style={style} layout={layout} />
        <Doorway
          style={style}
          layout={layout}
          number={building.number}
          outer={outer?.state ?? "locked"}
          inner={inner?.state}
        />
        <StoopMemo style={style} layout={layout} />
        {layout.sticker === undefined ? null : (
          <Buzzer
            seed={style.seed}
            x={layout.sticker.x}
            y={layout.sticker.y}
            state={outer?.state ?? "unknown"}
          />
        )}
      </svg>
      <button
        type="button"
        className="house__button"
        style={{ top: percent(layout.top / sceneHeight) }}
        aria-pressed={chosen}
        onClick={() => onChoose(building.id)}
        onFocus={() => onChoose(building.id)}
        onPointerMove={(event) => {
          // A street that scrolls under a resting pointer is no pointing.
          if (event.movementX !== 0 || event.movementY !== 0) onChoose(building.id);
        }}
      >
        <span className="v-unseen">{words.look(building.number, building.name)}</span>
      </button>
      {layout.sticker === undefined ? null : (
        <button
          type="button"
          className="house__sticker"
          style={{
            left: percent(layout.sticker.x / layout.width),
            top: percent(layout.sticker.y / sceneHeight),
          }}
          onFocus={() => onChoose(building.id)}
          onClick={() => onTap(building.id)}
        >
          <span className="v-unseen">{words.tap(building.number)}</span>
        </button>
      )}
      {building.doors.length > 0 ? (
        <p className="house__plates">
          {building.doors.map((door) => (
            <DoorPlate key={door.id} door={door} words={words} />
          ))}
        </p>
      ) : (
        <p className="v-unseen">{words.noSticker}</p>
      )}
    </li>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
