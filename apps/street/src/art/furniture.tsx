import type { ReactElement } from "react";
import { kerbY, sceneHeight } from "./layout.ts";
import { penOf } from "./pen.ts";
import { Block } from "./strokes.tsx";

interface FurnitureProps {
  readonly width: number;
  /** Left walls of the houses: lamps and trees stand where two houses meet. */
  readonly edges: readonly number[];
  /** Where the van stands: it must hide no door's plate. */
  readonly vanX: number;
}

/** Lamps, trees, the van and its hand truck. Drawn over the houses; never in the way of a pointer. */
export function Furniture({ width, edges, vanX }: FurnitureProps): ReactElement {
  const edge = (index: number) => edges[index] ?? width;
  return (
    <svg className="furniture" viewBox={`0 0 ${width} ${sceneHeight}`} aria-hidden="true">
      <Tree seed="tree-1" x={edge(4)} height={250} />
      <Tree seed="tree-2" x={edge(8)} height={226} />
      <Tree seed="tree-3" x={edge(1)} height={206} />
      {[2, 6, 10].map((index) => (
        <Lamp key={index} seed={`lamp-${index}`} x={edge(index)} />
      ))}
      <Hydrant x={edge(9) + 16} />
      <Van x={vanX - 52} />
      <HandTruck x={vanX - 84} />
    </svg>
  );
}

function Lamp({ seed, x }: { readonly seed: string; readonly x: number }): ReactElement {
  const y = kerbY - 6;
  const pen = penOf(seed, 0.4);
  return (
    <g>
      <circle className="glow" cx={x} cy={y - 186} r="44" />
      <path
        className="iron iron--post"
        d={`${pen.line(x, y, x, y - 168)}${pen.line(x - 9, y - 150, x + 9, y - 150)}`}
      />
      <path className="iron-fill" d={`M${x - 7} ${y + 2}l3-18h8l3 18z`} />
      <path className="lantern" d={`M${x - 8} ${y - 170}l-4-27h24l-4 27z`} />
      <path className="iron" d={`M${x - 8} ${y - 170}l-4-27h24l-4 27zM${x} ${y - 197}v27`} />
      <path
        className="iron-fill"
        d={`M${x - 15} ${y - 197}l15-13 15 13zM${x - 2} ${y - 209}v-6h4v6z`}
      />
    </g>
  );
}

function Tree({
  seed,
  x,
  height,
}: {
  readonly seed: string;
  readonly x: number;
  readonly height: number;
}): ReactElement {
  const pen = penOf(seed, 1.4);
  const y = kerbY - 8;
  const crown = y - height;
  const tufts = Array.from({ length: 17 }, () => {
    const turn = pen.chance() * Math.PI * 2;
    const reach = Math.sqrt(pen.chance());
    return {
      x: x + Math.cos(turn) * reach * 38,
      y: crown + 34 + Math.sin(turn) * reach * 46,
      r: 12 + pen.chance() * 9,
      deep: pen.chance() < 0.4,
    };
  });
  const scallops = tufts.slice(0, 11).map((tuft) => `M${tuft.x - 7} ${tuft.y}q3-7 7-1q4-6 7 1`);
  const trunk = pen.shape([
    [x - 5, y],
    [x - 3, y - height * 0.45],
    [x - 9, y - height * 0.68],
    [x - 4, y - height * 0.6],
    [x, y - height * 0.78],
    [x + 3, y - height * 0.56],
    [x + 11, y - height * 0.7],
    [x + 4, y - height * 0.42],
    [x + 5, y],
  ]);
  return (
    <g>
      <path className="soil" d={`M${x - 20} ${y + 3}l5-9h30l5 9z`} />
      <path className="pen pen--fine" d={`M${x - 20} ${y + 3}l5-9h30l5 9z`} />
      <path className="bark" d={trunk} />
      <path className="pen" d={trunk} />
      {tufts.map((tuft) => (
        <circle key={`rim-${tuft.x}`} className="leaf-rim" cx={tuft.x} cy={tuft.y} r={tuft.r} />
      ))}
      {tufts.map((tuft) => (
        <circle
          key={`${tuft.x}`}
          className={tuft.deep ? "leaf leaf--deep" : "leaf"}
          cx={tuft.x}
          cy={tuft.y}
          r={tuft.r}
        />
      ))}
      <path className="pen pen--fine" d={scallops.join("")} />
    </g>
  );
}

function Van({ x }: { readonly x: number }): ReactElement {
  const y = sceneHeight - 16;
  const pen = penOf("van", 0.7);
  const body = pen.shape([
    [x, y],
    [x, y - 66],
    [x + 6, y - 72],
    [x + 104, y - 72],
    [x + 124, y - 46],
    [x + 146, y - 38],
    [x + 150, y],
  ]);
  const pane = pen.shape([
    [x + 98, y - 44],
    [x + 98, y - 64],
    [x + 106, y - 64],
    [x + 119, y - 44],
  ]);
  return (
    <g className="van">
      <path className="shadow" d={`M${x - 6} ${y + 8}h166l-6 5H${x}z`} />
      <path className="van-body" d={body} />
      <path className="van-band" d={pen.block(x + 1, y - 22, 148, 8)} />
      <path className="pen" d={body} />
      <path className="glass" d={pane} />
      <path
        className="pen pen--fine"
        d={`${pane}${pen.box(x + 62, y - 64, 30, 60)}${pen.line(x + 86, y - 34, x + 89, y - 34)}`}
      />
      <g className="van-mark" transform={`translate(${x + 28} ${y - 46})`}>
        <path d="M-9 12v-25h18v25zM-4 12v-18h8v18" />
        <circle cx="1.800" cy="4" r="1.600" />
      </g>
      <path className="headlamp" d={`M${x + 143} ${y - 30}h5v9h-5z`} />
      {[28, 120].map((offset) => (
        <g key={offset}>
          <circle className="tyre" cx={x + offset} cy={y + 1} r="13" />
          <circle className="hub" cx={x + offset} cy={y + 1} r="5.500" />
        </g>
      ))}
    </g>
  );
}

function HandTruck({ x }: { readonly x: number }): ReactElement {
  const y = kerbY - 4;
  return (
    <g>
      <path
        className="iron iron--heavy"
        d={`M${x + 22} ${y - 62}l-6 4-4 56M${x + 12} ${y - 1}h-34`}
      />
      <Block seed="box-1" x={x - 20} y={y - 22} width={30} height={20} wash="carton" />
      <Block seed="box-2" x={x - 14} y={y - 38} width={24} height={16} wash="carton carton--pale" />
      <Block seed="box-3" x={x - 18} y={y - 50} width={18} height={12} wash="carton" />
      <path
        className="pen pen--fine"
        d={`M${x - 7} ${y - 22}v20M${x - 3} ${y - 38}v16M${x + 1} ${y - 14}h6v6h-6z`}
      />
      <circle className="tyre" cx={x + 13} cy={y - 1} r="5" />
    </g>
  );
}

function Hydrant({ x }: { readonly x: number }): ReactElement {
  const y = kerbY - 6;
  const body = `M${x - 7} ${y}h14v-4h-3v-15h3v-3h-2c0-6-10-6-10 0h-2v3h3v15h-3z`;
  return (
    <g>
      <path className="hydrant" d={body} />
      <path
        className="pen pen--fine"
        d={`${body}M${x - 5} ${y - 12}h-4v-5h4M${x + 5} ${y - 12}h4v-5h-4`}
      />
    </g>
  );
}
