/** A pen whose hand trembles a little, and always in the same way for the same seed. */
export interface Pen {
  /** A number from 0 up to 1: the next of this seed. */
  readonly chance: () => number;
  /** One stroke between two points, bent by a hair. */
  readonly line: (x1: number, y1: number, x2: number, y2: number) => string;
  /** A closed shape through the points. */
  readonly shape: (points: readonly Point[]) => string;
  /** Four strokes that overshoot their corners, as a draughtsman's do. */
  readonly box: (x: number, y: number, width: number, height: number) => string;
  /** A closed rectangle for colour. */
  readonly block: (x: number, y: number, width: number, height: number) => string;
  /** A closed opening with a round or flat-arched head that rises by `rise` above `y`. */
  readonly arch: (box: ArchBox) => string;
}

export type Point = readonly [x: number, y: number];

export interface ArchBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rise: number;
}

const wobbleDefault = 0.7;
const overshoot = 1.3;

/** A pen for one piece of the drawing; the seed is its place, so a redraw never moves a line. */
export function penOf(seed: string, wobble: number = wobbleDefault): Pen {
  const chance = chanceOf(seed);
  const shake = (value: number) => round(value + (chance() - 0.5) * 2 * wobble);
  const at = (x: number, y: number) => `${shake(x)} ${shake(y)}`;
  const bend = (from: Point, to: Point) =>
    `Q${at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)} ${at(to[0], to[1])}`;

  const line: Pen["line"] = (x1, y1, x2, y2) => `M${at(x1, y1)}${bend([x1, y1], [x2, y2])}`;
  const shape: Pen["shape"] = (points) => {
    const [first, ...rest] = points;
    if (first === undefined) return "";
    let from = first;
    const strokes = rest.map((to) => {
      const stroke = bend(from, to);
      from = to;
      return stroke;
    });
    return `M${at(first[0], first[1])}${strokes.join("")}Z`;
  };
  const block: Pen["block"] = (x, y, width, height) =>
    shape([
      [x, y],
      [x + width, y],
      [x + width, y + height],
      [x, y + height],
    ]);
  const box: Pen["box"] = (x, y, width, height) =>
    [
      line(x - overshoot, y, x + width + overshoot, y),
      line(x + width, y - overshoot, x + width, y + height + overshoot),
      line(x + width + overshoot, y + height, x - overshoot, y + height),
      line(x, y + height + overshoot, x, y - overshoot),
    ].join("");
  const arch: Pen["arch"] = ({ x, y, width, height, rise }) => {
    const right = x + width;
    const crown = `Q${at(x + width / 2, y - rise)} ${at(right, y)}`;
    return `M${at(x, y + height)}L${at(x, y)}${crown}L${at(right, y + height)}Z`;
  };
  return { chance, line, shape, box, block, arch };
}

/** FNV-1a over the seed starts a mulberry32 sequence: plenty for a drawing, useless for secrets. */
function chanceOf(seed: string): () => number {
  let state = 2_166_136_261;
  for (const letter of seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
