import {
  type AcceptedPolicy,
  type Authorized,
  type ChainHead,
  type DoorState,
  encodeBase64url,
  type HeldKeyset,
  isAlive,
  type LiveTicket,
  type Now,
  newTapWindow,
  policyInForce,
  restartTapWindow,
  type ShownPapers,
  type TapWindow,
} from "@vestibule/core";
import type { Attempt } from "./attempt.ts";
import type { DoorPorts, DoorStored } from "./ports.ts";

/** A ticket with the papers it was made for, so that the proof need not carry them again. */
export interface HeldTicket {
  readonly live: LiveTicket;
  readonly papers: ShownPapers;
  readonly authorized: Authorized;
  readonly tapGap: boolean;
  readonly pepper: Uint8Array | "unopenable" | undefined;
}

/** The host's time as this box learned it, tied to its own monotonic clock at the nonce. */
export interface TimeSource {
  readonly hostMs: number;
  readonly askedAtMs: number;
}

/** The state of one box while its process lives; everything else is in its store. */
export interface DoorMemory {
  policies: readonly AcceptedPolicy[];
  readonly keysets: Map<string, HeldKeyset>;
  readonly windows: Map<string, TapWindow>;
  readonly tickets: Map<string, HeldTicket>;
  readonly attempts: Map<string, Attempt>;
  chain: ChainHead;
  floor: number;
  /** Epoch seconds of the last floor that was written. */
  floorWritten: number;
  linked: boolean;
  time: TimeSource | undefined;
  /** The same, learned on the present link: deadlines are in the clock of the process that set them. */
  linkTime: TimeSource | undefined;
  asked: { readonly nonce: string; readonly atMs: number } | undefined;
  offerNonce: string | undefined;
  claim: Uint8Array | undefined;
  /** Since when the contact of an entrance is open; kept nowhere else. */
  readonly openSince: Map<string, number>;
  readonly held: Set<string>;
  prunedAt: number;
}

/** The memory of a box that has just started. */
export function startMemory(ports: DoorPorts, stored: DoorStored): DoorMemory {
  return {
    policies: stored.policies,
    keysets: new Map(stored.keysets),
    // What was seen when is lost with the process: everything up to the highest counts as old.
    windows: new Map([...stored.windows].map(([ent, window]) => [ent, restartTapWindow(window)])),
    tickets: new Map(),
    attempts: new Map(),
    chain: stored.chain,
    floor: stored.floor,
    floorWritten: stored.floor,
    linked: false,
    time: undefined,
    linkTime: undefined,
    asked: undefined,
    offerNonce: undefined,
    claim: ports.identity.claim,
    openSince: new Map(),
    held: new Set(),
    prunedAt: 0,
  };
}

/** The box's moment: trusted time never falls, and its age counts from the nonce. */
export function nowOf(memory: DoorMemory, monotonicMs: number): Now {
  const { time } = memory;
  if (time === undefined) return { trusted: undefined, ageS: undefined, monotonicMs };
  const sinceMs = monotonicMs - time.askedAtMs;
  const trusted = Math.max(memory.floor, Math.floor((time.hostMs + sinceMs) / 1_000));
  memory.floor = trusted;
  return { trusted, ageS: Math.floor(sinceMs / 1_000), monotonicMs };
}

/**
 * The latest the host's clock can show now: it answered some time after the question, so counting
 * from the question errs on the side of "too late".
 */
export function hostMsAtMost(memory: DoorMemory, monotonicMs: number): number | undefined {
  const { linkTime } = memory;
  return linkTime === undefined ? undefined : linkTime.hostMs + (monotonicMs - linkTime.askedAtMs);
}

/** What decide() knows at this box. */
export function stateOf(ports: DoorPorts, memory: DoorMemory, now: Now): DoorState {
  const hourAgo = (now.trusted ?? 0) - 3_600;
  return {
    crypto: ports.crypto,
    memo: ports.memo,
    ctl: ports.identity.ctl,
    policies: memory.policies,
    keysets: memory.keysets,
    stops: [],
    rolledBack: false,
    box: {
      boot: ports.identity.boot,
      spentSecret: ports.identity.spentSecret,
      ticket: (hash) => memory.tickets.get(hash)?.live,
      spend: ports.reads.spend,
      attempts: (jkt) => ports.reads.attempts(jkt, hourAgo),
      openings: (party) => ports.reads.openings(party, hourAgo),
      wrongCodes: ports.reads.wrongCodes,
      strikeHealthy: ports.strikeHealthy,
    },
  };
}

/** Forgets tickets that can no longer be used. */
export function dropDeadTickets(memory: DoorMemory, now: Now): void {
  for (const [hash, ticket] of memory.tickets) {
    if (!isAlive(ticket.live, now) && !busy(memory, hash)) memory.tickets.delete(hash);
  }
}

function busy(memory: DoorMemory, ticket: string): boolean {
  return [...memory.attempts.values()].some((attempt) => attempt.ticket === ticket);
}

/** The policy in force, if any. */
export function inForce(memory: DoorMemory, now: Now): AcceptedPolicy | undefined {
  return now.trusted === undefined ? undefined : policyInForce(memory.policies, now.trusted);
}

export function windowOf(memory: DoorMemory, ent: string): TapWindow {
  return memory.windows.get(ent) ?? newTapWindow();
}

export function freshText(ports: DoorPorts, size: number): string {
  return encodeBase64url(ports.random(size));
}
