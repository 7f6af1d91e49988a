import { nextDue, stepStrike } from "./strike-model.ts";
import {
  initialStrike,
  type StrikeEffect,
  type StrikeInput,
  type StrikeState,
} from "./strike-state.ts";

export interface StrikeRunner {
  readonly input: (input: StrikeInput) => void;
  readonly state: () => StrikeState;
  readonly now: () => number;
  readonly stop: () => void;
}

/**
 * Runs the model on a clock: feeds it inputs and due times, stores spent ids before the coil
 * moves, hands reports on. `remember` must have stored the id durably when it returns; when it
 * throws, the coil does not move.
 */
export function runStrike(given: {
  readonly start: Parameters<typeof initialStrike>[0];
  readonly now: () => number;
  readonly remember: (pulseId: string) => void;
  readonly emit: (effect: Exclude<StrikeEffect, { kind: "remember" }>, state: StrikeState) => void;
  /** Called after each input and each due time, with what the door is like now. */
  readonly changed?: (state: StrikeState) => void;
}): StrikeRunner {
  let state = initialStrike(given.start);
  let timer: NodeJS.Timeout | undefined;
  const feed = (input: StrikeInput) => {
    const step = stepStrike(state, input, given.now());
    state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === "remember") {
        given.remember(effect.pulseId);
        feed({ kind: "remembered", pulseId: effect.pulseId });
      } else {
        given.emit(effect, state);
      }
    }
  };
  const arm = () => {
    clearTimeout(timer);
    const due = nextDue(state);
    if (due === undefined) return;
    timer = setTimeout(() => input({ kind: "tick" }), Math.max(0, Math.ceil(due - given.now())));
  };
  const input = (given_: StrikeInput) => {
    try {
      feed(given_);
    } finally {
      arm();
      given.changed?.(state);
    }
  };
  return { input, state: () => state, now: given.now, stop: () => clearTimeout(timer) };
}
