import { flag, listOf, number, record, text } from "../json.ts";

/** What the decoder read in one frame. */
export interface Seen {
  readonly id: number;
  readonly texts: readonly string[];
  /** True where the decoder itself could not work. */
  readonly failed: boolean;
}

/** Reads what the decoder's worker posts. */
export const seenReader = record({ id: number, texts: listOf(text), failed: flag });

/** Whether a message is a frame to decode. */
export function isFrameMessage(
  data: unknown,
): data is { readonly id: number; readonly frame: ImageBitmap } {
  return (
    typeof data === "object" &&
    data !== null &&
    typeof Reflect.get(data, "id") === "number" &&
    Reflect.get(data, "frame") instanceof ImageBitmap
  );
}

/** A rectangle in a video's own pixels. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the picture's sides that the viewfinder shows as its window. */
export const windowWidthShare = 0.9;
export const windowHeightShare = 0.5;

/**
 * The part of a video that lies under the viewfinder's window, when the video covers its box
 * (`object-fit: cover`): only that part is decoded, so neighbours on the pile are not read.
 */
export function cropToWindow(
  video: { readonly width: number; readonly height: number },
  box: { readonly width: number; readonly height: number },
): Crop {
  const scale = Math.max(box.width / video.width, box.height / video.height);
  const width = Math.min(video.width, (box.width * windowWidthShare) / scale);
  const height = Math.min(video.height, (box.height * windowHeightShare) / scale);
  return {
    x: Math.round((video.width - width) / 2),
    y: Math.round((video.height - height) / 2),
    width: Math.round(width),
    height: Math.round(height),
  };
}

/** How many frames in a row must show a text of no known form before it is taken for a parcel's. */
export const steadyFrames = 4;

/**
 * Decides when a text seen by the camera counts. A known form counts at once; another one, a shop's
 * code say, only when several frames in a row show it and nothing better.
 *
 * @param rankOf 0 is best; 5 or more is no known form; 9 is no parcel.
 */
export function steadyReader(
  rankOf: (text: string) => number,
): (texts: readonly string[]) => string | undefined {
  let last = "";
  let times = 0;
  return (texts) => {
    const [best] = texts
      .map((text) => ({ text, rank: rankOf(text) }))
      .filter(({ rank }) => rank < 9)
      .toSorted((left, right) => left.rank - right.rank);
    if (best === undefined) return undefined;
    if (best.rank < 4) return best.text;
    times = best.text === last ? times + 1 : 1;
    last = best.text;
    return times >= steadyFrames ? best.text : undefined;
  };
}
