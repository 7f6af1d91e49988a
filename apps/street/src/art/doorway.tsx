import type { ReactElement } from "react";
import type { DoorState } from "../feed.ts";
import type { DoorLayout, HouseLayout } from "./layout.ts";
import { penOf } from "./pen.ts";
import { Block } from "./strokes.tsx";
import type { FacadeStyle, Hood } from "./styles.ts";

interface DoorwayProps {
  readonly style: FacadeStyle;
  readonly layout: HouseLayout;
  readonly number: string;
  /** The street door. Houses without a sticker have an ordinary one, of which nothing is known. */
  readonly outer: DoorState;
  /** The lobby door behind it, where the house has a real vestibule. */
  readonly inner: DoorState | undefined;
}

interface Opening {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A doorway with its door. The leaf swings inward on its left hinge as the strike's contact reports. */
export function Doorway({ style, layout, number, outer, inner }: DoorwayProps): ReactElement {
  const { door } = layout;
  const opening = {
    x: door.x,
    y: door.sillY - door.height,
    width: door.width,
    height: door.height,
  };
  return (
    <g className={`material material--${style.material}`}>
      <Surround style={style} door={door} number={number} />
      {inner === undefined ? (
        <>
          <Hall opening={opening} seed={style.seed} />
          <Leaf
            opening={opening}
            state={outer}
            seed={style.seed}
            paint={style.door}
            glazed={false}
          />
        </>
      ) : (
        <Vestibule opening={opening} style={style} outer={outer} inner={inner} />
      )}
      <path
        className="pen"
        d={penOf(`${style.seed}-frame`, 0.4).box(
          opening.x,
          opening.y,
          opening.width,
          opening.height,
        )}
      />
    </g>
  );
}

/** Pilasters, transom with the number, hood. */
function Surround({
  style,
  door,
  number,
}: {
  style: FacadeStyle;
  door: DoorLayout;
  number: string;
}): ReactElement {
  const top = door.sillY - door.height - door.transom;
  const { seed } = style;
  return (
    <>
      <Block
        seed={`${seed}-pl`}
        x={door.x - 8}
        y={top}
        width={8}
        height={door.height + door.transom}
        wash="trim"
      />
      <Block
        seed={`${seed}-pr`}
        x={door.x + door.width}
        y={top}
        width={8}
        height={door.height + door.transom}
        wash="trim"
      />
      <Block
        seed={`${seed}-tr`}
        x={door.x}
        y={top}
        width={door.width}
        height={door.transom}
        wash="transom"
      />
      <text
        className="number"
        x={door.x + door.width / 2}
        y={top + door.transom - 3.5}
        textAnchor="middle"
      >
        {number}
      </text>
      <HoodOf hood={style.hood} seed={seed} door={door} y={top} />
    </>
  );
}

function HoodOf({
  hood,
  seed,
  door,
  y,
}: {
  hood: Hood;
  seed: string;
  door: DoorLayout;
  y: number;
}): ReactElement {
  const pen = penOf(`${seed}-hood`, 0.5);
  const left = door.x - 12;
  const width = door.width + 24;
  const entablature = (
    <Block seed={`${seed}-ent`} x={left} y={y - 7} width={width} height={8} wash="trim" />
  );
  if (hood === "plain") return entablature;
  const crown =
    hood === "arch"
      ? pen.arch({ x: left + 3, y: y - 6, width: width - 6, height: 1, rise: 26 })
      : hood === "pediment"
        ? pen.shape([
            [left - 2, y - 7],
            [left + width / 2, y - 24],
            [left + width + 2, y - 7],
          ])
        : pen.shape([
            [left - 4, y - 7],
            [left + 2, y - 15],
            [left + width - 2, y - 15],
            [left + width + 4, y - 7],
          ]);
  return (
    <>
      <path className="trim" d={crown} />
      <path className="pen" d={crown} />
      {entablature}
    </>
  );
}

/** What an open door shows: a lit hall, a stair, a checked floor. */
function Hall({ opening, seed }: { opening: Opening; seed: string }): ReactElement {
  const { x, y, width, height } = opening;
  const pen = penOf(`${seed}-hall`, 0.4);
  const stairs = Array.from({ length: 5 }, (_, step) => {
    const from = x + width * 0.4 + step * width * 0.1;
    const level = y + height - 10 - step * 9;
    return `${pen.line(from, level, from + width * 0.1, level)}${pen.line(from, level, from, level + 9)}`;
  });
  return (
    <g>
      <path className="hall" d={`M${x} ${y}h${width}v${height}h-${width}z`} />
      <path
        className="hall-floor"
        d={`M${x} ${y + height}l${width * 0.2}-10h${width * 0.6}l${width * 0.2} 10z`}
      />
      <path className="hall-line" d={stairs.join("")} />
      <circle className="hall-lamp" cx={x + width / 2} cy={y + 9} r="3.4" />
    </g>
  );
}

/** A real vestibule: behind the street door a tiled cube of air, and at its back the lobby door. */
function Vestibule(props: {
  opening: Opening;
  style: FacadeStyle;
  outer: DoorState;
  inner: DoorState;
}): ReactElement {
  const { opening, style, outer, inner } = props;
  const { x, y, width, height } = opening;
  const back = { x: x + width * 0.34, y: y + 14, width: width * 0.42, height: height - 25 };
  const leaf = { x, y, width: width * 0.74, height };
  const sidelight = { x: x + width * 0.74, y, width: width * 0.26, height };
  const floor = `M${x} ${y + height}L${back.x - 5} ${back.y + back.height}H${back.x + back.width + 5}L${x + width} ${y + height}z`;
  const tiles = [0.2, 0.4, 0.6, 0.8].map((share) => {
    const far = back.x - 5 + (back.width + 10) * share;
    return `M${x + width * share} ${y + height}L${far} ${back.y + back.height}`;
  });
  return (
    <g>
      <path className="lobby" d={`M${x} ${y}h${width}v${height}h-${width}z`} />
      <path className="lobby-floor" d={floor} />
      <path className="hall-line" d={tiles.join("")} />
      <Block
        seed={`${style.seed}-back`}
        x={back.x - 3}
        y={back.y - 4}
        width={back.width + 6}
        height={back.height + 4}
        wash="lobby-frame"
      />
      <Hall opening={back} seed={`${style.seed}-inner`} />
      <Leaf
        opening={back}
        state={inner}
        seed={`${style.seed}-inner`}
        paint="brass"
        glazed={false}
      />
      <path
        className="pane"
        d={`M${sidelight.x} ${y}h${sidelight.width}v${height}h-${sidelight.width}z`}
      />
      <path
        className="pen pen--fine"
        d={`M${sidelight.x} ${y}v${height}M${sidelight.x} ${y + height * 0.62}h${sidelight.width}`}
      />
      <Leaf opening={leaf} state={outer} seed={style.seed} paint={style.door} glazed />
    </g>
  );
}

interface LeafProps {
  readonly opening: Opening;
  readonly state: DoorState;
  readonly seed: string;
  readonly paint: FacadeStyle["door"];
  readonly glazed: boolean;
}

function Leaf({ opening, state, seed, paint, glazed }: LeafProps): ReactElement {
  const { x, y, width, height } = opening;
  const clip = `clip-${seed}`;
  const pen = penOf(`${seed}-leaf`, 0.35);
  const inset = width * 0.16;
  const panel = (top: number, tall: number) =>
    pen.box(x + inset, y + height * top, width - inset * 2, height * tall);
  const glass = `M${x + inset} ${y + height * 0.1}h${width - inset * 2}v${height * 0.56}h-${width - inset * 2}z`;
  const solid = glazed
    ? `M${x} ${y}h${width}v${height}h-${width}z${glass.replace(/h(.+)v(.+)h-(.+)z/, "v$2h$1v-$2z")}`
    : `M${x} ${y}h${width}v${height}h-${width}z`;
  return (
    <g>
      <clipPath id={clip}>
        <path d={`M${x} ${y}h${width}v${height}h-${width}z`} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        <g className={`leaf-door leaf-door--${state}`} style={{ transformOrigin: `${x}px ${y}px` }}>
          <path className={`paint paint--${paint}`} d={solid} fillRule="evenodd" />
          {glazed ? (
            <path className="pane" d={glass} />
          ) : (
            <path className="pen pen--fine" d={panel(0.08, 0.34) + panel(0.48, 0.18)} />
          )}
          <path
            className="pen pen--fine"
            d={glazed ? pen.box(x + inset, y + height * 0.1, width - inset * 2, height * 0.56) : ""}
          />
          <path className="pen pen--fine" d={panel(0.72, 0.2)} />
          <path className="pen" d={pen.box(x, y, width, height)} />
          <circle
            className="knob"
            cx={x + width - Math.max(4, width * 0.1)}
            cy={y + height * 0.58}
            r={width > 30 ? 2.3 : 1.6}
          />
          {state === "offline" ? (
            <path className="veil" d={`M${x} ${y}h${width}v${height}h-${width}z`} />
          ) : null}
        </g>
      </g>
      {state === "held" ? <Wedge x={x + width * 0.42} y={y + height} /> : null}
      {state === "jammed" ? (
        <path className="strain" d={strain(x + width, y + height * 0.5)} />
      ) : null}
    </g>
  );
}

/** The brick somebody put in the door. */
function Wedge({ x, y }: { readonly x: number; readonly y: number }): ReactElement {
  return (
    <g className="wedge">
      <path className="wedge-brick" d={`M${x} ${y - 8}h15l2 8h-18z`} />
      <path className="pen pen--fine" d={`M${x} ${y - 8}h15l2 8h-18zM${x + 5} ${y - 8}l.6 8`} />
    </g>
  );
}

function strain(x: number, y: number): string {
  return `M${x + 3} ${y - 9}l6-5M${x + 4} ${y}h8M${x + 3} ${y + 9}l6 5`;
}
