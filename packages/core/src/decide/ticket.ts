import { hashText } from "../crypto/thumbprint.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import type { Ticket } from "../papers/bodies.ts";
import { signingInputOf } from "../papers/jws.ts";
import { ticketMsMax, ticketsPerEntranceMax, ticketsPerHandsetMax } from "../papers/limits.ts";
import {
  acceptTap,
  noteTap,
  readTap,
  type TagKeys,
  type TapReading,
  type TapText,
  type TapWindow,
  uidHashOf,
} from "../sticker/index.ts";
import { type Authorized, authorize } from "./authorize.ts";
import { waysWithoutTap } from "./decide.ts";
import type { Change } from "./decision.ts";
import type { DoorState, LiveTicket, Now, ShownPapers } from "./facts.ts";

/** How a phone says it is here: a tap's mirrored parameters, or the way the policy allows without one. */
export type Presence =
  | { readonly kind: "tap"; readonly tap: TapText }
  | { readonly kind: "ble" }
  | { readonly kind: "none" };

/** What the box holds of stickers and tickets when one is asked for. */
export interface TicketFacts {
  readonly tags: readonly TagKeys[];
  /** By the hash of a sticker's UID: a new sticker counts from its own beginning. */
  readonly window: (uidHash: string) => TapWindow;
  /** Tickets that may still be used; one whose proof is being looked at counts as used. */
  readonly live: readonly LiveTicket[];
  readonly boot: string;
  /** 32 fresh random bytes for this ticket. */
  readonly nonce: Uint8Array;
}

export interface TicketRequest {
  readonly papers: ShownPapers;
  readonly ent: string;
  readonly presence: Presence;
}

/** What a tap made of its sticker's window. */
export interface NotedWindow {
  readonly uidHash: string;
  readonly window: TapWindow;
}

/** A ticket to sign, and the tap window to persist before it is given out. */
export interface TicketMade {
  readonly kind: "ticket";
  readonly body: Ticket;
  readonly signingInput: string;
  readonly hash: string;
  readonly tapGap: boolean;
  readonly window: NotedWindow | undefined;
  readonly authorized: Authorized;
  readonly changes: readonly Change[];
  /** Tickets of this same handset whose place it takes: the box forgets them. */
  readonly replaced: readonly string[];
}

/** A refusal may still have raised a counter: the window is persisted all the same. */
export interface TicketRefused {
  readonly kind: "refused";
  readonly refusal: Refusal;
  readonly window: NotedWindow | undefined;
}

/**
 * Answers a tap. Only a request that shows a live grant of this box whose assignment names the
 * handset gets a ticket; it is worthless without that handset's key, so none is asked to sign here.
 * A tap that gets no ticket is not used up: it only raises its sticker's counter.
 */
export function makeTicket(
  state: DoorState,
  facts: TicketFacts,
  { request, now }: { readonly request: TicketRequest; readonly now: Now },
): TicketMade | TicketRefused {
  const authorized = authorize(state, request, now);
  const { presence } = request;
  const reading =
    presence.kind === "tap" ? readTap(state.crypto, facts.tags, presence.tap) : undefined;
  const refused = (refusal: Refusal) => withNote(state, facts, { refusal, reading, now });
  if (authorized.kind === "refused") return refused(authorized);
  const present = checkPresence(state, facts, { request, authorized, reading, now });
  if (present.kind === "refused") return refused(present);
  const { chain, ground } = authorized;
  const alive = facts.live.filter((ticket) => isAlive(ticket, now));
  // Only its own: a stranger must not be able to lock anybody out, nor a phone whose answers were lost itself.
  const replaced = oldestBeyond(alive.filter((ticket) => ticket.body.jkt === chain.jkt));
  const staying = alive.filter((ticket) => !replaced.includes(ticket.hash));
  const ofEntrance = staying.filter((ticket) => ticket.body.ent === request.ent).length;
  if (ofEntrance >= ticketsPerEntranceMax) return refused(refuse("ticket-limit"));
  const body: Ticket = {
    v: 1,
    iss: state.ctl,
    bld: ground.policy.bld,
    ent: request.ent,
    jkt: chain.jkt,
    grant: chain.grant.hash,
    nonce: encodeBase64url(facts.nonce),
    pol: ground.policy.hash,
    boot: facts.boot,
    presence: present.presence,
    ...(present.tap === undefined ? {} : { tap: present.tap }),
  };
  const signingInput = signingInputOf("ticket", { ...body }, { kid: state.ctl, alg: "EdDSA" });
  const hash = hashText(state.crypto, utf8(signingInput));
  return {
    kind: "ticket",
    body,
    signingInput,
    hash,
    tapGap: present.tapGap,
    window: present.window,
    authorized,
    changes: authorized.changes,
    replaced,
  };
}

