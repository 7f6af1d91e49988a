import { assignmentBody, type Memo, readPaper } from "@vestibule/core";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { HttpFault, RefusalFault } from "../platform/http/problem.ts";
import { closed, Hash, PaperText } from "../platform/http/schemas.ts";
import { createCarrierBudget } from "./carrier-budget.ts";
import {
  type AssignmentOutcome,
  type HandedAssignment,
  takeAssignments,
} from "./take-assignments.ts";

/** Assignments in one request at most. */
export const batchAssignmentsMax = 200;
/** The largest batch, in bytes. */
export const batchBytesMax = 8 * 1024 * 1024;
/** Verified papers that one process remembers. */
export const memoMax = 20_000;

const Handed = Type.Object(
  {
    text: PaperText,
    units: Type.Optional(
      Type.Array(Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()]), {
        maxItems: 500,
        description: "One unit label per parcel, for opt-outs and notices; to the host alone",
      }),
    ),
  },
  closed,
);
const Kept = Type.Object({
  id: Type.String(),
  grants: Type.Array(Type.Object({ ctl: Hash, ents: Type.Array(Type.String()) })),
  kept: Type.Integer({ description: "Parcels that are left after opt-outs" }),
  known: Type.Boolean({ description: "This very paper was here before; nothing changed" }),
});
const Each = Type.Union([Kept, Type.Object({ code: Type.String() }, closed)]);

/** Assignments: admitted by the carrier's own signature, countersigned box by box. */
export function registerAssignments(app: App, dependencies: DomainDependencies): void {
  const budget = createCarrierBudget();
  const ports = { ...dependencies, memo: boundedMemo(memoMax) };
  const take = async (handed: readonly HandedAssignment[], reply: FastifyReply) => {
    const nowMs = dependencies.now();
    const roots = handed.map(({ text }) => issuerOf(dependencies, text));
    const waitS = Math.max(0, ...roots.map((root) => budget.waitS(root, nowMs)));
    if (waitS > 0) {
      reply.header("retry-after", String(waitS));
      throw new HttpFault("rate-limited");
    }
    const outcomes = await takeAssignments(ports, handed, nowMs);
    // A paper that was here before counts for nobody: whoever carries it may hand it in again.
    for (const [index, outcome] of outcomes.entries())
      if (outcome.kind === "kept" && !outcome.known) budget.spend(roots[index] ?? "", 1, nowMs);
    return outcomes;
  };
  app.post(
    "/api/assignments",
    {
      config: { action: "assignment.put" },
      schema: {
        summary: "Hands in one signed assignment; the same paper twice gets the same answer",
        body: Handed,
        response: { 200: Kept },
      },
    },
    async (request, reply) => {
      const [outcome] = await take([request.body], reply);
      if (outcome === undefined || outcome.kind === "unknown-building")
        throw new HttpFault("not-found");
      if (outcome.kind === "units-differ")
        throw new HttpFault("request-invalid", {
          details: [{ at: "/body/units", rule: "oneForEachParcel" }],
        });
      if (outcome.kind === "refused") throw new RefusalFault(outcome);
      return show(outcome);
    },
  );
  app.post(
    "/api/assignments/batch",
    {
      bodyLimit: batchBytesMax,
      config: { action: "assignment.put" },
      schema: {
        summary:
          "Hands in many; each gets its own answer in the same place, a bad one hinders none",
        body: Type.Object(
          { assignments: Type.Array(Handed, { minItems: 1, maxItems: batchAssignmentsMax }) },
          closed,
        ),
        response: { 200: Type.Object({ results: Type.Array(Each) }) },
      },
    },
    async (request, reply) => {
      const outcomes = await take(request.body.assignments, reply);
      return { results: outcomes.map(showEach) };
    },
  );
}

function show({ id, known, kept, grants }: Extract<AssignmentOutcome, { kind: "kept" }>) {
  const shown = grants.map(({ ctl, ents }) => ({ ctl, ents: [...ents] }));
  return { id, known, kept, grants: shown };
}

function showEach(outcome: AssignmentOutcome) {
  switch (outcome.kind) {
    case "kept":
      return show(outcome);
    case "refused":
      return { code: outcome.code };
    case "unknown-building":
      return { code: "not-found" };
    case "units-differ":
      return { code: "request-invalid" };
  }
}

function issuerOf({ crypto }: Pick<DomainDependencies, "crypto">, text: string): string {
  const claimed = readPaper({ crypto }, { kind: "assignment", text, body: assignmentBody });
  return claimed.kind === "claimed" ? claimed.body.iss : "";
}

/** Remembers verified papers up to a number, then starts afresh. */
function boundedMemo(max: number): Memo {
  const known = new Map<string, unknown>();
  return {
    get: (text) => known.get(text),
    set: (text, opened) => {
      if (known.size >= max) known.clear();
      known.set(text, opened);
    },
  };
}
