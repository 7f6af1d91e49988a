import { type Crypto, type SealPrivateKey, unsealCodes, unsealPepper } from "@vestibule/core";
import type { BoxMessage } from "@vestibule/core/link";
import {
  createDoor,
  type Door,
  type DoorEvent,
  type DoorPorts,
  type Effect,
} from "@vestibule/door";
import type { BoxStore } from "./store/box-store.ts";
import type { Strike } from "./strikes/strike.ts";

/** Events waiting at most; beyond it the link is cut rather than memory filled. */
export const queuedEventsMax = 1_024;
/** Events whose writes share one commit at most. */
const batchMax = 64;
/** Stored receipts sent again per step after a reconnect. */
const resendMax = 200;

/** What carries frames to the host; a frame may be lost, a receipt is sent again. */
export interface LinkOut {
  readonly send: (message: BoxMessage) => void;
}

export interface RuntimeOptions {
  readonly crypto: Crypto;
  readonly ports: Omit<DoorPorts, "reads" | "strikeHealthy">;
  readonly store: BoxStore;
  readonly sealKey: SealPrivateKey;
  readonly strikes: ReadonlyMap<string, Strike>;
  readonly monotonicMs: () => number;
  /** Called when the store cannot be written: the process must end, since it cannot record. */
  readonly onFatal: (error: unknown) => void;
}

/** The loop around the door: one event at a time, writes durable before anything else happens. */
export interface Runtime {
  readonly push: (event: DoorEvent) => void;
  readonly attachLink: (link: LinkOut | undefined) => void;
  readonly stop: () => void;
}

/** Starts the loop; reports of the strikes become events at once. */
export function startRuntime(options: RuntimeOptions): Runtime {
  const { store, strikes } = options;
  const door = createDoor(
    {
      ...options.ports,
      reads: store.reads,
      strikeHealthy: (ent) => strikes.get(ent)?.healthy() ?? false,
    },
    store.stored(),
  );
  const loop = new Loop(options, door);
  const unsubscribe = [...strikes].map(([ent, strike]) =>
    strike.subscribe((report) => loop.push({ kind: "strike", ent, report })),
  );
  loop.begin();
  return {
    push: (event) => loop.push(event),
    attachLink: (link) => loop.attach(link),
    stop: () => {
      for (const stop of unsubscribe) stop();
      loop.stop();
    },
  };
}

class Loop {
  readonly #options: RuntimeOptions;
  readonly #door: Door;
  readonly #queue: DoorEvent[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #link: LinkOut | undefined;
  #scheduled = false;
  #stopped = false;

  constructor(options: RuntimeOptions, door: Door) {
    this.#options = options;
    this.#door = door;
  }

  begin(): void {
    this.#commit(() => this.#door.start(this.#options.monotonicMs()));
    this.push({ kind: "tick" });
  }

  attach(link: LinkOut | undefined): void {
    this.#link = link;
    this.push({ kind: link === undefined ? "link-closed" : "link-opened" });
  }

  push(event: DoorEvent): void {
    if (this.#stopped) return;
    // The host is the only one that can flood us; strikes and our own timers are bounded by nature.
    if (this.#queue.length >= queuedEventsMax && event.kind === "message") return;
    this.#queue.push(event);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#drain());
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #drain(): void {
    this.#scheduled = false;
    while (this.#queue.length > 0 && !this.#stopped) {
      const batch = this.#queue.splice(0, batchMax);
      this.#commit(() =>
        batch.flatMap((event) => this.#door.handle(event, this.#options.monotonicMs())),
      );
    }
  }

  /** One transaction for the writes of a batch; only after its fsync does anything leave the box. */
  #commit(step: () => readonly Effect[]): void {
    const outward: Effect[] = [];
    try {
      this.#options.store.transaction((write) => {
        for (const effect of step()) {
          if (effect.kind === "write") write(effect.write);
          else outward.push(effect);
        }
      });
    } catch (error) {
      this.stop();
      this.#options.onFatal(error);
      return;
    }
    for (const effect of outward) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "write":
        return;
      case "send":
        this.#link?.send(effect.message);
        return;
      case "send-receipts":
        this.#resend(effect.after);
        return;
      case "unseal":
        void this.#unseal(effect);
        return;
      case "unseal-pepper":
        void unsealPepper(
          this.#options.sealKey,
          effect.assignment,
          this.#options.ports.identity.ctl,
        ).then((pepper) => this.push({ kind: "pepper", ticket: effect.ticket, pepper }));
        return;
      case "pulse":
        this.#pulse(effect);
        return;
      case "wake":
        this.#wake(effect.atMs);
        return;
    }
  }

  async #unseal(effect: Effect & { readonly kind: "unseal" }): Promise<void> {
    const { sealKey, ports } = this.#options;
    const [pepper, codes] = await Promise.all([
      effect.pepper ?? unsealPepper(sealKey, effect.assignment, ports.identity.ctl),
      unsealCodes(sealKey, effect.proof),
    ]);
    this.push({ kind: "unsealed", att: effect.att, pepper, codes });
  }

  #pulse(effect: Effect & { readonly kind: "pulse" }): void {
    const strike = this.#options.strikes.get(effect.ent);
    const failed = () =>
      this.push({
        kind: "strike",
        ent: effect.ent,
        report: { kind: "fault", pulseId: effect.att, fault: "unreachable" },
      });
    if (strike === undefined) {
      failed();
      return;
    }
    strike
      .release({
        pulseId: effect.att,
        pulseMs: effect.pulseMs,
        fireWithinMs: Math.floor(effect.fireWithinMs),
      })
      .catch(failed);
  }

  #resend(after: number): void {
    let from = after;
    for (;;) {
      const receipts = this.#options.store.receiptsAfter(from, resendMax);
      for (const receipt of receipts) {
        const personal =
          receipt.personal === undefined
            ? {}
            : { personal: { ...receipt.personal, parcels: [...receipt.personal.parcels] } };
        this.#link?.send({ t: "receipt", text: receipt.text, last: receipt.last, ...personal });
      }
      const last = receipts.at(-1);
      if (last === undefined || receipts.length < resendMax) return;
      from = last.seq;
    }
  }

  #wake(atMs: number): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.push({ kind: "tick" });
      },
      Math.max(1, atMs - this.#options.monotonicMs()),
    );
    this.#timers.add(timer);
  }
}
