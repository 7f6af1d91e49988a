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
import { readOffer } from "./box-offer.ts";
import { BoxSession, boxPingMs, type SessionGround } from "./box-session.ts";
import {
  buryDeadProcesses,
  dropSession,
  type Holder,
  holderElsewhere,
  isLiving,
  noteSeen,
  otherProcesses,
  putSession,
  type RegisteredBox,
  reclaimSessions,
  type SessionRow,
  sessions,
  signInBox,
} from "./gateway-store.ts";
import { startSessionRounds } from "./session-rounds.ts";

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
  readonly #ground: SessionGround;
  readonly #rounds = startSessionRounds(boxPingMs, (session) => session.visit());
  /** Every socket that has signed in, muted twins among them, by its box. */
  readonly #signedIn = new Map<string, readonly BoxSession[]>();
  #elsewhere: ReadonlyMap<string, SessionRow> = new Map();
  #closing = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { crypto, server, logger } = options;
    this.#ground = {
      crypto,
      server,
      events: {
        onSignIn: (session, auth) => this.#signIn(session, auth),
        onMessage: (session, message) => this.#take(session, message),
        onClose: (session) => {
          this.#rounds.remove(session);
          this.#gone(session).catch((err: unknown) =>
            logger.error({ err }, "a box's end was not noted"),
          );
        },
        onError: (err) => logger.error({ err }, "a box's message failed"),
      },
    };
    options.processes.answerWith(async (body) => {
      const letter = readCommand(body);
      return letter === undefined ? { kind: "offline" } : this.#here(letter);
    });
    options.processes.onHeartbeat(() => this.#heartbeat());
    options.processes.onReturn(() => this.#reclaim());
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
      (await holderElsewhere(databases.batch, { ctl, process: processes.id }));
    if (known === undefined || ("living" in known && !known.living)) return { kind: "offline" };
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
    let count = this.#signedIn.get(ctl)?.length ?? 0;
    for (const reply of await this.#askOthers({ ctl, command: { kind: "count" } })) {
      // A process that does not answer may hold the twin.
      if (reply.kind !== "count") return undefined;
      count += reply.sessions;
    }
    return count;
  }

  async #recall(ctl: string): Promise<void> {
    for (const session of this.#signedIn.get(ctl) ?? []) {
      session.close(comeBackCode, "come back");
      await this.#gone(session);
    }
  }

  async #here({ ctl, command }: CommandLetter): Promise<BoxReply> {
    if (command.kind === "count")
      return { kind: "count", sessions: this.#signedIn.get(ctl)?.length ?? 0 };
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
    this.#sockets.handleUpgrade(request, socket, head, (opened) => {
      this.#rounds.add(new BoxSession(opened, this.#ground));
    });
  }

  async #signIn(session: BoxSession, auth: BoxMessage & { readonly t: "auth" }): Promise<void> {
    const { databases, processes, now } = this.#options;
    const { ctl, jwk } = session;
    if (jwk === undefined) return;
    this.#signedIn.set(ctl, [...(this.#signedIn.get(ctl) ?? []), session]);
    const before = this.held.get(ctl);
    const there = before === undefined ? await this.#holder(ctl) : undefined;
    const twin =
      before === undefined
        ? there?.living === true && (await this.#answersThere(ctl, there.process))
        : await this.#answers(before);
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
      ack: undefined,
      offer: undefined,
      sent: [],
      timed: false,
      stop: undefined,
      doors: undefined,
    };
    if (twin) await this.#quarantineTwins(held);
    const present = this.held.get(ctl);
    this.held.set(ctl, held);
    // A twin that lives keeps its socket, muted; a dead one's is closed.
    if (present !== undefined && !twin) present.session.terminate();
    const buildingId = box?.buildingId;
    const replaced = await putSession(databases.batch, { ctl, process: processes.id, buildingId });
    const asked = there?.living === true && there.process === replaced;
    if (replaced !== undefined && !asked) await this.#lookAgain(held, replaced);
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

  /**
   * Our row is written before we look again, and a process that returns looks at rows after it has its
   * proof of life again: of two that live, one sees the other.
   */
  async #lookAgain(held: Held, process: string): Promise<void> {
    if (!(await isLiving(this.#options.databases.batch, process))) return;
    if (await this.#answersThere(held.session.ctl, process)) await this.#quarantineTwins(held);
  }

  #holder(ctl: string): Promise<Holder | undefined> {
    const { databases, processes } = this.#options;
    return holderElsewhere(databases.batch, { ctl, process: processes.id });
  }

  /** Whether a session answers right now: beside another of the same key, there are two boxes. */
  async #answers({ session }: Held): Promise<boolean> {
    return (await session.command({ kind: "probe" })).kind === "sent";
  }

  /** The same of another process's session, which is then muted. */
  async #answersThere(ctl: string, process: string): Promise<boolean> {
    const { processes } = this.#options;
    const probe: CommandLetter = { ctl, command: { kind: "probe" } };
    const reply = readReply(await processes.ask(process, probe, boxAnswerMs + hopMs));
    if (reply.kind !== "sent") return false;
    await processes.ask(process, { ctl, command: { kind: "quarantine" } }, hopMs);
    return true;
  }

  /** After others may have taken us for dead: our boxes are ours again, unless one has come in elsewhere. */
  async #reclaim(): Promise<void> {
    const { databases, processes } = this.#options;
    const own = [...this.held.values()].map(({ session: { ctl }, box, offer }) => ({
      ctl,
      buildingId: box?.buildingId,
      offer,
    }));
    for (const { ctl, process } of await reclaimSessions(databases.batch, processes.id, own)) {
      const held = this.held.get(ctl);
      if (held === undefined) continue;
      if (!(await this.#answers(held))) {
        held.session.terminate();
        continue;
      }
      await this.#quarantineTwins(held);
      await processes.ask(process, { ctl, command: { kind: "quarantine" } }, hopMs);
    }
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
    const others = this.#signedIn.get(session.ctl)?.filter((other) => other !== session) ?? [];
    if (others.length > 0) this.#signedIn.set(session.ctl, others);
    else this.#signedIn.delete(session.ctl);
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
    this.#rounds.stop();
    const gone = [...this.held.values()].map(({ session }) => {
      session.close(comeBackCode, "come back");
      return this.#gone(session);
    });
    await Promise.all(gone);
    for (const socket of this.#sockets.clients) socket.terminate();
  }
}
