import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type BoxMessage, linkFrameBytesMax } from "@vestibule/core/link";
import { WebSocketServer } from "ws";
import type { Boxes, BoxOffer } from "../platform/boxes.ts";
import {
  type BoxCommand,
  type BoxReply,
  boxAnswerMs,
  type CommandLetter,
  readCommand,
  readReply,
} from "./box-command.ts";
import {
  comeBackCode,
  type GatewayOptions,
  type Held,
  pushPapers,
  quarantine,
  takeMessage,
} from "./box-messages.ts";
import { BoxSession } from "./box-session.ts";
import {
  buryDeadProcesses,
  dropSession,
  noteSeen,
  otherProcesses,
  putSession,
  type RegisteredBox,
  type SessionRow,
  sessionElsewhere,
  sessions,
  signInBox,
} from "./gateway-store.ts";

/** Boxes that no building has registered, per process at most. */
export const strangersMax = 256;
/** How much longer than the box another process is waited for, in ms: the way there and back. */
const hopMs = 500;
/** How long another process is asked about a box, in ms; it answers from memory. */
const askMs = 2_000;
/** The boxes' sockets of this process, and the way to those of the others. */
export interface Gateway {
  readonly boxes: Boxes;
  /** Asks a box, whichever process holds its socket. */
  readonly command: (ctl: string, command: BoxCommand) => Promise<BoxReply>;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Whether this process itself holds a box's socket. */
  readonly isHere: (ctl: string) => boolean;
  /** Boxes held by this process. */
  readonly count: () => number;
  readonly close: () => Promise<void>;
}

/** Opens the gateway; sockets arrive by {@link Gateway.upgrade}. */
export function openGateway(options: GatewayOptions): Gateway {
  const gateway = new BoxGateway(options);
  return {
    boxes: gateway.boxes(),
    command: (ctl, command) => gateway.command(ctl, command),
    upgrade: (request, socket, head) => gateway.upgrade(request, socket, head),
    isHere: (ctl) => gateway.held.has(ctl),
    count: () => gateway.held.size,
    close: () => gateway.close(),
  };
}

