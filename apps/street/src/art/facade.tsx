import type { ReactElement } from "react";
import { type HouseLayout, pavementY } from "./layout.ts";
import { penOf } from "./pen.ts";
import { RoofLine } from "./roof.tsx";
import { Block } from "./strokes.tsx";
import type { FacadeStyle } from "./styles.ts";
import { Sash } from "./windows.tsx";

interface FacadeProps {
  readonly style: FacadeStyle;
  readonly layout: HouseLayout;
}

/** Everything of a house but its door: wall, windows, roof, and what people hang out of them. */
export function Facade({ style, layout }: FacadeProps): ReactElement {
  const { width, top } = layout;
  return (
    <g className={`material material--${style.material}`}>
      <RoofLine style={style} width={width} y={top} />
      <Block
        seed={`${style.seed}-wall`}
        x={0}
        y={top + 4}
        width={width}
        height={pavementY - top - 4}
        wash="wall"
      />
      <Courses style={style} layout={layout} />
      <BaseCourse style={style} layout={layout} />
      {style.extras.includes("ivy") ? <Ivy style={style} layout={layout} /> : null}
      <UpperWindows style={style} layout={layout} />
      <ParlourWindows style={style} layout={layout} />
      {style.extras.includes("fire-escape") ? <FireEscape style={style} layout={layout} /> : null}
      {style.extras.includes("washing") ? <Washing style={style} layout={layout} /> : null}
    </g>
  );
}

/** Short dashes here and there say "brick" or "block" better than every joint would. */
function Courses({ style, layout }: FacadeProps): ReactElement {
  const pen = penOf(`${style.seed}-courses`, 0.5);
  const small = style.material === "brick" || style.material === "oxblood";
  const count = Math.round(layout.width * (small ? 0.8 : 0.3));
  const height = pavementY - layout.top - 30;
  const marks = Array.from({ length: count }, () => {
    const x = 5 + pen.chance() * (layout.width - 18);
    const y = layout.top + 20 + Math.round((pen.chance() * height) / 6) * 6;
    return (
      pen.line(x, y, x + (small ? 6 : 10), y) +
      (pen.chance() < 0.4 ? pen.line(x + 3, y, x + 3, y + 4) : "")
    );
  });
  return <path className="pen pen--fine pen--faint" d={marks.join("")} />;
}

/** The basement storey in larger blocks, and the belt above it. */
function BaseCourse({ style, layout }: FacadeProps): ReactElement {
  const pen = penOf(`${style.seed}-base`);
  const { parlourY, width } = layout;
  const height = pavementY - parlourY;
  const rows = [0.36, 0.7].map((share) =>
    pen.line(1, parlourY + height * share, width - 1, parlourY + height * share),
  );
  return (
    <>
      <path className="shade" d={pen.block(0, parlourY, width, height)} />
      {height > 24 ? <path className="pen pen--fine pen--faint" d={rows.join("")} /> : null}
      <Block
        seed={`${style.seed}-belt`}
        x={-1}
        y={parlourY - 4}
        width={width + 2}
        height={5}
        wash="trim"
      />
    </>
  );
}

function UpperWindows({ style, layout }: FacadeProps): ReactElement[] {
  const rows = Array.from({ length: style.floors - 1 }, (_, row) => row);
  return rows.flatMap((row) =>
    layout.columns.map((x, column) => (
      <Sash
        key={`${row}-${x}`}
        seed={`${style.seed}-${row}-${column}`}
        x={x}
        y={layout.top + 30 + row * layout.floorHeight}
        width={layout.windowWidth}
        height={42}
        head={style.heads}
        flowers={style.extras.includes("flowers") && (row + column) % 2 === 0}
        cat={style.extras.includes("cat") && row === style.floors - 2 && column === 0}
      />
    )),
  );
}

