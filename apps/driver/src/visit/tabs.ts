import { flag, listOf, maybe, number, oneOf, record, text } from "../json.ts";
import type { HandedOver } from "./visit.ts";

const channelName = "vestibule-visit";
/** How long the tab that a tap opened waits for the one before it, in ms; it works on meanwhile. */
const askMs = 1_500;

const handed = record({
  bld: maybe(text),
  codes: listOf(record({ canonical: text, says: text })),
  leftMs: number,
  several: flag,
  passed: listOf(text),
});
const message = record({
  kind: oneOf("ask", "hand"),
  from: text,
  to: maybe(text),
  visit: maybe(handed),
});

/** How a tab takes part. */
export interface TabPart {
  /** What this tab would give away; its own visit then rests. */
  readonly give: () => HandedOver;
  readonly rest: () => void;
  readonly receive: (visit: HandedOver) => void;
}

/**
 * Joins the tabs of one phone: each tap opens a new one, and no page can bring another to the front,
 * so the newest takes the visit over, codes and all, from memory to memory, and the older ones rest.
 */
export function joinTabs(part: TabPart): {
  readonly ask: () => Promise<void>;
  readonly leave: () => void;
} {
  if (typeof BroadcastChannel === "undefined")
    return { ask: () => Promise.resolve(), leave: () => undefined };
  const channel = new BroadcastChannel(channelName);
  const own = crypto.getRandomValues(new Uint32Array(4)).join("-");
  let asking = false;
  let resting = false;
  channel.onmessage = (event: MessageEvent<unknown>) => {
    const heard = message(event.data);
    if (heard === undefined || heard.from === own) return;
    if (heard.kind === "hand") {
      if (asking && heard.to === own && heard.visit !== undefined)
        part.receive({ ...heard.visit, bld: heard.visit.bld });
      return;
    }
    // A tab that rests already gave its visit away: only one may hold it.
    if (resting) return;
    resting = true;
    channel.postMessage({ kind: "hand", from: own, to: heard.from, visit: part.give() });
    part.rest();
  };
  return {
    ask: async () => {
      asking = true;
      resting = false;
      channel.postMessage({ kind: "ask", from: own });
      await new Promise((resolve) => setTimeout(resolve, askMs));
      asking = false;
    },
    leave: () => channel.close(),
  };
}
