import type { Effect } from "./effects.ts";
import { type DoorMemory, freshText, nowOf } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/** How often a linked box asks for the time, in ms. */
export const timePaceMs = 60_000;
/** An answer later than this after its question is void (papers.md, head). */
const timeAnswerMsMax = 300_000;
/** How far back the host's clock may lie behind the box's own before its answer is void, in seconds. */
const timeBackSMax = 60;
/** So long a box believes its own time against its host's, in ms. */
const contradictedMsMax = 600_000;
/** The floor is written at most this often, in seconds. */
const floorEveryS = 60;

/** An answer that took longer than this makes deadlines early by as much: asked again soon, in ms. */
const slowAnswerMs = 1_000;
const slowPaceMs = 5_000;
/** Beyond this no receipt could be written in ten digits; a host that says so is wrong. */
const hostSMax = 9_000_000_000;

/** Asks the host for the time with a fresh nonce. */
export function askTime(ports: DoorPorts, memory: DoorMemory, nowMs: number): readonly Effect[] {
  const nonce = freshText(ports, 32);
  // The box's own time at the question: an answer that lies behind it is void.
  memory.lastAskedAtMs = nowMs;
  memory.asked = { nonce, atMs: nowMs, ownS: nowOf(memory, nowMs).trusted ?? memory.floor };
  return [{ kind: "send", message: { t: "ask-time", nonce } }];
}

/** Takes the host's answer if it fits the question; the floor never falls. */
export function takeTime(
  memory: DoorMemory,
  answer: { readonly nonce: string; readonly nowMs: number },
  monotonicMs: number,
): readonly Effect[] {
  const { asked } = memory;
  if (asked === undefined || asked.nonce !== answer.nonce) return [];
  memory.asked = undefined;
  if (monotonicMs - asked.atMs > timeAnswerMsMax) return [];
  const hostS = Math.floor(answer.nowMs / 1_000);
  if (hostS > hostSMax) return [];
  if (hostS < asked.ownS - timeBackSMax) {
    doubt(memory, monotonicMs);
    return [];
  }
  memory.contradictedAtMs = undefined;
  memory.time = {
    hostMs: answer.nowMs,
    askedAtMs: asked.atMs,
    tookMs: monotonicMs - asked.atMs,
  };
  memory.linkTime = memory.time;
  const { trusted } = nowOf(memory, monotonicMs);
  return trusted === undefined ? [] : writeFloor(memory, trusted);
}

/**
 * An answer that lies behind is void. Where they all do for long, the box's own time may be the wrong
 * one: its host's clock was ahead once. It then has none, as after a restart, opens nothing, and takes
 * the host's again when that has come up to the floor; without it a box would stay ahead until somebody
 * went there to start it anew.
 */
function doubt(memory: DoorMemory, monotonicMs: number): void {
  memory.contradictedAtMs ??= monotonicMs;
  if (monotonicMs - memory.contradictedAtMs < contradictedMsMax) return;
  memory.time = undefined;
  memory.linkTime = undefined;
}

/** Persists the floor now and then, so that a reboot cannot bring back an earlier time. */
export function writeFloor(memory: DoorMemory, trusted: number): readonly Effect[] {
  if (trusted < memory.floorWritten + floorEveryS) return [];
  memory.floorWritten = trusted;
  return [{ kind: "write", write: { kind: "floor", seconds: trusted } }];
}

/** When to ask again; undefined while no host listens. A void answer does not bring it nearer. */
export function timeDueAtMs(memory: DoorMemory): number | undefined {
  if (memory.link !== "welcomed") return undefined;
  const { lastAskedAtMs, linkTime } = memory;
  if (lastAskedAtMs === undefined) return 0;
  const answered = linkTime !== undefined && linkTime.askedAtMs === lastAskedAtMs;
  const slow = answered && linkTime.tookMs > slowAnswerMs;
  return lastAskedAtMs + (slow ? linkTime.tookMs + slowPaceMs : timePaceMs);
}
