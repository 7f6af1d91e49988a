import type { Config } from "../config.ts";
import { readDemoParcel } from "./demo-parcel.ts";

/** Labels that the demo's street handed over; the last waits until a screen listens. */
export interface ParcelInbox {
  readonly listen: (heard: (text: string) => void) => () => void;
}

/** Listens from the page's first moment on: the street sends when its frame has loaded. */
export function openParcelInbox(config: Config): ParcelInbox {
  let waiting: string | undefined;
  let listener: ((text: string) => void) | undefined;
  window.addEventListener("message", (event) => {
    const parcel = readDemoParcel(config, event);
    if (parcel === undefined) return;
    if (listener === undefined) waiting = parcel.text;
    else listener(parcel.text);
  });
  return {
    listen: (heard) => {
      listener = heard;
      if (waiting !== undefined) heard(waiting);
      waiting = undefined;
      return () => {
        if (listener === heard) listener = undefined;
      };
    },
  };
}
