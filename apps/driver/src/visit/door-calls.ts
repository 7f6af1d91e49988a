import type { ProofPaper } from "@vestibule/core";
import type { Problem } from "../api/host.ts";
import { fingerWanted, type Host } from "../api/session.ts";
import type { Assignment, Building, Entrance } from "../api/today.ts";
import { listOf, maybe, oneOf, record, text } from "../json.ts";
import { asksFinger, type Handset } from "../kept/handset.ts";
import type * as DoorPapers from "./door-papers.ts";
import type { VerifiedBuilding, VerifiedTicket } from "./door-papers.ts";
import type { HeldCode } from "./held-codes.ts";
import { attemptReader, type Outcome, outcomeOf } from "./outcome.ts";
import type { Arrival, Failure } from "./visit-state.ts";

/** What a call came to. */
export type Reached =
  | { readonly kind: "ticket"; readonly ticket: VerifiedTicket }
  | { readonly kind: "ended"; readonly outcome: Outcome; readonly receipt: string | undefined }
  | {
      readonly kind: "silent";
      readonly since: number | undefined;
      readonly noAccess: string | undefined;
    }
  | { readonly kind: "failed"; readonly failure: Failure; readonly again: boolean };

export interface TicketAsk {
  readonly building: Building;
  readonly assignment: Assignment;
  readonly entrance: Entrance;
  readonly arrival: Arrival;
}

export interface AttemptPlan {
  readonly building: Building;
  readonly assignment: Assignment;
  readonly ticket: VerifiedTicket;
  readonly codes: readonly HeldCode[];
}

/** The two calls of an opening. */
export interface DoorCalls {
  readonly askTicket: (ask: TicketAsk) => Promise<Reached>;
  readonly newAttempt: (plan: AttemptPlan) => DoorAttempt;
}

/** One attempt; sent again it is the same one to the host, and can open no door twice. */
export interface DoorAttempt {
  /** Whether signing will ask for the driver's finger: not where it signed already. */
  readonly needsFinger: () => boolean;
  /** Seals and signs, once; again after a failure. `signal` gives a waiting finger up. */
  readonly sign: (signal: AbortSignal) => Promise<"signed" | Failure>;
  readonly send: (entrance: Entrance) => Promise<Reached>;
}

const ticketAnswer = record({
  ticket: text,
  boxJwk: record({ kty: oneOf("OKP"), crv: oneOf("Ed25519"), x: text }),
});
const policiesAnswer = record({ policies: listOf(text) });
const unlockAnswer = record({ attempt: attemptReader, outcome: maybe(text) });

/**
 * Makes the calls of a handset.
 *
 * @param papers loads the verifying half of core, which the first screen does without.
 */
export function doorCalls(
  host: Host,
  handset: Handset,
  papers: () => Promise<typeof DoorPapers>,
): DoorCalls {
  const verified = new Map<string, Promise<VerifiedBuilding | Failure>>();
  const verify = (building: Building, assignment: Assignment) => {
    const name = `${building.bld} ${assignment.hash} ${building.policy.length}`;
    const known = verified.get(name) ?? verifyNow(host, handset, { papers, building, assignment });
    verified.set(name, known);
    // A failure may have been the network's: the next tap verifies afresh.
    void known.then((result) => typeof result === "string" && verified.delete(name));
    return known;
  };
  return {
    askTicket: async (ask) => {
      // A tap is the driver's own doing: where the session ended, it may ask for the finger.
      host.mayAskFinger();
      // Verified while the box answers: neither waits for the other.
      const [answer, building] = await Promise.all([
        host.ask({
          method: "POST",
          path: `/api/entrances/${ask.entrance.id}/tickets`,
          body: { assignmentId: ask.assignment.id, presence: ask.arrival },
        }),
        verify(ask.building, ask.assignment),
      ]);
      if (answer.kind === "no-network") return failed("no-network", true);
      if (answer.kind === "problem") return ofProblem(answer.problem, ask.entrance);
      if (typeof building === "string") return failed(building, building === "no-network");
      const made = ticketAnswer(answer.body);
      if (made === undefined) return failed("host", true);
      const { verifyTicket } = await papers();
      const grants = ask.assignment.grant.map(({ hash }) => hash);
      const ticket = verifyTicket(building, { ...made, grants, jkt: handset.answer.terms.jkt });
      if (ticket.kind === "ticket") return { kind: "ticket", ticket };
      return failed(
        ticket.kind === "policy-unknown" ? "policy-not-verified" : "ticket-not-verified",
        false,
      );
    },
    newAttempt: (plan) => {
      let made: SignedProof | undefined;
      return {
        needsFinger: () => asksFinger(handset) && made === undefined,
        sign: async (signal) => {
          if (made !== undefined) return "signed";
          const building = verify(plan.building, plan.assignment);
          const proof = await makeProof(handset, plan, { papers, building, signal });
          if (typeof proof === "string") return proof;
          made = proof;
          return "signed";
        },
        send: async (entrance) => {
          if (made === undefined) return failed("host", false);
          const answer = await host.ask({
            method: "POST",
            path: `/api/entrances/${entrance.id}/unlocks`,
            idempotencyKey: made.key,
            body: {
              assignmentId: plan.assignment.id,
              ticket: plan.ticket.hash,
              proof: made.proof,
            },
          });
          if (answer.kind === "no-network") return failed("no-network", true);
          if (answer.kind === "problem") return ofProblem(answer.problem, entrance);
          return ofAttempt(answer.body, plan.ticket, await papers());
        },
      };
    },
  };
}

