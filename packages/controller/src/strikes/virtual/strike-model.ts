import type { StrikeFault, StrikeReport } from "../strike.ts";
import { fireWithinMsMax, pulseIdLengthMax, pulseMsMax } from "../strike.ts";
import type {
  Coil,
  FireCommand,
  FireRefusal,
  PendingPulse,
  PersonAct,
  StrikeEffect,
  StrikeInput,
  StrikeState,
  SwitchableFault,
} from "./strike-state.ts";
import { leasesMax, pendingMax, restMs, slowMs, spentMax } from "./strike-state.ts";

export interface StrikeStep {
  readonly state: StrikeState;
  readonly effects: readonly StrikeEffect[];
}

/**
 * Whether the latch gives way at `now`: a function of time and not of a timer, as a hardware
 * one-shot is, so that no late event can keep a door released.
 */
export function isReleased(state: StrikeState, now: number): boolean {
  const coil = state.coil;
  if (state.stuck) return true;
  return coil !== undefined && !coil.jammed && now >= coil.since && now < coil.until;
}

/** When `stepStrike` has to be called next without any other input; undefined = nothing is due. */
export function nextDue(state: StrikeState): number | undefined {
  const times = [state.coil?.until, state.openAt, state.closeAt];
  for (const pulse of state.pending) times.push(pulse.fireAt);
  const due = times.filter((at) => at !== undefined);
  return due.length === 0 ? undefined : Math.min(...due);
}

/** One input at one instant; what was due before it happens first, in order of time. */
export function stepStrike(state: StrikeState, input: StrikeInput, now: number): StrikeStep {
  const caughtUp = catchUp(state, now);
  const done = apply(caughtUp.state, input, now);
  const after = catchUp(done.state, now);
  return {
    state: after.state,
    effects: [...caughtUp.effects, ...done.effects, ...after.effects],
  };
}

function apply(state: StrikeState, input: StrikeInput, now: number): StrikeStep {
  switch (input.kind) {
    case "tick":
      return quiet(state);
    case "lease": {
      const kept = [...state.leases].filter(([, at]) => now - at <= fireWithinMsMax);
      return quiet({
        ...state,
        leases: new Map([...kept.slice(1 - leasesMax), [input.token, now]]),
      });
    }
    case "fire":
      return fire(state, input.command, now);
    case "remembered":
      return remembered(state, input.pulseId, now);
    case "person":
      return person(state, input.act, now);
    case "fault":
      return switchFault(state, input.fault, input.on);
    case "people":
      return quiet({ ...state, autoOpen: input.autoOpen });
  }
}

function fire(state: StrikeState, command: FireCommand, now: number): StrikeStep {
  const { pulseId, pulseMs, fireWithinMs, token } = command;
  if (pulseMs > pulseMsMax) return refused(state, pulseId, "pulse-too-long");
  const sound = (ms: number) => Number.isInteger(ms) && ms >= 1;
  if (!sound(pulseMs) || !sound(fireWithinMs) || fireWithinMs > fireWithinMsMax) {
    return refused(state, pulseId, "shape");
  }
  if (pulseId.length < 1 || pulseId.length > pulseIdLengthMax) {
    return refused(state, pulseId, "shape");
  }
  const issuedAt = state.leases.get(token);
  const leases = new Map(state.leases);
  leases.delete(token);
  const leased = { ...state, leases };
  if (state.spent.includes(pulseId)) return refused(leased, pulseId, "repeated");
  if (issuedAt === undefined || now > issuedAt + fireWithinMs)
    return fault(leased, pulseId, "late");
  if (state.stuck) return fault(leased, pulseId, "welded");
  if (state.pending.length >= pendingMax) return refused(leased, pulseId, "busy");
  const waiting = { pulseId, pulseMs, fireBy: issuedAt + fireWithinMs, fireAt: undefined };
  return {
    state: {
      ...leased,
      spent: [...state.spent, pulseId].slice(-spentMax),
      pending: [...state.pending, waiting],
    },
    effects: [{ kind: "remember", pulseId }],
  };
}

function remembered(state: StrikeState, pulseId: string, now: number): StrikeStep {
  const waiting = state.pending.find((one) => one.pulseId === pulseId && one.fireAt === undefined);
  if (waiting === undefined) return quiet(state);
  const delayed = now + (state.faults.has("slow") ? slowMs : 0);
  const fireAt = state.coil === undefined ? Math.max(delayed, state.restUntil) : delayed;
  const others = state.pending.filter((one) => one !== waiting);
  if (fireAt > waiting.fireBy) return fault({ ...state, pending: others }, pulseId, "late");
  return quiet({ ...state, pending: [...others, { ...waiting, fireAt }] });
}

function person(state: StrikeState, act: PersonAct, now: number): StrikeStep {
  switch (act) {
    case "inside":
    case "key":
      return openDoor({ ...state, closeAt: undefined }, undefined);
    case "push":
      return isReleased(state, now)
        ? openDoor({ ...state, closeAt: undefined }, undefined)
        : quiet(state);
    case "hold":
      return quiet(state.door === "open" ? { ...state, held: true, closeAt: undefined } : state);
    case "close":
      return tellDoor({ ...state, door: "closed", held: false, closeAt: undefined });
  }
}

