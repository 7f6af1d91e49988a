import type { ReactElement } from "react";
import { penOf } from "./pen.ts";
import { Block } from "./strokes.tsx";
import type { FacadeStyle } from "./styles.ts";

interface RoofProps {
  readonly style: FacadeStyle;
  readonly width: number;
  /** Top of the wall. */
  readonly y: number;
}

/** What crowns the wall, and what stands behind it. */
export function RoofLine({ style, width, y }: RoofProps): ReactElement {
  return (
    <g>
      {style.extras.includes("tank") ? (
        <WaterTank seed={style.seed} x={width * 0.62} y={y - 8} />
      ) : null}
      {style.extras.includes("chimney") ? (
        <Chimney seed={style.seed} x={width * 0.2} y={y} />
      ) : null}
      <Crown style={style} width={width} y={y} />
      {style.extras.includes("pigeon") ? <Pigeon x={width * 0.78} y={y - 13} /> : null}
    </g>
  );
}

function Crown({ style, width, y }: RoofProps): ReactElement {
  switch (style.roof) {
    case "cornice":
      return (
        <>
          <Block
            seed={`${style.seed}-c1`}
            x={-2}
            y={y - 8}
            width={width + 4}
            height={6}
            wash="trim"
          />
          <Block
            seed={`${style.seed}-c2`}
            x={1}
            y={y - 2}
            width={width - 2}
            height={9}
            wash="trim trim--low"
          />
          <Dentils seed={style.seed} width={width} y={y + 1} />
        </>
      );
    case "bracketed":
      return (
        <>
          <Block
            seed={`${style.seed}-c2`}
            x={1}
            y={y}
            width={width - 2}
            height={15}
            wash="trim trim--low"
          />
          <Brackets seed={style.seed} width={width} y={y} />
          <Block
            seed={`${style.seed}-c1`}
            x={-3}
            y={y - 8}
            width={width + 6}
            height={8}
            wash="trim"
          />
        </>
      );
    case "parapet":
      return (
        <>
          <Block
            seed={`${style.seed}-p1`}
            x={width * 0.28}
            y={y - 22}
            width={width * 0.44}
            height={22}
            wash="wall"
          />
          <Block
            seed={`${style.seed}-p2`}
            x={width * 0.26}
            y={y - 26}
            width={width * 0.48}
            height={5}
            wash="trim"
          />
          <Block
            seed={`${style.seed}-p3`}
            x={-2}
            y={y - 5}
            width={width + 4}
            height={6}
            wash="trim"
          />
          <circle className="trim" cx={width / 2} cy={y - 13} r="6" />
          <circle className="pen pen--fine" cx={width / 2} cy={y - 13} r="6" />
        </>
      );
    case "stepped":
      return <Steps style={style} width={width} y={y} />;
    case "mansard":
      return <Mansard style={style} width={width} y={y} />;
  }
}

function Dentils({ seed, width, y }: { seed: string; width: number; y: number }): ReactElement {
  const pen = penOf(`${seed}-dentils`, 0.4);
  const count = Math.floor(width / 9);
  const marks = Array.from({ length: count }, (_, mark) => {
    const x = 5 + (mark * (width - 10)) / Math.max(count - 1, 1);
    return pen.line(x, y, x, y + 5);
  });
  return <path className="pen pen--fine" d={marks.join("")} />;
}

function Brackets({ seed, width, y }: { seed: string; width: number; y: number }): ReactElement {
  const pen = penOf(`${seed}-brackets`, 0.5);
  const count = Math.max(3, Math.round(width / 30));
  const shapes = Array.from({ length: count }, (_, bracket) => {
    const x = 7 + (bracket * (width - 20)) / (count - 1);
    return pen.shape([
      [x, y],
      [x + 7, y],
      [x + 6, y + 9],
      [x + 1.5, y + 16],
      [x, y + 16],
    ]);
  });
  return (
    <>
      <path className="trim" d={shapes.join("")} />
      <path className="pen pen--fine" d={shapes.join("")} />
    </>
  );
}

function Steps({ style, width, y }: RoofProps): ReactElement {
  const pen = penOf(`${style.seed}-steps`);
  const unit = width / 7;
  const outline = pen.shape([
    [0, y + 4],
    [0, y - 8],
    [unit, y - 8],
    [unit, y - 22],
    [unit * 2, y - 22],
    [unit * 2, y - 36],
    [unit * 2.8, y - 36],
    [unit * 2.8, y - 47],
    [unit * 4.2, y - 47],
    [unit * 4.2, y - 36],
    [unit * 5, y - 36],
    [unit * 5, y - 22],
    [unit * 6, y - 22],
    [unit * 6, y - 8],
    [width, y - 8],
    [width, y + 4],
  ]);
  return (
    <>
      <path className="wall" d={outline} />
      <path className="pen" d={outline} />
      <circle className="glass" cx={width / 2} cy={y - 20} r="8" />
      <path
        className="pen pen--fine"
        d={`M${width / 2 - 8} ${y - 20}h16M${width / 2} ${y - 28}v16`}
      />
      <circle className="pen" cx={width / 2} cy={y - 20} r="8" />
    </>
  );
}

