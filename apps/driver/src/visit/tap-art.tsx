import type { ReactElement } from "react";
import "./tap-art.css";

/** A phone's top edge going to the round brass sticker: what a tap is, without words. */
export function TapArt(): ReactElement {
  return (
    <svg className="tap-art" viewBox="0 0 320 150" aria-hidden="true">
      <rect className="tap-art__plate" x="206" y="8" width="92" height="134" rx="6" />
      <path className="tap-art__grille" d="M226 26h52M226 34h52M226 42h52" />
      <circle className="tap-art__screw" cx="214" cy="16" r="2.4" />
      <circle className="tap-art__screw" cx="290" cy="16" r="2.4" />
      <circle className="tap-art__screw" cx="214" cy="134" r="2.4" />
      <circle className="tap-art__screw" cx="290" cy="134" r="2.4" />
      <circle className="tap-art__sticker" cx="252" cy="92" r="31" />
      <path className="tap-art__mark" d="M240 74h24v36h-24zM245 81h14v29h-14z" />
      <circle className="tap-art__stud" cx="255.500" cy="96" r="2" />
      <g className="tap-art__phone">
        <g transform="rotate(34 100 100)">
          <rect x="68" y="44" width="66" height="132" rx="12" />
          <path d="M92 54h18" />
        </g>
      </g>
      <path className="tap-art__wave" d="M168 66q8 13 4 28M180 58q11 19 5 42" />
    </svg>
  );
}