/** The oldest of a handset's tickets that must go, so that one more is not too many. */
function oldestBeyond(own: readonly LiveTicket[]): readonly string[] {
  const byAge = own.toSorted((left, right) => left.madeAtMs - right.madeAtMs);
  return byAge.slice(0, Math.max(0, own.length - ticketsPerHandsetMax + 1)).map(({ hash }) => hash);
}

/** Whether a ticket could still be used. */
export function isAlive(ticket: LiveTicket, now: Now): boolean {
  return ticket.usedBy === undefined && now.monotonicMs - ticket.madeAtMs <= ticketMsMax;
}

interface Present {
  readonly kind: "present";
  readonly presence: Ticket["presence"];
  readonly tap: { readonly hash: string; readonly ctr: number } | undefined;
  readonly tapGap: boolean;
  readonly window: NotedWindow | undefined;
}

function checkPresence(
  state: DoorState,
  facts: TicketFacts,
  {
    request: { presence, ent },
    authorized: { ground },
    reading,
    now,
  }: {
    readonly request: TicketRequest;
    readonly authorized: Authorized;
    readonly reading: TapReading | undefined;
    readonly now: Now;
  },
): Present | Refusal {
  if (presence.kind !== "tap") {
    if (waysWithoutTap(ground.entrance) !== presence.kind) return refuse("tap-mac");
    const nothing = { tap: undefined, tapGap: false, window: undefined };
    return { kind: "present", presence: presence.kind, ...nothing };
  }
  if (reading?.kind !== "tap") return refuse("tap-mac");
  // The entrance comes from the tag that the policy pins, never from what the phone says.
  const uidHash = uidHashOf(state.crypto, reading.uid);
  const tapped = ground.policy.stickers.get(uidHash);
  if (tapped?.ctl !== state.ctl || tapped.ent !== reading.ent) return refuse("tap-mac");
  if (tapped.ent !== ent) return refuse("tap-other-entrance");
  const accepted = acceptTap(facts.window(uidHash), reading.counter, now.monotonicMs);
  if (accepted.kind === "refused") return refuse("tap-seen");
  const hash = hashText(state.crypto, utf8(`${presence.tap.e}${presence.tap.c}`));
  return {
    kind: "present",
    presence: "nfc",
    tap: { hash, ctr: reading.counter },
    tapGap: accepted.tapGap,
    window: { uidHash, window: accepted.window },
  };
}

function withNote(
  { crypto }: Pick<DoorState, "crypto">,
  facts: TicketFacts,
  {
    refusal,
    reading,
    now,
  }: {
    readonly refusal: Refusal;
    readonly reading: TapReading | undefined;
    readonly now: Now;
  },
): TicketRefused {
  if (reading?.kind !== "tap") return { kind: "refused", refusal, window: undefined };
  const uidHash = uidHashOf(crypto, reading.uid);
  const { window } = noteTap(facts.window(uidHash), reading.counter, now.monotonicMs);
  return { kind: "refused", refusal, window: { uidHash, window } };
}