/** Ground-floor windows where neither the door nor the buzzer stands, and small ones below them. */
function ParlourWindows({ style, layout }: FacadeProps): ReactElement[] {
  const { door, sticker, parlourY } = layout;
  const from = Math.min(door.x - 8, (sticker?.x ?? door.x) - 8);
  const to = Math.max(door.x + door.width + 8, (sticker?.x ?? 0) + 15);
  const room = { left: from, right: layout.width - to };
  const places = [
    { x: room.left / 2 - 2, room: room.left },
    { x: to + room.right / 2 + 2, room: room.right },
  ].filter((place) => place.room > 30);
  const tall = places.map((place) => (
    <Sash
      key={place.x}
      seed={`${style.seed}-p${Math.round(place.x)}`}
      x={place.x}
      y={parlourY - 76}
      width={Math.min(34, place.room - 14)}
      height={54}
      head={style.heads === "pediment" ? "flat" : style.heads}
      flowers={style.extras.includes("flowers")}
      cat={false}
    />
  ));
  const deep = pavementY - parlourY > 34;
  const low = places.map((place) => (
    <g key={`low-${place.x}`}>
      <path
        className="glass glass--lit"
        d={penOf(`${style.seed}-low`).block(place.x - 10, parlourY + 12, 20, 20)}
      />
      <path
        className="pen"
        d={`M${place.x - 10} ${parlourY + 12}h20v20h-20zM${place.x - 5} ${parlourY + 12}v20M${place.x} ${parlourY + 12}v20M${place.x + 5} ${parlourY + 12}v20`}
      />
    </g>
  ));
  return deep ? [...tall, ...low] : tall;
}

function FireEscape({ style, layout }: FacadeProps): ReactElement {
  const pen = penOf(`${style.seed}-escape`, 0.5);
  const left = layout.width * 0.36;
  const right = layout.width - 8;
  const landings = Array.from(
    { length: style.floors - 1 },
    (_, row) => layout.top + 80 + row * layout.floorHeight,
  );
  const strokes = landings.flatMap((y, row) => {
    const bars = Array.from({ length: 9 }, (_, bar) => {
      const x = left + (bar * (right - left)) / 8;
      return pen.line(x, y - 14, x, y);
    });
    const next = landings[row + 1];
    const [from, to] = row % 2 === 0 ? [left + 10, right - 12] : [right - 10, left + 12];
    const stair =
      next === undefined ? "" : pen.line(from, y, to, next) + pen.line(from + 5, y, to + 5, next);
    return [pen.line(left, y, right, y), pen.line(left, y - 14, right, y - 14), ...bars, stair];
  });
  return <path className="iron" d={strokes.join("")} />;
}

function Ivy({ style, layout }: FacadeProps): ReactElement {
  const pen = penOf(`${style.seed}-ivy`, 1);
  const right = style.doorAt < 0.5;
  const leaves = Array.from({ length: 46 }, () => {
    const climb = pen.chance();
    const spread = (1 - climb * 0.7) * 26 * pen.chance();
    return {
      x: right ? layout.width - 2 - spread : 2 + spread,
      y: pavementY - 16 - climb * (pavementY - layout.top) * 0.62,
      r: 2.4 + pen.chance() * 2.6,
    };
  });
  return (
    <g>
      {leaves.map((leaf) => (
        <circle
          key={`${leaf.x}-${leaf.y}`}
          className={leaf.r > 3.8 ? "leaf" : "leaf leaf--deep"}
          cx={leaf.x}
          cy={leaf.y}
          r={leaf.r}
        />
      ))}
    </g>
  );
}

function Washing({ style, layout }: FacadeProps): ReactElement {
  const y = layout.top + 30 + layout.floorHeight + 50;
  const pen = penOf(`${style.seed}-washing`, 0.8);
  const left = 12;
  const right = layout.width - 12;
  const clothes = [0.15, 0.34, 0.55, 0.76].map((share, index) => {
    const x = left + (right - left) * share;
    return { x, d: pen.block(x, y + 2.5, index % 2 === 0 ? 9 : 12, index % 2 === 0 ? 15 : 9) };
  });
  return (
    <g>
      <path
        className="pen pen--fine"
        d={`M${left} ${y}Q${(left + right) / 2} ${y + 6} ${right} ${y}`}
      />
      {clothes.map((piece, index) => (
        <g key={piece.x}>
          <path className={index % 2 === 0 ? "linen" : "linen linen--sky"} d={piece.d} />
          <path className="pen pen--fine" d={piece.d} />
        </g>
      ))}
    </g>
  );
}
