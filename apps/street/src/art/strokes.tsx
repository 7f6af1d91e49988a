import type { ReactElement } from "react";
import { penOf } from "./pen.ts";

interface BlockProps {
  readonly seed: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Class that colours the wash; lines are always the pen's. */
  readonly wash: string;
}

/** A rectangle washed with colour and outlined afterwards: the two never meet exactly, as in a print. */
export function Block({ seed, x, y, width, height, wash }: BlockProps): ReactElement {
  const pen = penOf(seed);
  return (
    <>
      <path className={wash} d={pen.block(x, y, width, height)} />
      <path className="pen" d={pen.box(x, y, width, height)} />
    </>
  );
}
