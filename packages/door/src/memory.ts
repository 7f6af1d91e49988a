import {
  type AcceptedPolicy,
  type Authorized,
  type ChainHead,
  type DoorState,
  encodeBase64url,
  type HeldKeyset,
  type LiveTicket,
  type Now,
  newTapWindow,
  policyInForce,
  restartTapWindow,
  type ShownPapers,
  type TapWindow,
  ticketMsMax,
} from "@vestibule/core";
import type { Attempt } from "./attempt.ts";
import type { DoorPorts, DoorStored } from "./ports.ts";
import type { Sensing } from "./strike-report.ts";

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
  readonly tookMs: number;
}

/**
 * How far the present link has come: nothing but an answer to `hello` leaves the box before the host
 * has said `welcome`, and nothing but `hello` is listened to before it named itself rightly.
 */
export type LinkState = "closed" | "opened" | "answered" | "welcomed";

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
  link: LinkState;
  /** Receipts up to here were sent on the present link, and when the last of them was. */
  sent: { readonly seq: number; readonly atMs: number };
  /** Receipts up to here are durable at the host, by its own word. */
  acked: number;
  /** The host holds more receipts of this box than its disk: shut until commissioned again. */
  rolledBack: boolean;
  time: TimeSource | undefined;
  /** The same, learned on the present link: deadlines are in the clock of the process that set them. */
  linkTime: TimeSource | undefined;
  asked: { readonly nonce: string; readonly atMs: number; readonly ownS: number } | undefined;
  /** When the present link was last asked for the time. */
  lastAskedAtMs: number | undefined;
  /** Since when every answer about the time lay behind the box's own. */
  contradictedAtMs: number | undefined;
  offerNonce: string | undefined;
  claim: Uint8Array | undefined;
  /** Since when the contact of an entrance is open; kept nowhere else. */
  readonly openSince: Map<string, number>;
  readonly held: Set<string>;
  /** A door that was held open is shut again; told at the next regular minute, not at that moment. */
  stateDue: boolean;
  /** The entrances last told to have a faulty strike. */
  toldFaults: string;
  /** Entrances whose contact or coil cannot be trusted now. */
  readonly sensingLost: Set<string>;
  /** Refusals of strangers recorded in the hour that began at `sinceMs`. */
  strangers: { readonly sinceMs: number; readonly count: number };
  prunedAt: number;
}

/** The memory of a box that has just started. */
export function startMemory(ports: DoorPorts, stored: DoorStored): DoorMemory {
  return {
    policies: stored.policies,
    keysets: new Map(stored.keysets),
    // What was seen when is lost with the process: everything up to the highest counts as old.
    windows: new Map([...stored.windows].map(([tag, window]) => [tag, restartTapWindow(window)])),
    tickets: new Map(),
    attempts: new Map(),
    chain: stored.chain,
    floor: stored.floor,
    floorWritten: stored.floor,
    link: "closed",
    sent: { seq: 0, atMs: 0 },
    acked: 0,
    rolledBack: false,
    time: undefined,
    linkTime: undefined,
    asked: undefined,
    lastAskedAtMs: undefined,
    contradictedAtMs: undefined,
    offerNonce: undefined,
    claim: ports.identity.claim,
    openSince: new Map(),
    held: new Set(),
    stateDue: false,
    toldFaults: "",
    sensingLost: new Set(),
    strangers: { sinceMs: 0, count: 0 },
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
export function stateOf(ports: DoorPorts, memory: DoorMemory): DoorState {
  return {
    crypto: ports.crypto,
    memo: ports.memo,
    ctl: ports.identity.ctl,
    policies: memory.policies,
    keysets: memory.keysets,
    stops: [],
    rolledBack: memory.rolledBack,
    box: {
      boot: ports.identity.boot,
      spentSecret: ports.identity.spentSecret,
      ticket: (hash) => memory.tickets.get(hash)?.live,
      spend: ports.reads.spend,
      attempts: ports.reads.attempts,
      openings: ports.reads.openings,
      wrongCodes: ports.reads.wrongCodes,
      strikeHealthy: ports.strikeHealthy,
    },
  };
}

/** Used tickets kept to tell a replay by its name; beyond it the oldest go first. */
const usedTicketsMax = 256;

/** Tickets that an attempt under way was made over. */
export function busyTickets(memory: DoorMemory): ReadonlySet<string> {
  return new Set([...memory.attempts.values()].map((attempt) => attempt.ticket));
}

/** Forgets tickets whose time is over; used ones stay for that long, to name a replay as one. */
export function dropDeadTickets(memory: DoorMemory, now: Now): void {
  const busy = busyTickets(memory);
  let used = 0;
  for (const { live } of memory.tickets.values()) if (live.usedBy !== undefined) used += 1;
  for (const [hash, { live }] of memory.tickets) {
    if (busy.has(hash)) continue;
    const over = now.monotonicMs - live.madeAtMs > ticketMsMax;
    const tooMany = live.usedBy !== undefined && used > usedTicketsMax;
    if (!over && !tooMany) continue;
    memory.tickets.delete(hash);
    if (live.usedBy !== undefined) used -= 1;
  }
}

/** The policy in force, if any. */
export function inForce(memory: DoorMemory, now: Now): AcceptedPolicy | undefined {
  return now.trusted === undefined ? undefined : policyInForce(memory.policies, now.trusted);
}

export function windowOf(memory: DoorMemory, uidHash: string): TapWindow {
  return memory.windows.get(uidHash) ?? newTapWindow();
}

/** How an entrance tells: as the policy says, if the strike that is really there can. */
export function sensingOf(
  ports: DoorPorts,
  policy: AcceptedPolicy | undefined,
  ent: string,
): Sensing {
  const declared = policy?.entrances.get(ent)?.sensing ?? "none";
  return ports.strikeSensing(ent) === declared ? declared : "none";
}

export function freshText(ports: DoorPorts, size: number): string {
  return encodeBase64url(ports.random(size));
}
