import type { ReactElement } from "react";

/** The shapes that stand beside words. Drawn on a 24 unit square, stroked in the text's colour. */
const paths = {
  tick: "M4.5 12.5l5 5L19.5 7",
  stopped: "M4 4h16v16H4zM8.5 8.5l7 7M15.5 8.5l-7 7",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.2v.1",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2.5",
  locked: "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3M12 15v2.5",
  released: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 7.6-1.8M12 15v2.5",
  open: "M5 21V3h14v18M5 3l8 3.5V21l-8-1M10.4 13v1.2",
  held: "M5 21V3h14v18M5 3l6 3v15l-6 0M13 21l6-5v5z",
  jammed: "M4 4h16v16H4zM13.5 6.5L9 12.5h5.5L11 18",
  offline: "M3 9a13 13 0 0 1 18 0M6.5 12.8a8 8 0 0 1 11 0M12 18.5v.1M4 3l16 18",
  unknown:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.3 9.5a2.8 2.8 0 1 1 4 2.6c-.9.4-1.3 1-1.3 2M12 17.3v.1",
} as const;

export type GlyphName = keyof typeof paths;

/** One shape, hidden from screen readers: its word stands beside it. */
export function Glyph({ name }: { readonly name: GlyphName }): ReactElement {
  return (
    <svg className="v-glyph" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
