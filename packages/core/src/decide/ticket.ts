import { hashText } from "../crypto/thumbprint.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import type { Ticket } from "../papers/bodies.ts";
import { signingInputOf } from "../papers/jws.ts";
import { ticketMsMax, ticketsPerEntranceMax, ticketsPerHandsetMax } from "../papers/limits.ts";
import {
  acceptTap,
  readTap,
  type TagKeys,
  type TapText,
  type TapWindow,
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
  readonly window: (ent: string) => TapWindow;
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

/** A ticket to sign, and the tap window to persist before it is given out. */
export interface TicketMade {
  readonly kind: "ticket";
  readonly body: Ticket;
  readonly signingInput: string;
  readonly hash: string;
  readonly tapGap: boolean;
  readonly window: TapWindow | undefined;
  readonly authorized: Authorized;
  readonly changes: readonly Change[];
}

/** A refusal may still have used a counter: the window is persisted all the same. */
export interface TicketRefused {
  readonly kind: "refused";
  readonly refusal: Refusal;
  readonly window: { readonly ent: string; readonly window: TapWindow } | undefined;
}

/**
 * Answers a tap. Only a request that shows a live grant of this box whose assignment names the
 * handset gets a ticket; it is worthless without that handset's key, so none is asked to sign here.
 */
export function makeTicket(
  state: DoorState,
  facts: TicketFacts,
  { request, now }: { readonly request: TicketRequest; readonly now: Now },
): TicketMade | TicketRefused {
  const authorized = authorize(state, request, now);
  if (authorized.kind === "refused")
    return { kind: "refused", refusal: authorized, window: undefined };
  const present = checkPresence(state, facts, { request, authorized, now });
  if (present.kind === "refused") return present;
  const { chain, ground } = authorized;
  const alive = facts.live.filter((ticket) => isAlive(ticket, now));
  const ofHandset = alive.filter((ticket) => ticket.body.jkt === chain.jkt).length;
  const ofEntrance = alive.filter((ticket) => ticket.body.ent === request.ent).length;
  // Never evict another handset's ticket: a stranger must not be able to lock anybody out.
  if (ofHandset >= ticketsPerHandsetMax || ofEntrance >= ticketsPerEntranceMax) {
    return {
      kind: "refused",
      refusal: refuse("ticket-limit"),
      window: present.window && { ent: request.ent, window: present.window },
    };
  }
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
  };
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
  readonly window: TapWindow | undefined;
}

function checkPresence(
  state: DoorState,
  facts: TicketFacts,
  {
    request,
    authorized,
    now,
  }: { readonly request: TicketRequest; readonly authorized: Authorized; readonly now: Now },
): Present | TicketRefused {
  const { presence, ent } = request;
  const { entrance } = authorized.ground;
  if (presence.kind !== "tap") {
    if (waysWithoutTap(entrance) !== presence.kind)
      return { kind: "refused", refusal: refuse("tap-mac"), window: undefined };
    return {
      kind: "present",
      presence: presence.kind,
      tap: undefined,
      tapGap: false,
      window: undefined,
    };
  }
  const reading = readTap(state.crypto, facts.tags, presence.tap);
  if (reading.kind === "refused")
    return { kind: "refused", refusal: refuse("tap-mac"), window: undefined };
  const accepted = acceptTap(facts.window(reading.ent), reading.counter, now.monotonicMs);
  const used = { ent: reading.ent, window: accepted.window };
  if (accepted.kind === "refused")
    return { kind: "refused", refusal: refuse("tap-seen"), window: used };
  // The entrance comes from the pinned tag, never from what the phone says.
  if (reading.ent !== ent)
    return { kind: "refused", refusal: refuse("tap-other-entrance"), window: used };
  const hash = hashText(state.crypto, utf8(`${presence.tap.e}${presence.tap.c}`));
  return {
    kind: "present",
    presence: "nfc",
    tap: { hash, ctr: reading.counter },
    tapGap: accepted.tapGap,
    window: accepted.window,
  };
}
