import type { Now } from "@vestibule/core";
import type { Attempt, Outcome, Phase } from "./attempt.ts";
import type { Effect } from "./effects.ts";
import { type DoorMemory, inForce, nowOf, sensingOf } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";
import { writeReceipt } from "./receipts.ts";
import { sendState } from "./state-message.ts";
import type { Sensing, StrikeReport } from "./strike-report.ts";
import { giveUp } from "./unlocking.ts";

type Pulsing = Phase & { readonly kind: "pulsing" };
interface Pulsed {
  readonly attempt: Attempt;
  readonly phase: Pulsing;
}
type End = Pick<Outcome, "stage" | "result" | "code"> & { readonly late?: boolean };

/**
 * Takes what a strike says. A contact change that no pulse of ours explains is dropped right here:
 * it is neither written nor sent, only an open door's start is kept in memory, to notice one held open.
 */
export function takeReport(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    ent,
    report,
    nowMs,
  }: { readonly ent: string; readonly report: StrikeReport; readonly nowMs: number },
): readonly Effect[] {
  const now = nowOf(memory, nowMs);
  watchContact(memory, { ent, report, nowMs });
  watchSensing(memory, ent, report);
  const told = pulsedOf(memory, ent, report);
  const sensing = sensingOf(ports, inForce(memory, now), ent);
  return [
    ...told.flatMap((pulsed) => follow(ports, memory, { ...pulsed, sensing, report, now })),
    ...healthAfter(ports, memory, report),
  ];
}

interface Following extends Pulsed {
  readonly sensing: Sensing;
  readonly report: StrikeReport;
  readonly now: Now;
}

function follow(ports: DoorPorts, memory: DoorMemory, following: Following): readonly Effect[] {
  const { attempt, phase, sensing, report, now } = following;
  const end = (how: End) => finish(ports, memory, { attempt, phase, now, end: how });
  const released = phase.releasedAtMs !== undefined;
  switch (report.kind) {
    case "released": {
      if (released) return [];
      const told = { ...phase, releasedAtMs: now.monotonicMs };
      // Where nothing more can be learnt, a driver need not wait for the pulse's end.
      if (!canConfirm(memory, attempt.ent, sensing)) {
        const last = { stage: "released", result: "unknown" } as const;
        return finish(ports, memory, { attempt, phase: told, now, end: last });
      }
      memory.attempts.set(attempt.att, { ...attempt, phase: told });
      return [{ kind: "send", message: { t: "stage", att: attempt.att, stage: "released" } }];
    }
    case "opened":
      return sensing === "contact" && withinPulse(phase, now)
        ? end({ stage: "confirmed", result: "opened" })
        : [];
    case "current":
      return sensing === "current" && released
        ? end({ stage: "confirmed", result: "current" })
        : [];
    case "locked":
      return released
        ? end({ stage: "released", result: unseen(memory, attempt.ent, sensing) })
        : [];
    case "fault":
      // A sense that fails says nothing of the latch: the pulse goes on, and its end is not known.
      if (report.fault === "sensing-lost") return [];
      return end({
        stage: released ? "released" : "authorized",
        code: "strike-fault",
        result: "unknown",
        late: report.fault === "late",
      });
    case "closed":
    case "recovered":
      return [];
  }
}

/**
 * Whether this door could still tell that it moved. One that stands open cannot: whoever opened it came
 * before the release. The receipt says no more than of a failed sense, since how it stood is nobody's business.
 */
function canConfirm(memory: DoorMemory, ent: string, sensing: Sensing): boolean {
  if (memory.sensingLost.has(ent)) return false;
  return sensing === "current" || (sensing === "contact" && !memory.openSince.has(ent));
}

/** An opening after the pulse is a resident's, even where the strike never said that it locked. */
function withinPulse({ releasedAtMs, open }: Pulsing, now: Now): boolean {
  return releasedAtMs !== undefined && now.monotonicMs - releasedAtMs <= open.pulseMs;
}

/** What a sensing that saw nothing may say; one that fails has seen nothing either way. */
function unseen(memory: DoorMemory, ent: string, sensing: Sensing): Outcome["result"] {
  if (memory.sensingLost.has(ent)) return "unknown";
  switch (sensing) {
    case "contact":
      return "not-opened";
    case "current":
      return "no-current";
    case "none":
      return "unknown";
  }
}

