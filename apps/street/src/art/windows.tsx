import type { ReactElement } from "react";
import { penOf } from "./pen.ts";
import { Block } from "./strokes.tsx";
import type { WindowHead } from "./styles.ts";

interface SashProps {
  readonly seed: string;
  /** Middle of the window. */
  readonly x: number;
  /** Top of the glass. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly head: WindowHead;
  readonly flowers: boolean;
  readonly cat: boolean;
}

/** A sash window: lintel, frame, two lights over two, curtain or blind, sill. */
export function Sash({ seed, x, y, width, height, head, flowers, cat }: SashProps): ReactElement {
  const pen = penOf(`${seed}-sash`, 0.5);
  const left = x - width / 2;
  const rise = head === "arch" ? width * 0.75 : head === "segment" ? 7 : 0;
  const lit = pen.chance() < 0.45;
  const glass = pen.arch({ x: left, y, width, height, rise });
  const middle = y + height * 0.48;
  return (
    <g>
      <Lintel seed={seed} x={left} y={y} width={width} head={head} />
      <path className={lit ? "glass glass--lit" : "glass"} d={glass} />
      <Dressing seed={seed} x={left} y={y} width={width} height={height} />
      {cat ? <Cat x={x + 2} y={y + height} /> : null}
      <path className="sash" d={glass} />
      <path
        className="sash"
        d={`${pen.line(left, middle, left + width, middle)}${pen.line(x, y - rise / 2, x, y + height)}`}
      />
      <path
        className="pen pen--fine"
        d={pen.arch({ x: left - 1.6, y, width: width + 3.2, height, rise })}
      />
      <Block
        seed={`${seed}-sill`}
        x={left - 4}
        y={y + height}
        width={width + 8}
        height={4}
        wash="trim"
      />
      {flowers ? <FlowerBox seed={seed} x={left - 2} y={y + height} width={width + 4} /> : null}
    </g>
  );
}

function Lintel({
  seed,
  x,
  y,
  width,
  head,
}: Omit<SashProps, "height" | "flowers" | "cat">): ReactElement {
  const pen = penOf(`${seed}-lintel`, 0.5);
  switch (head) {
    case "flat":
      return (
        <Block
          seed={`${seed}-lintel`}
          x={x - 4}
          y={y - 7}
          width={width + 8}
          height={7}
          wash="trim"
        />
      );
    case "pediment": {
      const peak = pen.shape([
        [x - 6, y - 5],
        [x + width / 2, y - 14],
        [x + width + 6, y - 5],
      ]);
      return (
        <>
          <Block
            seed={`${seed}-lintel`}
            x={x - 4}
            y={y - 5}
            width={width + 8}
            height={5}
            wash="trim"
          />
          <path className="trim" d={peak} />
          <path className="pen pen--fine" d={peak} />
        </>
      );
    }
    case "arch":
    case "segment": {
      const rise = head === "arch" ? width * 0.75 : 7;
      const hood = pen.arch({ x: x - 5, y, width: width + 10, height: 5, rise: rise + 11 });
      return (
        <>
          <path className="trim" d={hood} />
          <path className="pen pen--fine" d={hood} />
        </>
      );
    }
  }
}

/** Curtains, a blind, or a bare window: people differ. */
function Dressing({
  seed,
  x,
  y,
  width,
  height,
}: Omit<SashProps, "head" | "flowers" | "cat">): ReactElement | null {
  const pen = penOf(`${seed}-dressing`, 0.6);
  const kind = pen.chance();
  if (kind < 0.4) {
    const side = width * 0.3;
    const drape = (from: number, to: number) =>
      pen.shape([
        [from, y + 1],
        [to, y + 1],
        [from + (to - from) * 0.45, y + height * 0.6],
        [from + (to - from) * 0.6, y + height - 1],
        [from, y + height - 1],
      ]);
    return (
      <path
        className="curtain"
        d={drape(x + 1, x + side) + drape(x + width - 1, x + width - side)}
      />
    );
  }
  if (kind < 0.7)
    return (
      <path
        className="curtain"
        d={pen.block(x + 1, y + 1, width - 2, height * (0.15 + kind * 0.35))}
      />
    );
  return null;
}

function FlowerBox({
  seed,
  x,
  y,
  width,
}: Omit<SashProps, "height" | "head" | "flowers" | "cat">): ReactElement {
  const pen = penOf(`${seed}-flowers`, 1);
  const stems = Array.from({ length: 6 }, (_, stem) => ({
    x: x + 3 + (stem * (width - 6)) / 5,
    y: y - 2 - pen.chance() * 4,
    bloom: pen.chance() < 0.5,
  }));
  return (
    <g>
      {stems.map((stem) => (
        <circle key={stem.x} className="leaf" cx={stem.x} cy={stem.y + 2} r="3" />
      ))}
      {stems
        .filter((stem) => stem.bloom)
        .map((stem) => (
          <circle key={stem.x} className="bloom" cx={stem.x} cy={stem.y} r="1.9" />
        ))}
      <Block seed={`${seed}-box`} x={x} y={y + 1} width={width} height={6} wash="planter" />
    </g>
  );
}

/** A cat on a sill, watching the pavement. */
function Cat({ x, y }: { readonly x: number; readonly y: number }): ReactElement {
  const body = `M${x - 7} ${y}c-1-7 1-10 4-12l-1-5 3 2h3l3-2-.6 5c3 3 4 7 3.600 12z`;
  return (
    <g>
      <path className="fur" d={body} />
      <path className="pen pen--fine" d={`M${x + 7} ${y}c4-1 5-5 3-8`} />
      <circle className="eye" cx={x - 1.6} cy={y - 13.5} r="0.9" />
      <circle className="eye" cx={x + 2.4} cy={y - 13.5} r="0.9" />
    </g>
  );
}
