import type { Config } from "../config.ts";
import { readDemoParcel } from "./demo-parcel.ts";

/** Labels that the demo's street handed over; the last waits until a screen listens. */
export interface ParcelInbox {
  readonly listen: (heard: (text: string) => void) => () => void;
}

type Message = Pick<MessageEvent<unknown>, "origin" | "data" | "source">;
/** Messages kept, unread, until it is known who may send parcels. */
const earlyMax = 8;

/**
 * Listens from the page's first moment on: the street sends when its frame has loaded, which is
 * before this app knows its configuration, and so whether anybody may send at all.
 */
export function catchParcels(): { readonly open: (config: Config) => ParcelInbox } {
  const early: Message[] = [];
  let take = (event: Message): void => {
    early.push(event);
    if (early.length > earlyMax) early.shift();
  };
  window.addEventListener("message", (event: MessageEvent<unknown>) => take(event));
  return {
    open: (config) => {
      let waiting: { readonly text: string; readonly event: Message } | undefined;
      let listener: ((text: string) => void) | undefined;
      take = (event) => {
        const parcel = readDemoParcel(config, event);
        if (parcel === undefined) return;
        if (listener === undefined) waiting = { text: parcel.text, event };
        else {
          listener(parcel.text);
          tellRead(event, parcel.text);
        }
      };
      early.splice(0).forEach(take);
      return {
        listen: (heard) => {
          listener = heard;
          if (waiting !== undefined) {
            heard(waiting.text);
            tellRead(waiting.event, waiting.text);
          }
          waiting = undefined;
          return () => {
            if (listener === heard) listener = undefined;
          };
        },
      };
    },
  };
}

/** The street holds a parcel before the phone until a screen has read it: pages change in between. */
function tellRead({ source, origin }: Message, text: string): void {
  source?.postMessage({ type: "vestibule-demo-parcel-read", text }, { targetOrigin: origin });
}