function switchFault(state: StrikeState, name: SwitchableFault, on: boolean): StrikeStep {
  const faults = new Set(state.faults);
  if (on) faults.add(name);
  else faults.delete(name);
  const switched = { ...state, faults };
  if (name === "slow") return quiet(switched);
  if (on) {
    // A jam and a weld show only when the coil moves; a cut contact line shows at once.
    const shows = name === "sensing-lost" && state.sensing !== "none" && !state.standing.has(name);
    return shows ? fault(switched, undefined, name) : quiet(switched);
  }
  if (!state.standing.has(name)) return quiet(switched);
  const standing = new Set(state.standing);
  standing.delete(name);
  const freed = { ...switched, standing, stuck: name === "welded" ? false : state.stuck };
  const reports: StrikeReport[] = [];
  if (state.stuck && !freed.stuck) reports.push({ kind: "locked", pulseId: undefined });
  if (standing.size === 0) reports.push({ kind: "recovered" });
  const told = tellDoor(freed);
  return { state: told.state, effects: [...reports.map(asEffect), ...told.effects] };
}

function catchUp(start: StrikeState, now: number): StrikeStep {
  let state = start;
  const effects: StrikeEffect[] = [];
  // Each turn takes away what it found due, and nothing due is more than the bounds above allow.
  for (let due = nextDue(state); due !== undefined && due <= now; due = nextDue(state)) {
    const turn = happen(state, due, now);
    state = turn.state;
    effects.push(...turn.effects);
  }
  return { state, effects };
}

function happen(state: StrikeState, due: number, now: number): StrikeStep {
  if (state.coil !== undefined && state.coil.until === due) return cutOff(state, state.coil);
  if (state.openAt === due) {
    const opener = { ...state, openAt: undefined };
    if (!isReleased(state, due)) return quiet(opener);
    return openDoor(opener, due + (state.autoOpen?.openForMs ?? 0));
  }
  if (state.closeAt === due) return tellDoor({ ...state, door: "closed", closeAt: undefined });
  const pulse = state.pending.find((waiting) => waiting.fireAt === due);
  if (pulse === undefined) return quiet(state);
  const pending = state.pending.filter((waiting) => waiting !== pulse);
  return energise({ ...state, pending }, pulse, now);
}

function energise(state: StrikeState, pulse: PendingPulse, now: number): StrikeStep {
  // A coil moves when the code gets to it, not when it was meant to: judge by `now`.
  if (now > pulse.fireBy) return fault(state, pulse.pulseId, "late");
  if (state.stuck) return fault(state, pulse.pulseId, "welded");
  if (state.coil === undefined && now < state.restUntil) {
    return quiet({ ...state, pending: [...state.pending, { ...pulse, fireAt: state.restUntil }] });
  }
  const jammed = state.faults.has("jammed");
  const since = state.coil?.since ?? now;
  const coil: Coil = {
    since,
    // Releases that overlap are one release to the latch, and bounded as one.
    until: Math.min(Math.max(state.coil?.until ?? 0, now + pulse.pulseMs), since + pulseMsMax),
    pulseIds: [...(state.coil?.pulseIds ?? []), pulse.pulseId],
    // A latch that is out already has its end to tell, whatever jams while it is out.
    jammed: jammed && (state.coil?.jammed ?? true),
  };
  const opens = state.autoOpen !== undefined && !jammed && state.door === "closed";
  const openAt = opens ? now + (state.autoOpen?.afterMs ?? 0) : state.openAt;
  const moved = { ...state, coil, openAt };
  const reports: StrikeReport[] = [];
  // Without sensing nobody can tell a jammed latch from a free one: the coil was energised.
  if (!jammed || state.sensing === "none") {
    reports.push({ kind: "released", pulseId: pulse.pulseId });
  }
  if (state.sensing === "current" && !state.faults.has("sensing-lost")) {
    reports.push({ kind: "current", pulseId: pulse.pulseId });
  }
  if (!jammed || state.sensing === "none") return { state: moved, effects: reports.map(asEffect) };
  const found = fault(moved, pulse.pulseId, "jammed");
  return { state: found.state, effects: [...reports.map(asEffect), ...found.effects] };
}

function cutOff(state: StrikeState, coil: Coil): StrikeStep {
  const ended = { ...state, coil: undefined, restUntil: coil.until + restMs };
  if (state.faults.has("welded")) {
    return fault({ ...ended, stuck: true }, coil.pulseIds.at(-1), "welded");
  }
  if (coil.jammed && state.sensing !== "none") return quiet(ended);
  return {
    state: ended,
    effects: coil.pulseIds.map((pulseId) => asEffect({ kind: "locked", pulseId })),
  };
}

function openDoor(state: StrikeState, closeAt: number | undefined): StrikeStep {
  if (state.door === "open") return quiet(state);
  return tellDoor({ ...state, door: "open", closeAt: state.held ? undefined : closeAt });
}

function tellDoor(state: StrikeState): StrikeStep {
  const mute = state.sensing !== "contact" || state.faults.has("sensing-lost");
  if (mute || state.door === state.doorTold) return quiet(state);
  return {
    state: { ...state, doorTold: state.door },
    effects: [asEffect({ kind: state.door === "open" ? "opened" : "closed" })],
  };
}

function fault(state: StrikeState, pulseId: string | undefined, name: StrikeFault): StrikeStep {
  const lasts = name === "jammed" || name === "welded" || name === "sensing-lost";
  const standing = lasts ? new Set([...state.standing, name]) : state.standing;
  return {
    state: { ...state, standing },
    effects: [asEffect({ kind: "fault", pulseId, fault: name })],
  };
}

function refused(state: StrikeState, pulseId: string, why: FireRefusal): StrikeStep {
  return { state, effects: [{ kind: "refused", pulseId, why }] };
}

function quiet(state: StrikeState): StrikeStep {
  return { state, effects: [] };
}

function asEffect(report: StrikeReport): StrikeEffect {
  return { kind: "report", report };
}
