import type { ReactElement } from "react";
import "./tap-art.css";

/** A phone's top edge going to the round brass sticker: what a tap is, without words. */
export function TapArt(): ReactElement {
  return (
    <svg className="tap-art" viewBox="0 0 320 150" aria-hidden="true">
      <rect className="tap-art__plate" x="186" y="8" width="92" height="134" rx="6" />
      <path className="tap-art__grille" d="M206 26h52M206 34h52M206 42h52" />
      <circle className="tap-art__screw" cx="194" cy="16" r="2.4" />
      <circle className="tap-art__screw" cx="270" cy="16" r="2.4" />
      <circle className="tap-art__screw" cx="194" cy="134" r="2.4" />
      <circle className="tap-art__screw" cx="270" cy="134" r="2.4" />
      <circle className="tap-art__sticker" cx="232" cy="92" r="31" />
      <path className="tap-art__mark" d="M220 74h24v36h-24zM225 81h14v29h-14z" />
      <circle className="tap-art__stud" cx="235.500" cy="96" r="2" />
      <g className="tap-art__phone">
        <rect x="60" y="56" width="70" height="128" rx="12" transform="rotate(32 95 120)" />
        <path d="M86 52l28 17" transform="rotate(2 100 60)" />
      </g>
      <path className="tap-art__wave" d="M158 62q8 14 4 30M170 54q12 20 6 44" />
    </svg>
  );
}
