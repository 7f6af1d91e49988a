import {
  type FeedWatcher,
  parseDoorChange,
  parseParcels,
  parseStreetState,
  parseTap,
  type StreetFeed,
} from "./feed.ts";
import { FeedError } from "./json.ts";

/** Waits between attempts to hear the street again. */
export const reconnectMsMin = 500;
export const reconnectMsMax = 8_000;
const requestMsMax = 5_000;
const messageLengthMax = 4_096;

/** The feed that the demo serves on the street's own origin. */
export function httpFeed(origin: string): StreetFeed {
  const at = (path: string) => new URL(path, origin).href;
  return {
    readState: async () => parseStreetState(await getJson(at("/street/state")), origin),
    readParcels: async () => parseParcels(await getJson(at("/street/parcels"))),
    tapSticker: async (id) =>
      parseTap(
        await (await post(at(`/street/stickers/${encodeURIComponent(id)}/tap`), {})).json(),
        origin,
      ),
    setFault: async (id, fault) => {
      await post(at(`/street/doors/${encodeURIComponent(id)}/fault`), { fault });
    },
    holdDoor: async (id, held) => {
      await post(at(`/street/doors/${encodeURIComponent(id)}/hold`), { held });
    },
    watch: (watcher) => listen(at("/street/live").replace(/^http/, "ws"), watcher),
  };
}

async function getJson(url: string): Promise<unknown> {
  return (await request(url, {})).json();
}

function post(url: string, body: Readonly<Record<string, unknown>>): Promise<Response> {
  return request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(requestMsMax) });
  if (!response.ok) throw new FeedError(`the demo answered ${response.status}`);
  return response;
}

/** Keeps one socket open, waiting twice as long after each failure up to the bound. */
function listen(url: string, watcher: FeedWatcher): () => void {
  let stopped = false;
  let waitMs = reconnectMsMin;
  let timer: number | undefined;
  let socket: WebSocket | undefined;

  const connect = () => {
    const opened = new WebSocket(url);
    socket = opened;
    opened.addEventListener("open", () => {
      waitMs = reconnectMsMin;
      watcher.onHearing(true);
    });
    opened.addEventListener("message", (event: MessageEvent<unknown>) => hear(event.data, watcher));
    opened.addEventListener("close", () => {
      if (stopped) return;
      watcher.onHearing(false);
      timer = window.setTimeout(connect, waitMs);
      waitMs = Math.min(waitMs * 2, reconnectMsMax);
    });
  };

  connect();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    socket?.close();
  };
}

/** A message that is not as promised is dropped: the next reading of the state puts the street right. */
function hear(data: unknown, watcher: FeedWatcher): void {
  if (typeof data !== "string" || data.length > messageLengthMax) return;
  try {
    watcher.onChange(parseDoorChange(JSON.parse(data)));
  } catch {
    watcher.onHearing(false);
  }
}
