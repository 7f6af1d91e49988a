import { type AcceptedPolicy, overlapsOf } from "@vestibule/core";
import { Type } from "typebox";
import type { DomainDependencies } from "../features.ts";
import type { App } from "../platform/http/app.ts";
import { createOnce, inBuilding, requestContext } from "../platform/http/in-request.ts";
import { HttpFault, RefusalFault } from "../platform/http/problem.ts";
import { closed, Hash, Instant, OfBuilding, PaperText } from "../platform/http/schemas.ts";
import { offerPolicy } from "./offer-policy.ts";
import { readPolicyWords, type SaidPolicy } from "./policy-boxes.ts";
import type { PolicyStanding } from "./read-policies.ts";

/** A policy as the interface shows it; `state` is of this moment. */
export const PolicyVersion = Type.Object({
  id: Type.String(),
  hash: Hash,
  ver: Type.Integer(),
  text: Type.String(),
  state: Type.String({ enum: ["pending", "in-force", "replaced"] }),
  demo: Type.Boolean(),
  offeredAt: Instant,
  inForceFrom: Instant,
  until: Instant,
  overlaps: Type.Array(Type.Object({ domain: Type.String(), roles: Type.Array(Type.String()) })),
  boxes: Type.Array(
    Type.Object({
      ctl: Hash,
      ent: Type.Optional(Type.String({ description: "The entrance that this policy gives it" })),
      accepted: Type.Optional(
        Type.String({ format: "date-time", description: "From when it counts at this box" }),
      ),
      code: Type.Optional(Type.String({ description: "Why the box did not take it" })),
    }),
  ),
});

/** Every version of a building's policy, oldest first, as the interface shows them. */
export function showPolicies(
  { chain, rows, inForce, pending }: PolicyStanding,
  said: readonly SaidPolicy[],
) {
  return chain.map((accepted, index) => {
    const row = rows[index];
    const state = pending.includes(accepted)
      ? "pending"
      : accepted === inForce
        ? "in-force"
        : "replaced";
    const words = said.filter(({ hash }) => hash === accepted.hash);
    return showPolicy(accepted, {
      id: row?.id ?? "",
      offeredAtMs: row?.offeredAtMs ?? 0,
      state,
      words,
    });
  });
}

function showPolicy(
  { policy, hash, text, demo, inForceFrom }: AcceptedPolicy,
  row: {
    readonly id: string;
    readonly offeredAtMs: number;
    readonly state: string;
    readonly words: readonly SaidPolicy[];
  },
) {
  // A box that got it late applies it late: the later moment is when it counts everywhere.
  const moments = row.words.map(({ word }) =>
    word.kind === "taken" ? word.inForceFromMs / 1_000 : 0,
  );
  return {
    id: row.id,
    hash,
    ver: policy.ver,
    text,
    state: row.state,
    demo,
    offeredAt: new Date(row.offeredAtMs).toISOString(),
    inForceFrom: iso(Math.max(inForceFrom, ...moments)),
    until: iso(policy.until),
    overlaps: overlapsOf(policy).map(({ domain, roles }) => ({ domain, roles: [...roles] })),
    boxes: showBoxes(policy.entrances, row.words),
  };
}

/** One row per entrance of the policy with what its box said, then boxes that it names no more. */
function showBoxes(
  entrances: readonly { readonly ent: string; readonly ctl: string }[],
  words: readonly SaidPolicy[],
) {
  const wordOf = (ctl: string) => {
    const word = words.find((said) => said.ctl === ctl)?.word;
    if (word === undefined) return {};
    return word.kind === "taken"
      ? { accepted: new Date(word.inForceFromMs).toISOString() }
      : { code: word.code };
  };
  const others = words.filter(({ ctl }) => !entrances.some((entrance) => entrance.ctl === ctl));
  return [
    ...entrances.map(({ ent, ctl }) => ({ ctl, ent, ...wordOf(ctl) })),
    ...others.map(({ ctl }) => ({ ctl, ...wordOf(ctl) })),
  ];
}

/** Epoch seconds as ISO 8601. */
function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

const Offered = Type.Object({
  hash: Hash,
  bld: Hash,
  ver: Type.Integer(),
  inForceFrom: Instant,
  known: Type.Boolean({ description: "This very policy was accepted before" }),
});

const HostTerms = Type.Object({
  domain: Type.String(),
  root: Hash,
  demo: Type.Boolean({ description: "Buildings founded here may be demonstrations" }),
  apps: Type.Array(Type.String(), { description: "Domains of the drivers' apps it knows" }),
});

/** Policies: what the members signed, when it counts, and handing in the next one. */
export function registerPolicies(app: App, dependencies: DomainDependencies): void {
  const { policies, now } = dependencies;
  registerHostTerms(app, dependencies);
  app.get(
    "/api/buildings/:buildingId/policies",
    {
      config: { action: "policy.read" },
      schema: {
        summary: "Every accepted policy of a building, oldest first",
        params: OfBuilding,
        response: { 200: Type.Object({ policies: Type.Array(PolicyVersion) }) },
      },
    },
    (request) =>
      inBuilding(
        dependencies,
        { request, buildingId: request.params.buildingId },
        async (transaction) => ({
          policies: showPolicies(
            await policies.read(transaction, request.params.buildingId, now()),
            await readPolicyWords(transaction, request.params.buildingId),
          ),
        }),
      ),
  );
  app.post(
    "/api/buildings/:buildingId/policies",
    {
      config: { action: "policy.offer" },
      schema: {
        summary: "Hands in a signed policy; it is checked, kept and offered to the boxes",
        params: OfBuilding,
        body: Type.Object({ text: PaperText }, closed),
        response: { 200: Offered, 201: Offered },
      },
    },
    (request, reply) => {
      const { buildingId } = request.params;
      return createOnce(dependencies, { request, reply, buildingId }, async (transaction) => {
        const outcome = await offerPolicy(transaction, dependencies, {
          buildingId,
          text: request.body.text,
          principal: requestContext(request).principal ?? "",
          nowMs: now(),
        });
        if (outcome.kind === "refused") throw new RefusalFault(outcome);
        if (outcome.kind === "taken") throw new HttpFault("conflict");
        const { hash, bld, policy, inForceFrom } = outcome.accepted;
        const body = { hash, bld, ver: policy.ver, inForceFrom: iso(inForceFrom) };
        return { status: outcome.known ? 200 : 201, body: { ...body, known: outcome.known } };
      });
    },
  );
}

function registerHostTerms(
  app: App,
  { hostKeys, demo, config }: Pick<DomainDependencies, "hostKeys" | "demo" | "config">,
): void {
  const { driver } = config.origins;
  app.get(
    "/api/host",
    {
      config: { action: "policy.read" },
      schema: {
        summary: "What a building's first policy has to name of this host",
        response: { 200: HostTerms },
      },
    },
    (request) => {
      requestContext(request);
      const { domain, root } = hostKeys;
      return { domain, root, demo, apps: driver === undefined ? [] : [new URL(driver).hostname] };
    },
  );
}