async function verifyNow(
  host: Host,
  handset: Handset,
  {
    papers,
    building,
    assignment,
  }: {
    readonly papers: () => Promise<typeof DoorPapers>;
    readonly building: Building;
    readonly assignment: Assignment;
  },
): Promise<VerifiedBuilding | Failure> {
  // The verifying half may not be on this phone yet: that, too, is the network's.
  const loaded = await papers().catch(() => undefined);
  if (loaded === undefined) return "no-network";
  const { isGenesis, verifyBuilding } = loaded;
  let policies: readonly string[] = [building.policy];
  if (!isGenesis(building.policy)) {
    const path = `/api/public/buildings/${encodeURIComponent(building.bld)}/policies`;
    const answer = await host.ask({ path });
    if (answer.kind === "no-network") return "no-network";
    const read = answer.kind === "answered" ? policiesAnswer(answer.body) : undefined;
    if (read === undefined) return "policy-not-verified";
    policies = read.policies;
  }
  const verified = verifyBuilding(building, { policies, assignment, handset });
  if (verified.kind === "verified") return verified;
  return verified.what === "policy" ? "policy-not-verified" : "assignment-not-verified";
}

interface SignedProof {
  readonly proof: ProofPaper;
  /** The Idempotency-Key that stays with it. */
  readonly key: string;
}

async function makeProof(
  handset: Handset,
  { assignment, ticket, codes }: AttemptPlan,
  {
    papers,
    building,
    signal,
  }: {
    readonly papers: () => Promise<typeof DoorPapers>;
    readonly building: Promise<VerifiedBuilding | Failure>;
    readonly signal: AbortSignal;
  },
): Promise<SignedProof | Failure> {
  const verified = await building;
  if (typeof verified === "string") return verified;
  const { prove, randomKey } = await papers();
  const parts = {
    assignment: verified.assignment,
    asg: assignment.hash,
    codes: codes.map(({ canonical }) => canonical),
    handset,
    signal,
  };
  try {
    return { proof: await prove(ticket, parts), key: randomKey() };
  } catch (error) {
    // A browser says no more than this: cancelled, timed out, or no such passkey here.
    if (asksFinger(handset) && error instanceof DOMException) return "finger";
    throw error;
  }
}

function ofAttempt(body: unknown, ticket: VerifiedTicket, papers: typeof DoorPapers): Reached {
  const read = unlockAnswer(body);
  if (read === undefined) return failed("host", true);
  const { attempt } = read;
  const word =
    attempt.receipt === undefined ? undefined : papers.readReceipt(attempt.receipt, ticket);
  return {
    kind: "ended",
    outcome: outcomeOf(attempt, word),
    receipt: word === undefined ? undefined : attempt.receipt,
  };
}

function ofProblem(problem: Problem, entrance: Entrance): Reached {
  const { code, status } = problem;
  if (code === fingerWanted) return failed("finger", true);
  if (code === "door-offline" || code === "door-silent")
    return { kind: "silent", since: entrance.silentSince, noAccess: problem.noAccess };
  if (status === 401) return failed("key-unknown", false);
  if (status === 429) return failed("too-many", true);
  if (status === 409 || status === 403) {
    const detail =
      typeof problem.facts === "object" && problem.facts !== null ? problem.facts : undefined;
    const outcome: Outcome = {
      kind: "refused",
      stage: "presented",
      code,
      detail,
      sentence: problem.detail,
    };
    return { kind: "ended", outcome, receipt: undefined };
  }
  return failed("host", problem.retry !== "never");
}

function failed(failure: Failure, again: boolean): Reached {
  return { kind: "failed", failure, again };
}
