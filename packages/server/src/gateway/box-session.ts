import { randomBytes } from "node:crypto";
import { type Crypto, decodeBase64url, type PublicJwk, thumbprint } from "@vestibule/core";
import {
  type BoxMessage,
  linkAuthMessage,
  linkFrameBytesMax,
  parseBoxMessage,
  type ServerMessage,
} from "@vestibule/core/link";
import { WebSocket } from "ws";
import {
  type AttemptAbout,
  type BoxReply,
  boxAnswerMs,
  type SessionCommand,
} from "./box-command.ts";

/** A box that has not signed in by then is cut off, in ms. */
export const signInMsMax = 10_000;
/** Frames that a box does not take at most, in bytes; beyond it the link is cut. */
export const bufferedBytesMax = 1_048_576;
/** Frames of one box waiting to be handled; above the first its socket is not read, below the second it is. */
const framesMax = 512;
const framesLow = 64;
/** A box that is silent this long is gone, in ms; it is asked more often than that. */
export const boxSilentMsMax = 45_000;
export const boxPingMs = 15_000;
/** Commands of one box that wait for its answer. */
const pendingMax = 256;
if (boxSilentMsMax < 2 * boxPingMs) throw new Error("one lost ping must not end a session");
if (bufferedBytesMax < linkFrameBytesMax) throw new Error("one whole frame must fit");

/** What a session tells its gateway. */
export interface SessionEvents {
  /** A box proved its key: the gateway looks it up and says welcome. */
  readonly onSignIn: (
    session: BoxSession,
    auth: BoxMessage & { readonly t: "auth" },
  ) => Promise<void>;
  readonly onMessage: (session: BoxSession, message: BoxMessage) => Promise<void>;
  readonly onClose: (session: BoxSession) => void;
  readonly onError: (error: unknown) => void;
}

interface Pending {
  readonly resolve: (reply: BoxReply) => void;
  readonly timer: NodeJS.Timeout;
}

/** One box's socket: signs it in, carries commands down and frames up, in order and bounded. */
export class BoxSession {
  ctl = "";
  jwk: PublicJwk | undefined;
  boot = "";
  readonly #socket: WebSocket;
  readonly #crypto: Crypto;
  readonly #server: string;
  readonly #events: SessionEvents;
  readonly #nonce = randomBytes(32);
  readonly #pending = new Map<string, Pending>();
  readonly #attempts = new Map<string, AttemptAbout>();
  readonly #timer: NodeJS.Timeout;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #signedIn = false;
  #heardAt = performance.now();

