import { type Crypto, type SealPrivateKey, unsealCodes, unsealPepper } from "@vestibule/core";
import type { BoxMessage } from "@vestibule/core/link";
import {
  createDoor,
  type Door,
  type DoorEvent,
  type DoorPorts,
  type Effect,
  type StrikeFault,
} from "@vestibule/door";
import type { BoxStore } from "./store/box-store.ts";
import type { Strike } from "./strikes/strike.ts";

/** Events waiting at most; beyond it the link is cut rather than memory filled. */
export const queuedEventsMax = 1_024;
/** Events whose writes share one commit at most. */
const batchMax = 64;

/** What carries frames to the host; a frame may be lost, a receipt is sent again. */
export interface LinkOut {
  readonly send: (message: BoxMessage) => void;
  /** Ends this link: the host said more than this box can hear. */
  readonly cut: () => void;
}

export interface RuntimeOptions {
  readonly crypto: Crypto;
  readonly ports: Omit<DoorPorts, "reads" | "strikeHealthy" | "strikeSensing">;
  readonly store: BoxStore;
  readonly sealKey: SealPrivateKey;
  readonly strikes: ReadonlyMap<string, Strike>;
  readonly monotonicMs: () => number;
  /** Deletes the claim card's secret; called once the building is on disk. */
  readonly burnClaim: () => void;
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
      strikeSensing: (ent) => strikes.get(ent)?.sensing,
    },
    store.stored(),
  );
  const loop = new Loop(options, door);
  loop.begin();
  const unsubscribe = [...strikes].map(([ent, strike]) =>
    strike.subscribe((report) => loop.push({ kind: "strike", ent, report })),
  );
  return {
    push: (event) => loop.push(event),
    attachLink: (link) => loop.attach(link),
    stop: () => {
      for (const stop of unsubscribe) stop();
      loop.stop();
    },
  };
}

/** An event with the link that stands from it on, where it opens or closes one. */
interface Queued {
  readonly event: DoorEvent;
  readonly link?: { readonly out: LinkOut | undefined };
}

/** What leaves the box after the commit, and by which link: an answer never goes to a later host. */
interface Outward {
  readonly effect: Effect;
  readonly link: LinkOut | undefined;
}

class Loop {
  readonly #options: RuntimeOptions;
  readonly #door: Door;
  readonly #queue: Queued[] = [];
  #link: LinkOut | undefined;
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #stopped = false;

  constructor(options: RuntimeOptions, door: Door) {
    this.#options = options;
    this.#door = door;
  }

  begin(): void {
    this.#commit([() => this.#door.start(this.#options.monotonicMs())]);
    this.push({ kind: "tick" });
  }

  attach(out: LinkOut | undefined): void {
    const kind = out === undefined ? "link-closed" : "link-opened";
    this.#enqueue({ event: { kind }, link: { out } });
  }

  push(event: DoorEvent): void {
    // The host is the only one that can flood us; strikes and our own timers are bounded by nature.
    if (this.#queue.length >= queuedEventsMax && event.kind === "message") this.#link?.cut();
    else this.#enqueue({ event });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #enqueue(queued: Queued): void {
    if (this.#stopped) return;
    this.#queue.push(queued);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = false;
    while (this.#queue.length > 0 && !this.#stopped)
      this.#commit(this.#queue.splice(0, batchMax).map((queued) => () => this.#take(queued)));
    if (!this.#stopped) this.#arm();
  }

  #take({ event, link }: Queued): readonly Effect[] {
    if (link !== undefined) this.#link = link.out;
    return this.#door.handle(event, this.#options.monotonicMs());
  }

  /**
   * One transaction for the writes of a batch; only after its fsync does anything leave the box. The
   * writes of one event are applied before the next is looked at: what it spent, nobody spends again.
   */
  #commit(steps: readonly (() => readonly Effect[])[]): void {
    const outward: Outward[] = [];
    try {
      this.#options.store.transaction((write) => {
        for (const step of steps) {
          for (const effect of step()) {
            if (effect.kind === "write") write(effect.write);
            else outward.push({ effect, link: this.#link });
          }
        }
      });
      for (const { effect, link } of outward) this.#carryOut(effect, link);
    } catch (error) {
      this.stop();
      this.#options.onFatal(error);
    }
  }

  #carryOut(effect: Effect, link: LinkOut | undefined): void {
    switch (effect.kind) {
      case "write":
        return;
      case "send":
        link?.send(effect.message);
        return;
      case "send-receipts":
        this.#resend(effect, link);
        return;
      case "unseal":
        this.#unseal(effect).catch((error: unknown) => this.#fail(error));
        return;
      case "unseal-pepper":
        unsealPepper(this.#options.sealKey, effect.assignment, this.#options.ports.identity.ctl)
          .then((pepper) => this.push({ kind: "pepper", ticket: effect.ticket, pepper }))
          .catch((error: unknown) => this.#fail(error));
        return;
      case "pulse":
        this.#pulse(effect);
        return;
      case "burn-claim":
        this.#options.burnClaim();
        return;
    }
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onFatal(error);
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
    const failed = (fault: StrikeFault) =>
      this.push({
        kind: "strike",
        ent: effect.ent,
        report: { kind: "fault", pulseId: effect.att, fault },
      });
    if (strike === undefined) {
      failed("unreachable");
      return;
    }
    // The commit may have taken its time, and this process may have been stopped: count from now.
    const fireWithinMs = Math.floor(effect.fireByMs - this.#options.monotonicMs());
    if (fireWithinMs < 1) {
      failed("late");
      return;
    }
    strike
      .release({ pulseId: effect.att, pulseMs: effect.pulseMs, fireWithinMs })
      .catch(() => failed("unreachable"));
  }

  #resend(
    { after, upTo }: Effect & { readonly kind: "send-receipts" },
    link: LinkOut | undefined,
  ): void {
    for (const receipt of this.#options.store.receiptsBetween(after, upTo)) {
      const personal =
        receipt.personal === undefined
          ? {}
          : { personal: { ...receipt.personal, parcels: [...receipt.personal.parcels] } };
      link?.send({ t: "receipt", text: receipt.text, last: receipt.last, ...personal });
    }
  }

  /** One timer for the door's next moment; a timer that fires early is simply armed again. */
  #arm(): void {
    clearTimeout(this.#timer);
    const now = this.#options.monotonicMs();
    const waitMs = Math.max(1, Math.ceil(this.#door.nextTickMs(now) - now));
    this.#timer = setTimeout(() => this.push({ kind: "tick" }), waitMs);
  }
}