class BoxGateway {
  readonly held = new Map<string, Held>();
  readonly #options: GatewayOptions;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: linkFrameBytesMax,
    perMessageDeflate: false,
    clientTracking: true,
  });
  /** Every socket that has signed in, muted twins among them, by its box. */
  readonly #signedIn = new Map<string, Set<BoxSession>>();
  #elsewhere: ReadonlyMap<string, SessionRow> = new Map();
  #closing = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    options.processes.answerWith(async (body) => {
      const letter = readCommand(body);
      return letter === undefined ? { kind: "offline" } : this.#here(letter);
    });
    options.processes.onHeartbeat(() => this.#heartbeat());
  }

  boxes(): Boxes {
    return {
      offers: () => this.#offers(),
      isOnline: (ctl) => this.held.has(ctl) || this.#elsewhere.has(ctl),
      adopt: async (ctl, adoption) => {
        const message = { t: "adopt" as const, ...adoption, policies: [...adoption.policies] };
        const reply = await this.command(ctl, { kind: "adopt", message });
        return reply.kind === "adopted" || reply.kind === "refused" ? reply : { kind: "silent" };
      },
      noteTap: (ctl, tap) => {
        this.command(ctl, { kind: "tap", message: { t: "tap", tap: { ...tap } } }).catch(
          (err: unknown) => this.#options.logger.error({ err }, "a tap was not handed on"),
        );
      },
      sessions: (ctl) => this.#count(ctl),
      recall: async (ctl) => {
        await Promise.all([
          this.#recall(ctl),
          this.#askOthers({ ctl, command: { kind: "recall" } }),
        ]);
      },
    };
  }

  async command(ctl: string, command: BoxCommand): Promise<BoxReply> {
    if (this.held.has(ctl)) return this.#here({ ctl, command });
    const { databases, processes } = this.#options;
    const known =
      this.#elsewhere.get(ctl) ??
      (await sessionElsewhere(databases.batch, { ctl, process: processes.id }));
    if (known === undefined) return { kind: "offline" };
    return readReply(await processes.ask(known.process, { ctl, command }, boxAnswerMs + hopMs));
  }

  /** Asks every other process that lives about a box. */
  async #askOthers(letter: CommandLetter): Promise<readonly BoxReply[]> {
    const { databases, processes } = this.#options;
    const others = await otherProcesses(databases.batch, processes.id);
    return Promise.all(
      others.map(async (process) => readReply(await processes.ask(process, letter, askMs))),
    );
  }

  async #count(ctl: string): Promise<number | undefined> {
    let count = this.#signedIn.get(ctl)?.size ?? 0;
    for (const reply of await this.#askOthers({ ctl, command: { kind: "count" } })) {
      // A process that does not answer may hold the twin.
      if (reply.kind !== "count") return undefined;
      count += reply.sessions;
    }
    return count;
  }

  async #recall(ctl: string): Promise<void> {
    for (const session of [...(this.#signedIn.get(ctl) ?? [])]) {
      session.close(comeBackCode, "come back");
      await this.#gone(session);
    }
  }

  async #here({ ctl, command }: CommandLetter): Promise<BoxReply> {
    if (command.kind === "count")
      return { kind: "count", sessions: this.#signedIn.get(ctl)?.size ?? 0 };
    if (command.kind === "recall") {
      await this.#recall(ctl);
      return { kind: "sent" };
    }
    const held = this.held.get(ctl);
    if (held === undefined) return { kind: "offline" };
    if (command.kind === "quarantine") {
      held.quarantined = true;
      return { kind: "sent" };
    }
    if (command.kind === "probe") return held.session.command(command);
    const wanted = command.kind === "adopt" || held.box?.adopted === true;
    if (held.quarantined || !wanted) return { kind: "offline" };
    return held.session.command(command);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#closing) {
      socket.destroy();
      return;
    }
    const { crypto, server, logger } = this.#options;
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      new BoxSession(opened, {
        crypto,
        server,
        events: {
          onSignIn: (session, auth) => this.#signIn(session, auth),
          onMessage: (session, message) => this.#take(session, message),
          onClose: (session) => {
            this.#gone(session).catch((err: unknown) =>
              logger.error({ err }, "a box's end was not noted"),
            );
          },
          onError: (err) => logger.error({ err }, "a box's message failed"),
        },
      });
    });
  }

  async #signIn(session: BoxSession, auth: BoxMessage & { readonly t: "auth" }): Promise<void> {
    const { databases, processes, now } = this.#options;
    const { ctl, jwk } = session;
    if (jwk === undefined) return;
    this.#signedIn.set(ctl, (this.#signedIn.get(ctl) ?? new Set()).add(session));
    const twin = await this.#twinAlive(ctl);
    const signedIn = { ctl, jwk, boot: auth.boot, software: auth.version, nowMs: now() };
    const box = await signInBox(databases.app, signedIn);
    if (box === undefined && this.#strangers() >= strangersMax) {
      session.terminate();
      return;
    }
    const held: Held = {
      session,
      box,
      head: box?.head,
      durableSeq: box?.head?.seq ?? 0,
      quarantined: box?.quarantined ?? false,
      offer: undefined,
      sent: new Set(),
      timed: false,
      stop: undefined,
      doors: new Map(),
    };
    if (twin) await this.#quarantineTwins(held);
    const before = this.held.get(ctl);
    this.held.set(ctl, held);
    // A twin that lives keeps its socket, muted; a dead one's is closed.
    if (before !== undefined && !twin) before.session.terminate();
    const buildingId = box?.buildingId;
    await putSession(databases.batch, { ctl, process: processes.id, buildingId });
    if (!session.open) {
      await this.#gone(session);
      return;
    }
    session.send({ t: "welcome", seq: box?.head?.seq ?? 0 });
    await this.#followPapers(held);
    if (box !== undefined) await this.#announce(box, "controller.online", {});
  }

  /** New policies and keysets reach the box as soon as the outbox tells of them. */
  async #followPapers(held: Held): Promise<void> {
    if (held.box === undefined) return;
    const { relay, logger } = this.#options;
    const { buildingId } = held.box;
    const { stop } = await relay.subscribe(buildingId, ({ kind }) => {
      // Adopted since it signed in: it comes back as a box of its building.
      if (kind === "controller.adopted" && held.box?.adopted !== true)
        held.session.close(comeBackCode, "adopted");
      if (!/^(?:policy|keyset)\./.test(kind)) return;
      pushPapers(this.#options, held).catch((err: unknown) =>
        logger.error({ err }, "papers were not brought to a box"),
      );
    });
    held.stop = stop;
    if (!held.session.open) stop();
  }

  /** Whether another session of the same key answers right now: then there are two boxes. */
  async #twinAlive(ctl: string): Promise<boolean> {
    const here = this.held.get(ctl);
    if (here !== undefined) return (await here.session.command({ kind: "probe" })).kind === "sent";
    const { databases, processes } = this.#options;
    const there = await sessionElsewhere(databases.batch, { ctl, process: processes.id });
    if (there === undefined) return false;
    const probe: CommandLetter = { ctl, command: { kind: "probe" } };
    const reply = readReply(await processes.ask(there.process, probe, boxAnswerMs + hopMs));
    if (reply.kind !== "sent") return false;
    await processes.ask(there.process, { ctl, command: { kind: "quarantine" } }, hopMs);
    return true;
  }

  async #quarantineTwins(held: Held): Promise<void> {
    held.quarantined = true;
    const before = this.held.get(held.session.ctl);
    if (before !== undefined) before.quarantined = true;
    await quarantine(this.#options, held, "two live sessions");
  }

  async #take(session: BoxSession, message: BoxMessage): Promise<void> {
    const held = this.held.get(session.ctl);
    if (held === undefined || held.session !== session) return this.#takeFromTwin(session, message);
    return takeMessage(this.#options, held, message);
  }

  /** A muted twin gets the time and nothing else: neither is believed until somebody has looked. */
  #takeFromTwin(session: BoxSession, message: BoxMessage): void {
    if (message.t === "ask-time")
      session.send({ t: "time", nonce: message.nonce, nowMs: this.#options.now() });
  }

  async #announce(
    { buildingId, controllerId }: RegisteredBox,
    kind: "controller.online" | "controller.offline",
    body: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const event = { buildingId, kind, body: { controller: controllerId, ...body } };
    await this.#options.writer.write({ kind: "event", event });
  }

  async #gone(session: BoxSession): Promise<void> {
    const signedIn = this.#signedIn.get(session.ctl);
    signedIn?.delete(session);
    if (signedIn?.size === 0) this.#signedIn.delete(session.ctl);
    const held = this.held.get(session.ctl);
    if (held === undefined || held.session !== session) return;
    this.held.delete(session.ctl);
    held.stop?.();
    const { databases, processes, now } = this.#options;
    const atMs = now();
    await dropSession(databases.batch, { ctl: session.ctl, process: processes.id });
    if (held.box === undefined) return;
    await noteSeen(databases.batch, { ctl: session.ctl, buildingId: held.box.buildingId, atMs });
    if (this.#closing) return;
    await this.#announce(held.box, "controller.offline", { since: new Date(atMs).toISOString() });
  }

  /** Other processes' boxes, and those of processes that died. */
  async #heartbeat(): Promise<void> {
    const { databases, processes, writer } = this.#options;
    const rows = await sessions(databases.batch, processes.id);
    this.#elsewhere = new Map(rows.map((row) => [row.ctl, row]));
    for (const { ctl, buildingId, seenAt } of await buryDeadProcesses(databases.batch)) {
      if (this.held.has(ctl)) continue;
      await noteSeen(databases.batch, { ctl, buildingId, atMs: seenAt.getTime() });
      const body = { ctl, since: seenAt.toISOString() };
      const event = { buildingId, kind: "controller.offline", body };
      await writer.write({ kind: "event", event });
    }
  }

  #offers(): readonly BoxOffer[] {
    const here = [...this.held.values()].flatMap(({ offer }) =>
      offer === undefined ? [] : [offer],
    );
    const there = [...this.#elsewhere.values()].flatMap(({ ctl, offer }) => readOffer(ctl, offer));
    return [...here, ...there];
  }

  #strangers(): number {
    return [...this.held.values()].filter(({ box }) => box === undefined).length;
  }

  async close(): Promise<void> {
    this.#closing = true;
    const gone = [...this.held.values()].map(({ session }) => {
      session.close(comeBackCode, "come back");
      return this.#gone(session);
    });
    await Promise.all(gone);
    for (const socket of this.#sockets.clients) socket.terminate();
  }
}

function readOffer(ctl: string, offer: unknown): readonly BoxOffer[] {
  if (typeof offer !== "object" || offer === null) return [];
  const seal: unknown = Reflect.get(offer, "seal");
  const nonce: unknown = Reflect.get(offer, "nonce");
  const mac: unknown = Reflect.get(offer, "mac");
  const at: unknown = Reflect.get(offer, "at");
  if (typeof seal !== "string" || typeof nonce !== "string") return [];
  if (typeof mac !== "string" || typeof at !== "number") return [];
  return [{ ctl, seal, nonce, mac, at }];
}
