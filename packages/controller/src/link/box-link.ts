import {
  type BoxMessage,
  linkFrameBytesMax,
  parseServerMessage,
  type ServerMessage,
} from "@vestibule/core/link";
import { WebSocket } from "ws";

/** Back-off between attempts to connect, in ms; full jitter, so that a fleet does not return at once. */
export const reconnectMsMin = 250;
export const reconnectMsMax = 15_000;
/** A host that stays silent this long is taken for gone, in ms. */
const silentMsMax = 45_000;
const pingMs = 15_000;
/** Frames not yet taken by the host at most, in bytes. */
const bufferedBytesMax = 4_194_304;

export interface BoxLinkOptions {
  /** `wss:`; plain `ws:` only to this machine itself. */
  readonly url: string;
  /** The name the host must give itself; by another it gets no answer. */
  readonly server: string;
  readonly onOpen: (out: {
    readonly send: (message: BoxMessage) => void;
    readonly cut: () => void;
  }) => void;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onClose: () => void;
  /** A sentence for whoever looks after the box: why there is no link. Said once, not at each try. */
  readonly onTrouble: (words: string) => void;
  /** Number in [0, 1) for the jitter. */
  readonly jitter: () => number;
}

/**
 * The box's one outgoing connection. It listens nowhere, comes back by itself, and cuts a link whose
 * frames it cannot read rather than guess.
 *
 * @throws TypeError when the address is not `wss:` and not this machine's.
 */
export function openBoxLink(options: BoxLinkOptions): { readonly close: () => void } {
  const url = checkedLinkUrl(options.url);
  let closed = false;
  let failures = 0;
  let socket: WebSocket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let trouble: string | undefined;
  const events: SocketEvents = {
    good: () => {
      failures = 0;
    },
    understood: () => {
      trouble = undefined;
    },
    trouble: (words) => {
      if (words !== trouble && !closed) options.onTrouble(words);
      trouble = words;
    },
  };
  const connect = (): void => {
    const opened = openSocket(url, options, events);
    socket = opened;
    opened.once("close", () => {
      if (closed) return;
      failures += 1;
      const ceiling = Math.min(reconnectMsMax, reconnectMsMin * 2 ** Math.min(failures, 8));
      retry = setTimeout(connect, reconnectMsMin + options.jitter() * ceiling);
    });
  };
  connect();
  return {
    close: () => {
      closed = true;
      clearTimeout(retry);
      socket?.terminate();
    },
  };
}

interface SocketEvents {
  /** The host has welcomed this box. */
  readonly good: () => void;
  /** A frame of the host was understood. */
  readonly understood: () => void;
  readonly trouble: (words: string) => void;
}

function openSocket(url: URL, options: BoxLinkOptions, events: SocketEvents): WebSocket {
  const socket = new WebSocket(url, {
    maxPayload: linkFrameBytesMax,
    handshakeTimeout: 10_000,
    perMessageDeflate: false,
  });
  let heardAt = performance.now();
  let opened = false;
  const watch = setInterval(() => {
    if (performance.now() - heardAt > silentMsMax) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, pingMs);
  const send = (message: BoxMessage): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    // A host that reads nothing gets nothing more; receipts wait in the store.
    if (socket.bufferedAmount > bufferedBytesMax) socket.terminate();
    else socket.send(JSON.stringify(message));
  };
  socket.on("open", () => {
    opened = true;
    options.onOpen({ send, cut: () => socket.terminate() });
  });
  socket.on("pong", () => {
    heardAt = performance.now();
  });
  socket.on("message", (data, isBinary) => {
    heardAt = performance.now();
    // A link that was cut says nothing more, though frames of the same packet may still come.
    if (socket.readyState !== WebSocket.OPEN) return;
    const parsed = isBinary ? undefined : parseServerMessage(String(data));
    if (parsed === undefined || parsed.kind === "refused") {
      events.trouble(`${url.href}: a frame of this host cannot be read; is it a Vestibule host?`);
      socket.terminate();
      return;
    }
    const { message } = parsed;
    if (message.t === "hello" && message.server !== options.server)
      events.trouble(
        `${url.href} names itself ${message.server}; this box was set up for ${options.server}`,
      );
    else events.understood();
    if (message.t === "welcome") events.good();
    options.onMessage(message);
  });
  // `close` always follows; without a listener an unreachable host would end the process.
  socket.on("error", ({ message }) => events.trouble(`${url.href} cannot be reached: ${message}`));
  socket.on("close", () => {
    clearInterval(watch);
    if (opened) options.onClose();
  });
  return socket;
}

/**
 * The host's address as a box may use it: nothing of it travels in the open but on this machine itself.
 *
 * @throws TypeError with a sentence.
 */
export function checkedLinkUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new TypeError(`the host's address is none: ${text}`);
  const local = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol === "wss:" || (url.protocol === "ws:" && local)) return url;
  throw new TypeError(
    `the host's address must begin with wss:// (got ${url.protocol}//${url.hostname})`,
  );
}
