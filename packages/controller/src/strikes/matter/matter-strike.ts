import { checkPulse } from "../check-pulse.ts";
import { type Pulse, pulseMsMax, type Strike, type StrikeReport } from "../strike.ts";
import type { MatterLock, MatterLockOptions } from "./matter-lock.ts";

/** How often the lock is read while something is under way, and while nothing is, in ms. */
const watchMs = 200;
const idleMs = 5_000;
/** How long the lock may take to answer one reading. */
const readMs = 2_000;
/**
 * The same while the lock is away. matter.js gives a dead session up only after its own retries
 * (about 15 s); a reading that is aborted earlier never gets it to open a new one.
 */
const reviveMs = 30_000;
/** How much longer than asked the lock may stay unlocked before it counts as welded. */
const relockGraceMs = 2_000;
/** How many ids are kept so that none is sent twice. */
const spentMax = 1_024;

export interface MatterStrikeOptions extends MatterLockOptions {
  /** `contact` only for a lock with a door position sensor. */
  readonly sensing: "contact" | "none";
}

interface Release {
  readonly pulseId: string;
  readonly lockedBy: number;
}

/**
 * A Matter door lock as a strike. matter.js is loaded on the first call, so that boxes without a
 * Matter lock never load it. Resolves when the lock is commissioned and was read once.
 *
 * Matter counts whole seconds: a pulse is rounded down, and one below 1,000 ms is a RangeError.
 * The lock locks by itself. The caller keeps spent ids across restarts (the box does, before it
 * asks); within one run an id is sent once.
 */
export async function matterStrike(options: MatterStrikeOptions): Promise<Strike> {
  const { openMatterLock } = await import("./matter-lock.ts");
  const lock = await openMatterLock(options);
  await lock.read(readMs);
  return strikeOf(lock, options.sensing);
}

/** The strike over a lock that is already open. */
export function strikeOf(lock: MatterLock, sensing: "contact" | "none"): Strike {
  const listeners = new Set<(report: StrikeReport) => void>();
  const spent = new Set<string>();
  const now = { reachable: true, welded: false, doorOpen: false, closed: false };
  let current: Release | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  const emit = (report: StrikeReport) => {
    for (const listener of [...listeners]) listener(report);
  };
  const heed = (state: { locked: boolean; doorOpen: boolean | undefined }) => {
    const was = { reachable: now.reachable, welded: now.welded };
    now.reachable = true;
    if (sensing === "contact" && state.doorOpen !== undefined && state.doorOpen !== now.doorOpen) {
      now.doorOpen = state.doorOpen;
      emit({ kind: state.doorOpen ? "opened" : "closed" });
    }
    if (current !== undefined && state.locked) {
      emit({ kind: "locked", pulseId: current.pulseId });
      current = undefined;
      now.welded = false;
    } else if (current !== undefined && !now.welded && performance.now() > current.lockedBy) {
      now.welded = true;
      emit({ kind: "fault", pulseId: current.pulseId, fault: "welded" });
    }
    if ((!was.reachable || was.welded) && now.reachable && !now.welded) emit({ kind: "recovered" });
  };
  const read = async () => {
    try {
      heed(await lock.read(now.reachable ? readMs : reviveMs));
    } catch {
      if (now.reachable && !now.closed) {
        now.reachable = false;
        emit({ kind: "fault", pulseId: undefined, fault: "unreachable" });
      }
    }
  };
  const watch = () => {
    clearTimeout(timer);
    if (now.closed) return;
    const busy = current !== undefined || now.doorOpen || !now.reachable;
    timer = setTimeout(
      () => {
        reading = read().finally(watch);
      },
      busy ? watchMs : idleMs,
    );
  };
  watch();
  return {
    sensing,
    healthy: () => now.reachable && !now.welded && !now.closed,
    release: async (pulse) => {
      checkPulse(pulse);
      const seconds = Math.floor(pulse.pulseMs / 1_000);
      if (seconds < 1) throw new RangeError("a Matter lock counts whole seconds: 1,000 ms or more");
      if (spent.has(pulse.pulseId)) return;
      spent.add(pulse.pulseId);
      for (const oldest of spent) if (spent.size > spentMax) spent.delete(oldest);
      const { pulseId } = pulse;
      const outcome = await unlock({ lock, pulse, seconds, emit });
      if (outcome === "released") {
        current = { pulseId, lockedBy: performance.now() + seconds * 1_000 + relockGraceMs };
      }
      // Unhealthy until the lock was read again, which is tried at once and often.
      if (outcome === "given-up") now.reachable = false;
      watch();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      now.closed = true;
      clearTimeout(timer);
      listeners.clear();
      await reading;
      await lock.close();
    },
  };
}

/** Asks once and reads the state back; only a state that was read is told as a release. */
async function unlock(given: {
  readonly lock: MatterLock;
  readonly pulse: Pulse;
  readonly seconds: number;
  readonly emit: (report: StrikeReport) => void;
}): Promise<"released" | "jammed" | "given-up"> {
  const { lock, pulse, seconds, emit } = given;
  const { pulseId } = pulse;
  try {
    const taken = await lock.unlockFor(Math.min(seconds, pulseMsMax / 1_000), pulse.fireWithinMs);
    const state = await lock.read(readMs);
    if (taken && !state.locked) {
      emit({ kind: "released", pulseId });
      return "released";
    }
    emit({ kind: "fault", pulseId, fault: "jammed" });
    return "jammed";
  } catch {
    // Given up: the lock does it within the deadline or never; whether it did, nobody knows.
    emit({ kind: "fault", pulseId, fault: "unreachable" });
    return "given-up";
  }
}
