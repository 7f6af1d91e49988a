import type { PublicJwk } from "../crypto/port.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import {
  type Head,
  headBody,
  type NoAccess,
  noAccessBody,
  type Ticket,
  ticketBody,
} from "./bodies.ts";
import { type OpenContext, type Opened, openPaper, refusePaper } from "./jws.ts";
import { type AcceptedKeyset, keyFor } from "./keysets.ts";
import type { Entrance } from "./policy.ts";
import type { AcceptedPolicy } from "./policy-chain.ts";

/** The box's key as it came beside the paper; only its thumbprint counts. */
export interface FromBox {
  readonly text: string;
  readonly jwk: PublicJwk;
}

/**
 * Checks a ticket at the phone, before anybody signs a proof over it: made by the box that the policy
 * names for its entrance, for this phone and this grant. What the app shows is *that* entrance.
 */
export function openTicket(
  context: OpenContext,
  { text, jwk }: FromBox,
  expected: { readonly policy: AcceptedPolicy; readonly jkt: string; readonly grant: string },
):
  | { readonly kind: "ticket"; readonly ticket: Opened<Ticket>; readonly entrance: Entrance }
  | Refusal {
  if (jwk.kty !== "OKP") return refuse("alg");
  const opened = openPaper(context, { kind: "ticket", text, body: ticketBody }, () => jwk);
  if (opened.kind === "refused") return refusePaper(opened.refusal);
  const { body, kid } = opened;
  const { policy, jkt, grant } = expected;
  if (body.iss !== kid) return refuse("iss-mismatch");
  if (body.bld !== policy.bld) return refuse("bld-mismatch");
  const entrance = policy.entrances.get(body.ent);
  if (entrance?.ctl !== kid) return refuse("entrance-unknown");
  if (body.jkt !== jkt) return refuse("handset-mismatch");
  if (body.grant !== grant) return refuse("proof-binding");
  return { kind: "ticket", ticket: opened, entrance };
}

/** Checks a head: the box's own word on its newest receipt, with its question for the time. */
export function openHead(
  context: OpenContext,
  { text, jwk }: FromBox,
  ctl: string,
): { readonly kind: "head"; readonly head: Opened<Head> } | Refusal {
  if (jwk.kty !== "OKP") return refuse("alg");
  const opened = openPaper(context, { kind: "head", text, body: headBody }, (kid) =>
    kid === ctl ? jwk : undefined,
  );
  if (opened.kind === "refused") return refusePaper(opened.refusal);
  const { body } = opened;
  if (body.iss !== ctl || body.ctl !== ctl) return refuse("iss-mismatch");
  return { kind: "head", head: opened };
}

/** Checks the host's word that a box is silent: by a grant key of the policy's host; never a receipt. */
export function openNoAccess(
  context: OpenContext,
  text: string,
  expected: { readonly policy: AcceptedPolicy; readonly host: AcceptedKeyset; readonly at: number },
): { readonly kind: "no-access"; readonly paper: Opened<NoAccess> } | Refusal {
  const { policy, host, at } = expected;
  let unknown: Refusal = refuse("kid-unknown");
  const paper = { kind: "no-access", text, body: noAccessBody } as const;
  const opened = openPaper(context, paper, (kid) => {
    const found = keyFor(host, { kid, use: "grant", at });
    if (found.kind === "key") return found.key.jwk;
    unknown = found;
    return undefined;
  });
  if (opened.kind === "refused")
    return opened.refusal.code === "kid-unknown" ? unknown : refusePaper(opened.refusal);
  const { body } = opened;
  if (body.iss !== host.root || body.iss !== policy.policy.host.root) return refuse("iss-mismatch");
  if (body.bld !== policy.bld) return refuse("bld-mismatch");
  return policy.entrances.has(body.ent)
    ? { kind: "no-access", paper: opened }
    : refuse("entrance-unknown");
}
