import type { ReactElement } from "react";
import type { DoorState } from "../feed.ts";
import { Block } from "./strokes.tsx";

interface BuzzerProps {
  readonly seed: string;
  readonly x: number;
  readonly y: number;
  readonly state: DoorState;
}

/** The buzzer as it always was, and on it the round brass sticker with the mark. */
export function Buzzer({ seed, x, y, state }: BuzzerProps): ReactElement {
  return (
    <g className="buzzer">
      <Block
        seed={`${seed}-buzzer`}
        x={x - 11}
        y={y - 46}
        width={22}
        height={30}
        wash="buzzer-plate"
      />
      {[0, 1, 2].map((row) => (
        <g key={row}>
          <path className="pen pen--fine" d={`M${x - 7} ${y - 40.5 + row * 7}h8`} />
          <circle className="bell" cx={x + 5.5} cy={y - 40.5 + row * 7} r="1.8" />
        </g>
      ))}
      <circle className={`pilot pilot--${state}`} cx={x} cy={y - 19.5} r="1.9" />
      <g transform={`translate(${x} ${y})`}>
        <circle className="brass" r="15" />
        <circle className="brass-rim" r="12.4" />
        <path className="engraving" d="M-6 7.500v-15h12v15z M-2.600 7.500v-10.800h5.600v10.800" />
        <circle className="stud" cx="1.400" cy="2.600" r="1.200" />
      </g>
    </g>
  );
}
