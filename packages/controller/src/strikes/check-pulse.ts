import type { Pulse } from "./strike.ts";
import { fireWithinMsMax, pulseIdLengthMax, pulseMsMax } from "./strike.ts";

/** Throws RangeError for a pulse that no strike may be asked for: the caller's own mistake. */
export function checkPulse(pulse: Pulse): void {
  const within = (ms: number, most: number) => Number.isInteger(ms) && ms >= 1 && ms <= most;
  if (!within(pulse.pulseMs, pulseMsMax)) {
    throw new RangeError(`pulseMs must be a whole number from 1 to ${pulseMsMax}`);
  }
  if (!within(pulse.fireWithinMs, fireWithinMsMax)) {
    throw new RangeError(`fireWithinMs must be a whole number from 1 to ${fireWithinMsMax}`);
  }
  if (pulse.pulseId.length < 1 || pulse.pulseId.length > pulseIdLengthMax) {
    throw new RangeError(`pulseId must have 1 to ${pulseIdLengthMax} characters`);
  }
}
