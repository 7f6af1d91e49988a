import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import type { Proof } from "../papers/bodies.ts";
import { ticketMsMax } from "../papers/limits.ts";
import { type Authorized, authorize } from "./authorize.ts";
import type { Change, Decision, Identified } from "./decision.ts";
import type { BoxFacts, DoorState, LiveTicket, Now, UnlockRequest } from "./facts.ts";
import { type ClaimedProof, proofHash, readProof, verifyProof } from "./proof-check.ts";
import { matchCodes, spendCodes } from "./spending.ts";

const hourS = 3_600;
type Stage = "presented" | "authenticated" | "authorized";

/**
 * The only place that says yes. Pure, synchronous, no I/O, no clock, no randomness: the same facts
 * give the same answer on the box, the host, the phone and in the simulator. The order of checks is
 * that of papers.md; attempts and spends come back as changes that the caller persists *before* the
 * strike moves. Where facts are not at hand the answer is `unknown`, never `open`.
 */
export function decide(state: DoorState, request: UnlockRequest, now: Now): Decision {
  const claims = claimsOf(state, request);
  if (claims?.kind === "refused") return answer(claims, { stage: "presented", changes: [] });
  const authorized = authorize(state, request, now);
  if (authorized.kind === "refused") return answer(authorized, { stage: "presented", changes: [] });
  const { box } = state;
  if (box === undefined) return { kind: "unknown", step: "ticket" };
  if (request.proof === undefined || claims === undefined)
    return { kind: "unknown", step: "proof" };
  const changes: Change[] = [...authorized.changes];
  const proof = request.proof.kind === "read" ? request.proof.paper : request.proof;
  const nameOf = () => proofHash(state.crypto, proof);
  const ticket = findTicket(box, authorized, { claims: claims.body, nameOf, now });
  if (ticket.kind === "refused") return answer(ticket, { stage: "presented", changes });
  const { badge, jkt } = authorized.chain;
  const { handset } = request.papers;
  const { uv, app } = badge.body;
  const verified = verifyProof(state, claims, { handset, jkt, uv, app });
  if (verified.kind === "refused") return answer(verified, { stage: "presented", changes });
  const identified = identify(authorized);
  // From here on the signature is known good: the ticket is used and the attempt counts, whatever comes.
  changes.push(
    { kind: "ticket-used", ticket: ticket.live.hash, by: verified.hash },
    { kind: "attempt", jkt, at: authorized.ground.at },
  );
  const bound = checkBound(box, authorized, { claims: claims.body, ticket: ticket.live });
  if (bound !== undefined) return answer(bound, { stage: "authenticated", identified, changes });
  if (request.unsealed === undefined) return { kind: "unknown", step: "code" };
  const matched = matchCodes(state, box, { authorized, unsealed: request.unsealed });
  if (matched.kind === "wrong")
    return answer(matched.refusal, {
      stage: "authenticated",
      identified,
      changes: [...changes, ...matched.changes],
    });
  const spendable = spendCodes(state, box, { authorized, matched, now });
  if (spendable.kind === "refused")
    return answer(spendable, { stage: "authenticated", identified, changes });
  if (!box.strikeHealthy(request.ent))
    return answer(refuse("strike-fault"), { stage: "authorized", identified, changes });
  return {
    kind: "open",
    ent: request.ent,
    pulseMs: authorized.ground.policy.policy.limits.release_ms,
    retry: spendable.retry,
    parcels: matched.indexes,
    identified,
    changes: [...changes, ...spendable.changes],
  };
}

function claimsOf(state: DoorState, { proof }: UnlockRequest): ClaimedProof | Refusal | undefined {
  return proof?.kind === "read" ? proof.claims : proof && readProof(state, proof);
}

function findTicket(
  box: BoxFacts,
  { ground, chain }: Authorized,
  {
    claims,
    nameOf,
    now,
  }: { readonly claims: Proof; readonly nameOf: () => string; readonly now: Now },
): { readonly kind: "ticket"; readonly live: LiveTicket } | Refusal {
  const live = box.ticket(claims.ticket);
  if (live === undefined || live.body.boot !== box.boot) return refuse("ticket-expired");
  if (live.usedBy !== undefined)
    return refuse(live.usedBy === nameOf() ? "proof-replayed" : "ticket-used");
  if (now.monotonicMs - live.madeAtMs > ticketMsMax) return refuse("ticket-expired");
  // A ticket made under another policy belongs to rules that no longer hold.
  if (live.body.pol !== ground.policy.hash) return refuse("ticket-expired");
  if (
    live.body.jkt !== chain.jkt ||
    live.body.ent !== ground.entrance.ent ||
    live.body.grant !== chain.grant.hash
  )
    return refuse("proof-binding");
  return { kind: "ticket", live };
}

/** The proof must name exactly the papers, box, entrance and purpose it was shown with. */
function bindingOf({ ground, chain }: Authorized, claims: Proof): Refusal | undefined {
  const bound =
    claims.iss === chain.jkt &&
    claims.grant === chain.grant.hash &&
    claims.asg === chain.assignment.hash &&
    claims.ctl === ground.entrance.ctl &&
    claims.ent === ground.entrance.ent &&
    claims.purpose === chain.assignment.body.purpose;
  return bound ? undefined : refuse("proof-binding");
}

function checkBound(
  box: BoxFacts,
  authorized: Authorized,
  { claims, ticket }: { readonly claims: Proof; readonly ticket: LiveTicket },
): Refusal | undefined {
  const { ground, chain } = authorized;
  const unbound = bindingOf(authorized, claims);
  if (unbound !== undefined) return unbound;
  const attempts = box.attempts(chain.jkt, ground.at - hourS);
  if (attempts >= ground.policy.policy.limits.per_handset) return refuse("limit-handset");
  const { presence } = ticket.body;
  const tapped = presence === "nfc" && ticket.body.tap !== undefined;
  const allowed = tapped
    ? ground.entrance.presence === "nfc"
    : presence === waysWithoutTap(ground.entrance);
  return allowed ? undefined : refuse("tap-mac");
}

/** How presence may be shown here without a tap; `refuse` means not at all. */
export function waysWithoutTap(
  entrance: Authorized["ground"]["entrance"],
): "ble" | "none" | "refuse" {
  return entrance.presence === "nfc" ? entrance.noTap : entrance.presence;
}

function identify({ chain }: Authorized): Identified {
  return {
    carrier: chain.assignment.body.iss,
    driver: chain.badge.body.drv,
    assignment: chain.assignment.hash,
    grant: chain.grant.hash,
  };
}

function answer(
  refusal: Refusal,
  {
    stage,
    identified,
    changes,
  }: {
    readonly stage: Stage;
    readonly identified?: Identified;
    readonly changes: readonly Change[];
  },
): Decision {
  const tellDetails = stage !== "presented";
  return {
    ...refusal,
    detail: tellDetails ? refusal.detail : {},
    privateDetail: refusal.detail,
    stage,
    tellDetails,
    identified,
    changes,
  };
}
