import type { ReactElement } from "react";
import { kerbY, pavementY, sceneHeight } from "./layout.ts";
import { penOf } from "./pen.ts";

interface GroundProps {
  readonly width: number;
}

/** Sky, moon or sun, and the city behind; pavement, kerb and road. Sits under the houses. */
export function Backdrop({ width }: GroundProps): ReactElement {
  const pen = penOf("backdrop", 1);
  const skyline = Array.from({ length: 34 }, (_, tower) => {
    const x = (tower * width) / 33 - 30;
    const tall = 150 + pen.chance() * 190;
    return pen.block(x, pavementY - tall - 120, 26 + pen.chance() * 46, tall + 110);
  });
  const stars = Array.from({ length: 46 }, () => ({
    x: Math.round(pen.chance() * width),
    y: Math.round(pen.chance() * 150) + 6,
    r: 0.7 + pen.chance() * 0.9,
  }));
  return (
    <svg
      className="backdrop"
      viewBox={`0 0 ${width} ${sceneHeight}`}
      aria-hidden="true"
      preserveAspectRatio="none"
    >
      <path className="sky" d={`M0 0h${width}v${sceneHeight}H0z`} />
      <g className="stars">
        {stars.map((star) => (
          <circle key={`${star.x}-${star.y}-${star.r}`} cx={star.x} cy={star.y} r={star.r} />
        ))}
      </g>
      <circle className="disc" cx={width * 0.63} cy="60" r="27" />
      <circle className="disc-bite" cx={width * 0.63 - 12} cy="54" r="24" />
      <path className="skyline" d={skyline.join("")} />
      <g className="clouds">
        {[0.1, 0.36, 0.88].map((share, index) => (
          <path key={share} d={cloud(width * share, 44 + index * 20)} />
        ))}
      </g>
      <path className="pavement" d={`M0 ${pavementY}h${width}v${kerbY - pavementY}H0z`} />
      <path className="kerb" d={`M0 ${kerbY}h${width}v9H0z`} />
      <path className="road" d={`M0 ${kerbY + 9}h${width}v${sceneHeight}H0z`} />
      <Flags width={width} />
    </svg>
  );
}

function Flags({ width }: GroundProps): ReactElement {
  const pen = penOf("flags", 0.8);
  const joints = Array.from({ length: Math.floor(width / 78) }, (_, joint) => {
    const x = 30 + joint * 78;
    return pen.line(x, pavementY + 2, x - 14, kerbY - 1);
  });
  const dashes = Array.from({ length: Math.floor(width / 130) }, (_, dash) => {
    const x = 24 + dash * 130;
    return pen.line(x, sceneHeight - 14, x + 52, sceneHeight - 14);
  });
  return (
    <>
      <path className="pen pen--fine pen--faint" d={joints.join("")} />
      <path
        className="pen"
        d={
          pen.line(0, pavementY, width, pavementY) +
          pen.line(0, kerbY, width, kerbY) +
          pen.line(0, kerbY + 9, width, kerbY + 9)
        }
      />
      <path className="road-dash" d={dashes.join("")} />
    </>
  );
}

function cloud(x: number, y: number): string {
  return `M${x} ${y}c4-16 26-18 32-5 8-12 31-8 32 6 14-2 20 12 8 16h-74c-14-1-13-16 2-17z`;
}