  constructor(
    socket: WebSocket,
    options: { crypto: Crypto; server: string; events: SessionEvents },
  ) {
    this.#socket = socket;
    this.#crypto = options.crypto;
    this.#server = options.server;
    this.#events = options.events;
    const begun = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (now - this.#heardAt > boxSilentMsMax) socket.terminate();
      else if (!this.#signedIn && now - begun > signInMsMax) socket.terminate();
      else if (socket.readyState === WebSocket.OPEN) socket.ping();
    }, boxPingMs);
    this.#timer.unref();
    const signInTimer = setTimeout(() => {
      if (!this.#signedIn) socket.terminate();
    }, signInMsMax);
    socket.on("pong", () => {
      this.#heardAt = performance.now();
    });
    socket.on("message", (data, isBinary) => this.#receive(isBinary ? undefined : String(data)));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(this.#timer);
      clearTimeout(signInTimer);
      for (const { resolve, timer } of this.#pending.values()) {
        clearTimeout(timer);
        resolve({ kind: "silent" });
      }
      this.#pending.clear();
      this.#events.onClose(this);
    });
    this.send({ t: "hello", nonce: this.#nonce.toString("base64url"), server: options.server });
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** What is known of an attempt that went down this socket. */
  about(attemptId: string): AttemptAbout | undefined {
    return this.#attempts.get(attemptId);
  }

  forget(attemptId: string): void {
    this.#attempts.delete(attemptId);
  }

  /** @returns false when it could not be handed over. */
  send(message: ServerMessage): boolean {
    if (!this.open) return false;
    if (this.#socket.bufferedAmount > bufferedBytesMax) {
      this.#socket.terminate();
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Asks the box for something and waits for its answer where there is one. */
  command(command: SessionCommand): Promise<BoxReply> {
    switch (command.kind) {
      case "probe":
        return this.#probe();
      case "tap":
        return Promise.resolve(this.send(command.message) ? { kind: "sent" } : { kind: "offline" });
      case "unlock":
        this.#remember(command.message.att, command.about);
        return Promise.resolve(this.send(command.message) ? { kind: "sent" } : { kind: "offline" });
      case "ticket":
        return this.#ask(command.message.id, command.message);
      case "adopt":
        return this.#ask("adopt", command.message);
    }
  }

  /** Answers a waiting command. */
  settle(name: string, reply: BoxReply): void {
    const pending = this.#pending.get(name);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending.delete(name);
    pending.resolve(reply);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), 2_000).unref();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #ask(name: string, message: ServerMessage): Promise<BoxReply> {
    if (this.#pending.size >= pendingMax || !this.send(message))
      return Promise.resolve({ kind: "offline" });
    const { promise, resolve } = Promise.withResolvers<BoxReply>();
    const timer = setTimeout(() => this.settle(name, { kind: "silent" }), boxAnswerMs);
    this.#pending.set(name, { resolve, timer });
    return promise;
  }

  /** Whether whoever holds the other end still answers: a dead socket may look open for minutes. */
  #probe(): Promise<BoxReply> {
    if (!this.open) return Promise.resolve({ kind: "offline" });
    const { promise, resolve } = Promise.withResolvers<BoxReply>();
    const timer = setTimeout(() => resolve({ kind: "silent" }), boxAnswerMs);
    this.#socket.once("pong", () => resolve({ kind: "sent" }));
    this.#socket.once("close", () => resolve({ kind: "offline" }));
    this.#socket.ping();
    return promise.finally(() => clearTimeout(timer));
  }

  #remember(attemptId: string, about: AttemptAbout): void {
    if (this.#attempts.size >= 1_024)
      this.#attempts.delete(this.#attempts.keys().next().value ?? "");
    this.#attempts.set(attemptId, about);
  }

  #receive(frame: string | undefined): void {
    this.#heardAt = performance.now();
    const parsed = frame === undefined ? undefined : parseBoxMessage(frame);
    // A frame that does not read is neither answered nor repeated to anybody.
    if (parsed === undefined || parsed.kind === "refused") {
      this.#socket.terminate();
      return;
    }
    this.#waiting += 1;
    if (this.#waiting >= framesMax) this.#socket.pause();
    this.#work = this.#work
      .then(() => this.#take(parsed.message))
      .catch((error: unknown) => {
        this.#events.onError(error);
        this.#socket.terminate();
      })
      .finally(() => {
        this.#waiting -= 1;
        if (this.#waiting <= framesLow && this.#socket.isPaused) this.#socket.resume();
      });
  }

  async #take(message: BoxMessage): Promise<void> {
    if (!this.open) return;
    if (this.#signedIn) return this.#events.onMessage(this, message);
    if (message.t !== "auth" || !this.#isGenuine(message)) {
      this.#socket.terminate();
      return;
    }
    this.ctl = thumbprint(this.#crypto, message.jwk);
    this.jwk = message.jwk;
    this.boot = message.boot;
    this.#signedIn = true;
    await this.#events.onSignIn(this, message);
  }

  #isGenuine(auth: BoxMessage & { readonly t: "auth" }): boolean {
    const boot = decodeBase64url(auth.boot);
    const signature = decodeBase64url(auth.sig);
    if (auth.server !== this.#server || boot === undefined || signature === undefined) return false;
    const signed = linkAuthMessage({ nonce: this.#nonce, boot, server: this.#server });
    return this.#crypto.verify(auth.jwk, signed, signature);
  }
}
