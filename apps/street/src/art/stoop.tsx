import type { ReactElement } from "react";
import { type HouseLayout, pavementY } from "./layout.ts";
import { penOf } from "./pen.ts";
import type { FacadeStyle } from "./styles.ts";

interface StoopProps {
  readonly style: FacadeStyle;
  readonly layout: HouseLayout;
}

const stepHeight = 8;
const spreadPerStep = 1.7;

/** Stairs seen from the front, wider towards the pavement, with iron railings and newel posts. */
export function Stoop({ style, layout }: StoopProps): ReactElement {
  const { door } = layout;
  const count = Math.max(1, Math.round(style.stoop / stepHeight));
  const rise = style.stoop / count;
  const pen = penOf(`${style.seed}-stoop`, 0.6);
  const steps = Array.from({ length: count }, (_, step) => {
    const spread = 4 + step * spreadPerStep;
    const y = door.sillY + step * rise;
    return { key: step, x: door.x - spread, y, width: door.width + spread * 2 };
  });
  return (
    <g className={`material material--${style.material}`}>
      {steps.map((step) => (
        <g key={step.key}>
          <path className="tread" d={pen.block(step.x, step.y, step.width, rise)} />
          <path className="nosing" d={pen.block(step.x - 1.5, step.y, step.width + 3, 2.8)} />
          <path className="pen pen--fine" d={pen.box(step.x, step.y, step.width, rise)} />
        </g>
      ))}
      {count > 2 ? <Railings style={style} layout={layout} count={count} /> : null}
    </g>
  );
}

function Railings({ style, layout, count }: StoopProps & { readonly count: number }): ReactElement {
  const { door } = layout;
  const reach = 6 + count * spreadPerStep;
  const pen = penOf(`${style.seed}-rails`, 0.4);
  const sides = [
    { foot: door.x - reach, head: door.x - 3 },
    { foot: door.x + door.width + reach, head: door.x + door.width + 3 },
  ];
  const strokes = sides.flatMap(({ foot, head }) => {
    const top = door.sillY - 20;
    const bottom = pavementY - 24;
    const rail = `M${head} ${top}C${head + (foot - head) * 0.3} ${top + 2} ${foot} ${bottom - 12} ${foot} ${bottom}`;
    const bars = [0.2, 0.4, 0.6, 0.8].map((share) => {
      const x = head + (foot - head) * share;
      const y = top + (bottom - top) * share;
      return pen.line(x, y - 2, x, y + 20);
    });
    return [
      rail,
      pen.line(head, top, head, door.sillY),
      pen.line(foot, bottom, foot, pavementY),
      ...bars,
    ];
  });
  return (
    <g>
      <path className="iron iron--heavy" d={strokes.join("")} />
      {sides.map(({ foot }) => (
        <circle key={foot} className="newel" cx={foot} cy={pavementY - 27} r="3.2" />
      ))}
    </g>
  );
}