function finish(
  ports: DoorPorts,
  memory: DoorMemory,
  { attempt, phase, now, end }: Pulsed & { readonly now: Now; readonly end: End },
): readonly Effect[] {
  memory.attempts.delete(attempt.att);
  const { open } = phase;
  const { late = false, ...how } = end;
  const outcome: Outcome = {
    att: attempt.att,
    ent: attempt.ent,
    ...how,
    flags: [
      ...(attempt.tapGap ? (["tap_gap"] as const) : []),
      ...(late ? (["late"] as const) : []),
      ...(open.retry ? (["retry"] as const) : []),
    ],
    last: true,
    personal: { identified: open.identified, parcels: open.parcels },
  };
  return writeReceipt(ports, memory, { outcome, now });
}

/** Closes attempts that HPKE or the strike never answered, and notices doors held open. */
export function settleDue(ports: DoorPorts, memory: DoorMemory, now: Now): readonly Effect[] {
  const effects: Effect[] = [];
  for (const attempt of [...memory.attempts.values()]) {
    const { phase } = attempt;
    if (now.monotonicMs < dueOf(phase)) continue;
    if (phase.kind === "unsealing") {
      effects.push(...giveUp(ports, memory, { attempt, now }));
      continue;
    }
    const end =
      phase.releasedAtMs === undefined
        ? ({ stage: "authorized", code: "strike-fault", result: "unknown" } as const)
        : ({ stage: "released", result: "unknown" } as const);
    effects.push(...finish(ports, memory, { attempt, phase, now, end }));
  }
  for (const [ent, since] of memory.openSince) {
    if (now.monotonicMs - since < ports.heldOpenMs || memory.held.has(ent)) continue;
    memory.held.add(ent);
    effects.push(sendState(ports, memory));
  }
  return effects;
}

/** The monotonic moments at which {@link settleDue} has something to do. */
export function settleDueAtMs(ports: DoorPorts, memory: DoorMemory): readonly number[] {
  const held = [...memory.openSince].filter(([ent]) => !memory.held.has(ent));
  return [
    ...[...memory.attempts.values()].map(({ phase }) => dueOf(phase)),
    ...held.map(([, since]) => since + ports.heldOpenMs),
  ];
}

function dueOf(phase: Phase): number {
  return phase.kind === "unsealing" ? phase.fireByMs : phase.endsAtMs;
}

function watchContact(
  memory: DoorMemory,
  {
    ent,
    report,
    nowMs,
  }: { readonly ent: string; readonly report: StrikeReport; readonly nowMs: number },
): void {
  if (report.kind === "opened" && !memory.openSince.has(ent)) memory.openSince.set(ent, nowMs);
  if (report.kind !== "closed") return;
  memory.openSince.delete(ent);
  // Telling it now would tell when somebody shut the door.
  if (memory.held.delete(ent)) memory.stateDue = true;
}

function watchSensing(memory: DoorMemory, ent: string, report: StrikeReport): void {
  if (report.kind === "recovered") memory.sensingLost.delete(ent);
  if (report.kind === "fault" && report.fault === "sensing-lost") memory.sensingLost.add(ent);
}

function healthAfter(
  ports: DoorPorts,
  memory: DoorMemory,
  report: StrikeReport,
): readonly Effect[] {
  return report.kind === "fault" || report.kind === "recovered" ? [sendState(ports, memory)] : [];
}

/** Whom a report is about: the attempt its pulse names; without one, every pulse under way there. */
function pulsedOf(memory: DoorMemory, ent: string, report: StrikeReport): readonly Pulsed[] {
  const named = "pulseId" in report ? report.pulseId : undefined;
  const pulsed: Pulsed[] = [];
  for (const attempt of memory.attempts.values()) {
    const { phase } = attempt;
    if (attempt.ent !== ent || phase.kind !== "pulsing") continue;
    if (named === undefined || named === attempt.att) pulsed.push({ attempt, phase });
  }
  return pulsed;
}
