export { type Authorized, authorize } from "./authorize.ts";
export { decide, waysWithoutTap } from "./decide.ts";
export type { Change, Decision, Identified, UnknownStep } from "./decision.ts";
export type {
  BoxFacts,
  DoorState,
  HeldKeyset,
  LiveTicket,
  Now,
  ProofPaper,
  ShownPapers,
  Spend,
  UnlockRequest,
  UnsealedFacts,
} from "./facts.ts";
export { isKept } from "./papers-checks.ts";
export { type ClaimedProof, proofChallenge, proofHash, readProof } from "./proof-check.ts";
export {
  isAlive,
  makeTicket,
  type NotedWindow,
  type Presence,
  type TicketFacts,
  type TicketMade,
  type TicketRefused,
  type TicketRequest,
} from "./ticket.ts";
