import { Mark } from "@vestibule/ui";
import { type ReactElement, useEffect, useMemo, useRef } from "react";
import { Backdrop } from "./art/backdrop.tsx";
import { Furniture } from "./art/furniture.tsx";
import { type HouseLayout, layoutHouse, sceneHeight } from "./art/layout.ts";
import { styleAt } from "./art/styles.ts";
import type { StreetBuilding } from "./feed.ts";
import { House } from "./house.tsx";
import type { StreetWords } from "./messages.ts";
import type { Sky } from "./sky.ts";

interface StreetProps {
  readonly buildings: readonly StreetBuilding[];
  readonly words: StreetWords;
  readonly sky: Sky;
  readonly chosenId: string | undefined;
  /** The house before which the phone is held; the street moves it into view. */
  readonly phoneAtId: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onTap: (id: string) => void;
}

/** The whole street as a list of houses over one backdrop. It scrolls sideways where it does not fit. */
export function Street(props: StreetProps): ReactElement {
  const { buildings, words, sky, chosenId, phoneAtId, onChoose, onTap } = props;
  const shape = buildings.map((one) => `${one.hasSticker}:${one.doors.length > 1}`).join();
  // Laid out anew only when houses change, not whenever a door moves.
  const houses = useMemo(() => layoutStreet(shape), [shape]);
  const scroller = useRef<HTMLElement>(null);

  useEffect(() => {
    if (phoneAtId !== undefined) centre(scroller.current, phoneAtId);
  }, [phoneAtId]);

  return (
    <>
      <nav className="jump" aria-label={words.jump}>
        {buildings
          .filter((building) => building.hasSticker)
          .map((building) => (
            <button
              key={building.id}
              type="button"
              aria-pressed={building.id === chosenId}
              onClick={() => {
                onChoose(building.id);
                centre(scroller.current, building.id);
              }}
            >
              <span className="jump__sticker">
                <Mark size={20} />
              </span>
              {building.number}
              <span className="v-unseen"> {building.name}</span>
            </button>
          ))}
      </nav>
      <section
        ref={scroller}
        className={`scene sky--${sky}`}
        style={{ "--street": houses.width }}
        aria-label={words.street}
      >
        <div className="scene__canvas" style={{ width: `calc(${houses.width} * var(--unit))` }}>
          <Backdrop width={houses.width} />
          <ol className="houses" style={{ height: `calc(${sceneHeight} * var(--unit))` }}>
            {buildings.map((building, index) => {
              const house = houses.list[index];
              return house === undefined ? null : (
                <House
                  key={building.id}
                  building={building}
                  style={house.style}
                  layout={house.layout}
                  words={words}
                  chosen={building.id === chosenId}
                  onChoose={onChoose}
                  onTap={onTap}
                />
              );
            })}
          </ol>
          <Furniture width={houses.width} edges={houses.edges} vanX={houses.vanX} />
        </div>
      </section>
    </>
  );
}

/** Places houses side by side; `shape` says of each whether it has a sticker and a vestibule. */
function layoutStreet(shape: string) {
  let width = 0;
  const edges: number[] = [];
  const list = shape.split(",").map((entry, index) => {
    const [sticker, vestibule] = entry.split(":");
    const style = styleAt(index);
    const layout = layoutHouse(style, {
      sticker: sticker === "true",
      vestibule: vestibule === "true",
    });
    edges.push(width);
    width += layout.width;
    return { style, layout };
  });
  return { list, edges, width, vanX: parkingPlace(list, edges) };
}

/** Middle of the first two neighbours without a sticker, past the left edge of the street. */
function parkingPlace(list: readonly { layout: HouseLayout }[], edges: readonly number[]): number {
  const free = list.findIndex(
    (house, index) =>
      index > 2 &&
      house.layout.sticker === undefined &&
      list[index + 1]?.layout.sticker === undefined,
  );
  return edges[free + 1] ?? 200;
}

function centre(scroller: HTMLElement | null, id: string): void {
  const house = scroller?.querySelector(`#${CSS.escape(`house-${id}`)}`);
  if (scroller === null || !(house instanceof HTMLElement)) return;
  scroller.scrollTo({ left: house.offsetLeft + house.offsetWidth / 2 - scroller.clientWidth / 2 });
}
