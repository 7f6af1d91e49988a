import { checkPulse } from "../check-pulse.ts";
import type { Sensing, Strike, StrikeReport } from "../strike.ts";
import { isReleased } from "./strike-model.ts";
import { runStrike } from "./strike-runner.ts";
import type { AutoOpen, StrikeInput, StrikeState } from "./strike-state.ts";

/** What a test may do to the door and its strike, and see of them. */
export interface MemoryStrike {
  readonly strike: Strike;
  /** Switches a fault, lets a person act, changes who pulls the door. */
  readonly simulate: (input: Extract<StrikeInput, { kind: "fault" | "person" | "people" }>) => void;
  /** The truth at the door, whatever the sensing tells. */
  readonly look: () => { readonly released: boolean; readonly door: "open" | "closed" };
  readonly state: () => StrikeState;
}

/**
 * The virtual strike in this process, for tests: the same model without sockets or disk.
 * `now` gives monotonic ms (by default the process's clock); timers are the global ones.
 */
export function memoryStrike(given?: {
  readonly sensing?: Sensing;
  readonly autoOpen?: AutoOpen;
  readonly now?: () => number;
}): MemoryStrike {
  const listeners = new Set<(report: StrikeReport) => void>();
  const now = given?.now ?? (() => performance.now());
  let tokens = 0;
  const runner = runStrike({
    start: { sensing: given?.sensing ?? "contact", spent: [], autoOpen: given?.autoOpen },
    now,
    remember: () => undefined,
    emit: (effect) => {
      if (effect.kind !== "report") return;
      for (const listener of [...listeners]) listener(effect.report);
    },
  });
  const strike: Strike = {
    sensing: given?.sensing ?? "contact",
    healthy: () => {
      const standing = runner.state().standing;
      return !standing.has("jammed") && !standing.has("welded");
    },
    release: async (pulse) => {
      checkPulse(pulse);
      tokens += 1;
      const token = `memory-${tokens}`;
      runner.input({ kind: "lease", token });
      runner.input({ kind: "fire", command: { ...pulse, token } });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      runner.stop();
      listeners.clear();
      return Promise.resolve();
    },
  };
  return {
    strike,
    simulate: runner.input,
    look: () => ({ released: isReleased(runner.state(), now()), door: runner.state().door }),
    state: runner.state,
  };
}
