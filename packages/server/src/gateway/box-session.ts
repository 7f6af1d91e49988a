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

/** What all sessions of a process share. */
export interface SessionGround {
  readonly crypto: Crypto;
  /** The host's name as boxes sign it. */
  readonly server: string;
  readonly events: SessionEvents;
}

/**
 * One box's socket: signs it in, carries commands down and frames up, in order and bounded. Thousands
 * are idle at a time, so what only a busy one needs is made when it is needed.
 */
export class BoxSession {
  ctl = "";
  jwk: PublicJwk | undefined;
  readonly #socket: WebSocket;
  readonly #ground: SessionGround;
  /** Known until it was signed. */
  #nonce: Buffer | undefined;
  #signInTimer: NodeJS.Timeout | undefined;
  #pending: Map<string, Pending> | undefined;
  #attempts: Map<string, AttemptAbout> | undefined;
  #work: Promise<void> | undefined;
  #waiting = 0;
  #heardAt = performance.now();

  constructor(socket: WebSocket, ground: SessionGround) {
    this.#socket = socket;
    this.#ground = ground;
    this.#signInTimer = setTimeout(() => socket.terminate(), signInMsMax);
    socket.on("pong", () => {
      this.#heardAt = performance.now();
    });
    socket.on("message", (data, isBinary) => this.#receive(isBinary ? undefined : String(data)));
    socket.on("error", ignore);
    socket.on("close", () => this.#end());
    const nonce = randomBytes(32);
    this.#nonce = nonce;
    this.send({ t: "hello", nonce: nonce.toString("base64url"), server: ground.server });
  }

  /** Every {@link boxPingMs}: asks whether the box is there, and ends the session of one that is not. */
  visit(): void {
    if (performance.now() - this.#heardAt > boxSilentMsMax) this.#socket.terminate();
    else if (this.open) this.#socket.ping();
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** What is known of an attempt that went down this socket. */
  about(attemptId: string): AttemptAbout | undefined {
    return this.#attempts?.get(attemptId);
  }

  forget(attemptId: string): void {
    this.#attempts?.delete(attemptId);
    if (this.#attempts?.size === 0) this.#attempts = undefined;
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
    const pending = this.#pending?.get(name);
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending?.delete(name);
    if (this.#pending?.size === 0) this.#pending = undefined;
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
    this.#pending ??= new Map();
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
    this.#attempts ??= new Map();
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
    const work = this.#takeAfter(this.#work, parsed.message);
    this.#work = work;
    // Nothing of a frame that was handled stays in memory.
    void work.finally(() => {
      if (this.#work === work) this.#work = undefined;
    });
  }

  /** Never rejects. */
  async #takeAfter(before: Promise<void> | undefined, message: BoxMessage): Promise<void> {
    await before;
    try {
      await this.#take(message);
    } catch (error) {
      this.#ground.events.onError(error);
      this.#socket.terminate();
    }
    this.#waiting -= 1;
    if (this.#waiting <= framesLow && this.#socket.isPaused) this.#socket.resume();
  }

  async #take(message: BoxMessage): Promise<void> {
    if (!this.open) return;
    const { crypto, events } = this.#ground;
    if (this.jwk !== undefined) return events.onMessage(this, message);
    if (message.t !== "auth" || !this.#isGenuine(message)) {
      this.#socket.terminate();
      return;
    }
    this.ctl = thumbprint(crypto, message.jwk);
    this.jwk = message.jwk;
    clearTimeout(this.#signInTimer);
    this.#signInTimer = undefined;
    this.#nonce = undefined;
    await events.onSignIn(this, message);
  }

  #isGenuine(auth: BoxMessage & { readonly t: "auth" }): boolean {
    const boot = decodeBase64url(auth.boot);
    const signature = decodeBase64url(auth.sig);
    const { crypto, server } = this.#ground;
    if (auth.server !== server || boot === undefined || signature === undefined) return false;
    if (this.#nonce === undefined) return false;
    const signed = linkAuthMessage({ nonce: this.#nonce, boot, server });
    return crypto.verify(auth.jwk, signed, signature);
  }

  #end(): void {
    clearTimeout(this.#signInTimer);
    for (const { resolve, timer } of this.#pending?.values() ?? []) {
      clearTimeout(timer);
      resolve({ kind: "silent" });
    }
    this.#pending = undefined;
    this.#ground.events.onClose(this);
  }
}

/** An error of a socket is followed by its end, which is what counts. */
function ignore(): void {}
