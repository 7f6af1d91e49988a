import { anything, isObject, optional, text } from "@vestibule/sdk/wire";

/** One event of the host's live feed. */
export interface LiveEvent {
  readonly topic: string;
  readonly kind: string;
  readonly data: unknown;
}

/** How the line to the host is. */
export type LineState =
  | { readonly kind: "connecting" }
  /** The host follows the topics from now on: nothing that happens is missed. */
  | { readonly kind: "open" }
  /** The host does not let this page follow them. */
  | { readonly kind: "refused" }
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
  /** Something may have been missed before this moment: read everything again. */
  readonly onGap: () => void;
}

const pauseMsMin = 1_000;
const pauseMsMax = 30_000;
const frameLengthMax = 262_144;

/**
 * Follows topics over one socket: resumes after the last sequence and tries again with growing pauses.
 * Whenever the host says that it follows from now on, everything is to be read again: what happened
 * between a list's reading and that word was told to nobody.
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
    });
    socket.addEventListener("message", ({ data }) => this.#take(data));
    socket.addEventListener("close", () => this.#again());
  }

  #take(frame: unknown): void {
    const message = parseFrame(frame);
    if (message === undefined) return;
    if (message.sequence !== undefined) this.#after = message.sequence;
    switch (message.kind) {
      case "following":
      case "refetch":
        this.#lostSinceMs = undefined;
        this.#pauseMs = pauseMsMin;
        this.#ports.onLine({ kind: "open" });
        this.#ports.onGap();
        break;
      case "refused":
        this.#ports.onLine({ kind: "refused" });
        break;
      default:
        this.#ports.onEvent(message);
    }
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
      topic: optional(text)(value["topic"], "/topic") ?? "",
      kind: text(value["kind"], "/kind"),
      data: anything(value["data"], "/data"),
      ...(known ? { sequence: String(sequence) } : {}),
    };
  } catch {
    // A frame that cannot be read is left out; the next reading of the lists makes up for it.
    return undefined;
  }
}