function Mansard({ style, width, y }: RoofProps): ReactElement {
  const pen = penOf(`${style.seed}-mansard`);
  const slope = pen.shape([
    [-1, y],
    [9, y - 46],
    [width - 9, y - 46],
    [width + 1, y],
  ]);
  const rows = [10, 20, 30, 39].map((rise) => {
    const inset = (rise / 46) * 9;
    return pen.line(inset + 1, y - rise, width - inset - 1, y - rise);
  });
  return (
    <>
      <path className="slate" d={slope} />
      <path className="pen pen--fine pen--faint" d={rows.join("")} />
      <path className="pen" d={slope} />
      {[0.3, 0.7].map((share) => (
        <Dormer key={share} seed={`${style.seed}-${share}`} x={width * share} y={y} />
      ))}
      <Block seed={`${style.seed}-m1`} x={5} y={y - 50} width={width - 10} height={5} wash="trim" />
      <Block seed={`${style.seed}-m2`} x={-3} y={y - 4} width={width + 6} height={7} wash="trim" />
    </>
  );
}

function Dormer({ seed, x, y }: { seed: string; x: number; y: number }): ReactElement {
  const pen = penOf(seed, 0.5);
  const lit = pen.chance() < 0.6;
  const gable = pen.shape([
    [x - 15, y - 31],
    [x, y - 43],
    [x + 15, y - 31],
  ]);
  return (
    <>
      <Block seed={`${seed}-d`} x={x - 11} y={y - 32} width={22} height={28} wash="trim" />
      <path className="trim" d={gable} />
      <path className="pen" d={gable} />
      <path className={lit ? "glass glass--lit" : "glass"} d={pen.block(x - 7, y - 28, 14, 21)} />
      <path className="sash" d={`M${x} ${y - 28}v21M${x - 7} ${y - 18}h14`} />
      <path className="pen pen--fine" d={pen.box(x - 7, y - 28, 14, 21)} />
    </>
  );
}

function Chimney({ seed, x, y }: { seed: string; x: number; y: number }): ReactElement {
  return (
    <>
      <Block seed={`${seed}-pot1`} x={x + 2} y={y - 48} width={6} height={12} wash="pot" />
      <Block seed={`${seed}-pot2`} x={x + 11} y={y - 46} width={6} height={10} wash="pot" />
      <Block seed={`${seed}-stack`} x={x} y={y - 36} width={20} height={36} wash="stack" />
      <Block seed={`${seed}-cap`} x={x - 2} y={y - 38} width={24} height={4} wash="trim" />
    </>
  );
}

/** A rooftop water tank: a barrel on legs under a cone. */
function WaterTank({ seed, x, y }: { seed: string; x: number; y: number }): ReactElement {
  const pen = penOf(`${seed}-tank`);
  const cone = pen.shape([
    [x - 21, y - 54],
    [x, y - 72],
    [x + 21, y - 54],
  ]);
  const staves = [-12, -6, 0, 6, 12].map((offset) =>
    pen.line(x + offset, y - 53, x + offset, y - 21),
  );
  const legs = [-13, 13].map((offset) => pen.line(x + offset, y - 20, x + offset * 1.15, y + 4));
  return (
    <>
      <path
        className="pen"
        d={`${legs.join("")}${pen.line(x - 14, y, x + 13, y - 18)}${pen.line(x + 14, y, x - 13, y - 18)}`}
      />
      <Block seed={`${seed}-barrel`} x={x - 18} y={y - 54} width={36} height={34} wash="planter" />
      <path className="pen pen--fine pen--faint" d={staves.join("")} />
      <path
        className="pen pen--fine"
        d={pen.line(x - 18, y - 44, x + 18, y - 44) + pen.line(x - 18, y - 29, x + 18, y - 29)}
      />
      <path className="slate" d={cone} />
      <path className="pen" d={cone} />
    </>
  );
}

function Pigeon({ x, y }: { readonly x: number; readonly y: number }): ReactElement {
  return (
    <g>
      <path
        className="feather"
        d={`M${x} ${y}c-5 0-7-3-10-2 2-3 5-5 8-5 1-3 3-4 5-3l2 1.500-2 .8c1 4-1 8-3 7.700z`}
      />
      <path className="pen pen--fine" d={`M${x - 1} ${y}v4M${x + 1.5} ${y}v4`} />
    </g>
  );
}
