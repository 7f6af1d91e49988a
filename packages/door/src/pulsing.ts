import { type Now, tapCounterRetireAt, tapCounterWarnAt } from "@vestibule/core";
import type { Attempt, Outcome, Phase } from "./attempt.ts";
import type { Effect } from "./effects.ts";
import { type DoorMemory, inForce, nowOf } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";
import { writeReceipt } from "./receipts.ts";
import type { StrikeReport } from "./strike-report.ts";

type Pulsing = Phase & { readonly kind: "pulsing" };

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
  const watched = watchContact(ports, memory, { ent, report, nowMs });
  const attempt = attemptOf(memory, ent, report);
  if (attempt === undefined || attempt.phase.kind !== "pulsing")
    return [...watched, ...healthAfter(ports, memory, report)];
  const sensing = inForce(memory, now)?.entrances.get(ent)?.sensing ?? "none";
  return [
    ...watched,
    ...follow(ports, memory, { attempt, phase: attempt.phase, sensing, report, now }),
    ...healthAfter(ports, memory, report),
  ];
}

interface Following {
  readonly attempt: Attempt;
  readonly phase: Pulsing;
  readonly sensing: "contact" | "current" | "none";
  readonly report: StrikeReport;
  readonly now: Now;
}

function follow(ports: DoorPorts, memory: DoorMemory, following: Following): readonly Effect[] {
  const { attempt, phase, sensing, report, now } = following;
  switch (report.kind) {
    case "released": {
      memory.attempts.set(attempt.att, { ...attempt, phase: { ...phase, released: true } });
      return [{ kind: "send", message: { t: "stage", att: attempt.att, stage: "released" } }];
    }
    case "opened":
      return phase.released && sensing === "contact"
        ? finish(ports, memory, {
            attempt,
            phase,
            now,
            end: { stage: "confirmed", result: "opened" },
          })
        : [];
    case "current":
      return sensing === "current"
        ? finish(ports, memory, {
            attempt,
            phase,
            now,
            end: { stage: "confirmed", result: "current" },
          })
        : [];
    case "locked":
      return phase.released
        ? finish(ports, memory, {
            attempt,
            phase,
            now,
            end: { stage: "released", result: unseen(sensing) },
          })
        : [];
    case "fault":
      return finish(ports, memory, {
        attempt,
        phase,
        now,
        end: {
          stage: phase.released ? "released" : "authorized",
          code: "strike-fault",
          result: "unknown",
        },
      });
    case "closed":
    case "recovered":
      return [];
  }
}

/** What a sensing that saw nothing may say. */
function unseen(sensing: Following["sensing"]): Outcome["result"] {
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
  {
    attempt,
    phase,
    now,
    end,
  }: {
    readonly attempt: Attempt;
    readonly phase: Pulsing;
    readonly now: Now;
    readonly end: Pick<Outcome, "stage" | "result" | "code">;
  },
): readonly Effect[] {
  memory.attempts.delete(attempt.att);
  const { open } = phase;
  const outcome: Outcome = {
    att: attempt.att,
    ent: attempt.ent,
    ...end,
    flags: [
      ...(attempt.tapGap ? (["tap_gap"] as const) : []),
      ...(open.retry ? (["retry"] as const) : []),
    ],
    last: true,
    personal: { identified: open.identified, parcels: open.parcels },
  };
  return writeReceipt(ports, memory, { outcome, now });
}

/** Closes attempts whose strike never answered, and notices doors held open. */
export function settleDue(ports: DoorPorts, memory: DoorMemory, now: Now): readonly Effect[] {
  const effects: Effect[] = [];
  for (const attempt of [...memory.attempts.values()]) {
    const { phase } = attempt;
    if (phase.kind !== "pulsing" || now.monotonicMs < phase.endsAtMs) continue;
    const end = phase.released
      ? ({ stage: "released", result: "unknown" } as const)
      : ({ stage: "authorized", code: "strike-fault", result: "unknown" } as const);
    effects.push(...finish(ports, memory, { attempt, phase, now, end }));
  }
  for (const [ent, since] of memory.openSince) {
    if (now.monotonicMs - since < ports.heldOpenMs || memory.held.has(ent)) continue;
    memory.held.add(ent);
    effects.push(sendState(ports, memory));
  }
  return effects;
}

function watchContact(
  ports: DoorPorts,
  memory: DoorMemory,
  {
    ent,
    report,
    nowMs,
  }: { readonly ent: string; readonly report: StrikeReport; readonly nowMs: number },
): readonly Effect[] {
  if (report.kind === "opened" && !memory.openSince.has(ent)) {
    memory.openSince.set(ent, nowMs);
    return [{ kind: "wake", atMs: nowMs + ports.heldOpenMs }];
  }
  if (report.kind !== "closed") return [];
  memory.openSince.delete(ent);
  return memory.held.delete(ent) ? [sendState(ports, memory)] : [];
}

function healthAfter(
  ports: DoorPorts,
  memory: DoorMemory,
  report: StrikeReport,
): readonly Effect[] {
  return report.kind === "fault" || report.kind === "recovered" ? [sendState(ports, memory)] : [];
}

/** Health by entrance, as far as it may be known. */
export function sendState(ports: DoorPorts, memory: DoorMemory): Effect {
  const ents = new Set(
    memory.policies
      .at(-1)
      ?.policy.entrances.filter((entrance) => entrance.ctl === ports.identity.ctl)
      .map((entrance) => entrance.ent) ?? [],
  );
  const entrances = [...ents].map((ent) => ({
    ent,
    strike: ports.strikeHealthy(ent) ? ("ok" as const) : ("fault" as const),
    held: memory.held.has(ent),
    tags: tagWarnings(memory, ent),
  }));
  return { kind: "send", message: { t: "state", entrances } };
}

function tagWarnings(memory: DoorMemory, ent: string): ("tag-half-used" | "tag-retire")[] {
  const highest = memory.windows.get(ent)?.highest ?? 0;
  if (highest >= tapCounterRetireAt) return ["tag-half-used", "tag-retire"];
  return highest >= tapCounterWarnAt ? ["tag-half-used"] : [];
}

/** A report names its attempt by the pulse; a contact names none, so it belongs to the one now released. */
function attemptOf(memory: DoorMemory, ent: string, report: StrikeReport): Attempt | undefined {
  if ("pulseId" in report && report.pulseId !== undefined)
    return memory.attempts.get(report.pulseId);
  const pulsing = [...memory.attempts.values()].filter(
    (attempt) => attempt.ent === ent && attempt.phase.kind === "pulsing",
  );
  return (
    pulsing.find((attempt) => attempt.phase.kind === "pulsing" && attempt.phase.released) ??
    pulsing[0]
  );
}
