import type { Now } from "@vestibule/core";
import type { Effect } from "./effects.ts";
import { type DoorMemory, freshText, nowOf } from "./memory.ts";
import type { DoorPorts } from "./ports.ts";

/** How often a linked box asks for the time, in ms. */
export const timePaceMs = 60_000;
/** An answer later than this after its question is void (papers.md, head). */
const timeAnswerMsMax = 300_000;
/** How far back the host's clock may lie behind the box's own before its answer is void, in seconds. */
const timeBackSMax = 60;
/** The floor is written at most this often, in seconds. */
const floorEveryS = 60;

/** Asks the host for the time with a fresh nonce. */
export function askTime(ports: DoorPorts, memory: DoorMemory, nowMs: number): readonly Effect[] {
  const nonce = freshText(ports, 32);
  memory.asked = { nonce, atMs: nowMs };
  return [
    { kind: "send", message: { t: "ask-time", nonce } },
    { kind: "wake", atMs: nowMs + timePaceMs },
  ];
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
  const own =
    memory.time === undefined
      ? memory.floor
      : Math.max(
          memory.floor,
          Math.floor((memory.time.hostMs + asked.atMs - memory.time.askedAtMs) / 1_000),
        );
  if (hostS < own - timeBackSMax) return [];
  memory.time = { hostMs: answer.nowMs, askedAtMs: asked.atMs };
  memory.linkTime = memory.time;
  const { trusted } = nowOf(memory, monotonicMs);
  return trusted === undefined ? [] : writeFloor(memory, trusted);
}

/** Persists the floor now and then, so that a reboot cannot bring back an earlier time. */
export function writeFloor(memory: DoorMemory, trusted: number): readonly Effect[] {
  if (trusted < memory.floorWritten + floorEveryS) return [];
  memory.floorWritten = trusted;
  return [{ kind: "write", write: { kind: "floor", seconds: trusted } }];
}

/** Whether it is time to ask again. */
export function timeIsDue(memory: DoorMemory, now: Now): boolean {
  const askedAt = memory.asked?.atMs ?? memory.time?.askedAtMs;
  return memory.linked && (askedAt === undefined || now.monotonicMs - askedAt >= timePaceMs);
}
