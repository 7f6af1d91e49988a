import { anything, isObject, maybe, text } from "../api/read.ts";

/** One event of the host's live feed. */
export interface LiveEvent {
  readonly topic: string;
  readonly kind: string;
  readonly data: unknown;
}

/** How the line to the host is. */
export type LineState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** Since when, epoch ms; the page keeps trying. */
  | { readonly kind: "lost"; readonly sinceMs: number };

/** As much of a WebSocket as the feed uses. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
  addEventListener(type: "open" | "close", listener: () => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

/** What a feed needs of its surroundings. */
export interface LivePorts {
  readonly connect: (path: string) => LiveSocket;
  readonly now: () => number;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onLine: (state: LineState) => void;
  /** Something may have been missed: read everything again. */
  readonly onGap: () => void;
}

const pauseMsMin = 1_000;
const pauseMsMax = 30_000;
const frameLengthMax = 262_144;

/**
 * Follows topics over one socket: resumes after the last sequence, tries again with growing pauses,
 * and asks for everything to be read again after each interruption, since the feed may have moved on.
 */
export class LiveFeed {
  readonly #ports: LivePorts;
  readonly #topics: readonly string[];
  #socket: LiveSocket | undefined;
  #after: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = pauseMsMin;
  #lostSinceMs: number | undefined;
  #isClosed = false;

  constructor(topics: readonly string[], ports: LivePorts) {
    this.#topics = topics;
    this.#ports = ports;
    ports.onLine({ kind: "connecting" });
    this.#open();
  }

  /** Ends the feed for good. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #open(): void {
    const query = this.#after === undefined ? "" : `?after=${encodeURIComponent(this.#after)}`;
    const socket = this.#ports.connect(`/live${query}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ topics: this.#topics }));
      const wasLost = this.#lostSinceMs !== undefined;
      this.#lostSinceMs = undefined;
      this.#pauseMs = pauseMsMin;
      this.#ports.onLine({ kind: "open" });
      if (wasLost) this.#ports.onGap();
    });
    socket.addEventListener("message", ({ data }) => this.#take(data));
    socket.addEventListener("close", () => this.#again());
  }

  #take(frame: unknown): void {
    const message = parseFrame(frame);
    if (message === undefined) return;
    if (message.sequence !== undefined) this.#after = message.sequence;
    if (message.kind === "refetch") this.#ports.onGap();
    else this.#ports.onEvent(message);
  }

  #again(): void {
    if (this.#isClosed) return;
    this.#lostSinceMs ??= this.#ports.now();
    this.#ports.onLine({ kind: "lost", sinceMs: this.#lostSinceMs });
    this.#timer = setTimeout(() => this.#open(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, pauseMsMax);
  }
}

function parseFrame(frame: unknown): (LiveEvent & { readonly sequence?: string }) | undefined {
  if (typeof frame !== "string" || frame.length > frameLengthMax) return undefined;
  try {
    const value: unknown = JSON.parse(frame);
    if (!isObject(value)) return undefined;
    const { sequence } = value;
    const known = typeof sequence === "number" || typeof sequence === "string";
    return {
      topic: maybe(text)(value["topic"], "/topic") ?? "",
      kind: text(value["kind"], "/kind"),
      data: anything(value["data"], "/data"),
      ...(known ? { sequence: String(sequence) } : {}),
    };
  } catch {
    // A frame that cannot be read is left out; the next reading of the lists makes up for it.
    return undefined;
  }
}
