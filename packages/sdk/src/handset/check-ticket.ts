import {
  type Crypto,
  type Entrance,
  type Opened,
  openPaper,
  type PublicJwk,
  type ReadPolicy,
  type Refusal,
  refuse,
  refusePaper,
  type Ticket,
  thumbprint,
  ticketBody,
} from "@vestibule/core";

/** A ticket that came back for a tap, and what it must be about. */
export interface TicketOffered {
  readonly text: string;
  /** The box's key as the host gave it: counts only if the signed policy names it. */
  readonly boxJwk: PublicJwk;
  /** The policy as the phone read it (`readPolicy`). */
  readonly policy: Pick<ReadPolicy, "policy" | "bld">;
  /** The entrance that was asked for. */
  readonly ent: string;
  readonly jkt: string;
  /** Hash of the grant that was shown. */
  readonly grant: string;
}

/** A ticket whose box the policy names, and the entrance to show. */
export interface CheckedTicket {
  readonly kind: "ticket";
  readonly ticket: Opened<Ticket>;
  readonly entrance: Entrance;
}

/**
 * Checks a ticket on the phone: made by the box that the policy names for this entrance, for this
 * handset and this grant. Codes are sealed only for what this returns.
 */
export function checkTicket(crypto: Crypto, offered: TicketOffered): CheckedTicket | Refusal {
  const ctl = thumbprint(crypto, offered.boxJwk);
  const opened = openPaper(
    { crypto },
    { kind: "ticket", text: offered.text, body: ticketBody },
    (kid) => (kid === ctl ? offered.boxJwk : undefined),
  );
  if (opened.kind === "refused") return refusePaper(opened.refusal);
  const { body } = opened;
  const entrance = offered.policy.policy.entrances.find(({ ent }) => ent === body.ent);
  if (entrance === undefined || entrance.ctl !== ctl || body.iss !== ctl)
    return refuse("entrance-unknown");
  if (body.bld !== offered.policy.bld) return refuse("bld-mismatch");
  if (body.ent !== offered.ent) return refuse("tap-other-entrance");
  if (body.jkt !== offered.jkt || body.grant !== offered.grant) return refuse("proof-binding");
  return { kind: "ticket", ticket: opened, entrance };
}
