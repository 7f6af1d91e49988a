import { randomBytes } from "node:crypto";
import {
  type Assignment,
  assignmentBody,
  type Claimed,
  countersign,
  type Grant,
  type HeldKeyset,
  type Memo,
  paperHash,
  type Refusal,
  readPaper,
  refuse,
  refusePaper,
  signPaper,
} from "@vestibule/core";
import { readBadgeTexts } from "../badges/badge-store.ts";
import { findBuilding } from "../buildings/building-store.ts";
import { findParty } from "../carriers/carrier-store.ts";
import { findInDirectory } from "../directory/directory-store.ts";
import type { DomainDependencies } from "../features.ts";
import { type DatabaseTransaction, inContext, setContext } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { appendOutbox } from "../platform/outbox.ts";
import { readUnits, unitName } from "../units/unit-store.ts";
import {
  findKnownAssignments,
  insertAssignments,
  type KeptAssignment,
  type KeptGrant,
  lockAssignments,
  touchPeople,
} from "./assignment-store.ts";
import { countKept, readOwnGrant } from "./read-grants.ts";

/** An assignment as a carrier hands it in, with the unit of each parcel beside it. */
export interface HandedAssignment {
  readonly text: string;
  readonly units?: readonly (string | null)[];
}

/** What became of it. The same paper again is `known` and gets the same answer. */
export type AssignmentOutcome =
  | {
      readonly kind: "kept";
      readonly id: string;
      readonly known: boolean;
      /** Parcels that are left after opt-outs. */
      readonly kept: number;
      readonly grants: readonly Pick<Grant, "ctl" | "ents">[];
      readonly carrierId: string;
    }
  /** No proved building has this hash. */
  | { readonly kind: "unknown-building" }
  /** `units` is not one label or null for each parcel. */
  | { readonly kind: "units-differ" }
  | Refusal;

/** What taking assignments in needs. */
export interface AssignmentPorts
  extends Pick<DomainDependencies, "databases" | "crypto" | "policies" | "keysets" | "hostKeys"> {
  /** Papers that were verified before: a badge serves many assignments. */
  readonly memo: Memo;
}

interface Read {
  readonly place: number;
  readonly handed: HandedAssignment;
  readonly claimed: Claimed<Assignment>;
  readonly hash: string;
}

/**
 * Takes assignments in, each on its own: a bad one keeps none of the others. Those of one carrier for
 * one building share a transaction: checked by core's `countersign`, signed with the host's grant key,
 * and durable with their events when this resolves.
 */
export async function takeAssignments(
  ports: AssignmentPorts,
  handed: readonly HandedAssignment[],
  nowMs: number,
): Promise<readonly AssignmentOutcome[]> {
  const outcomes: AssignmentOutcome[] = [];
  const groups = new Map<string, Read[]>();
  for (const [place, one] of handed.entries()) {
    const claimed = readPaper(ports, { kind: "assignment", text: one.text, body: assignmentBody });
    if (claimed.kind === "refused") {
      outcomes[place] = refusePaper(claimed.refusal);
      continue;
    }
    const { bld, iss, parcels } = claimed.body;
    if (one.units !== undefined && one.units.length !== parcels.length) {
      outcomes[place] = { kind: "units-differ" };
      continue;
    }
    const name = `${bld} ${iss}`;
    const group = groups.get(name) ?? [];
    group.push({ place, handed: one, claimed, hash: paperHash(ports.crypto, one.text) });
    groups.set(name, group);
  }
  for (const group of groups.values()) {
    const answers = await inContext(ports.databases.app, { role: "carrier" }, (transaction) =>
      takeGroup(transaction, ports, { group, nowMs }),
    );
    for (const [index, { place }] of group.entries())
      outcomes[place] = answers[index] ?? { kind: "unknown-building" };
  }
  return outcomes;
}

interface GroupWork {
  readonly group: readonly Read[];
  readonly nowMs: number;
}

async function takeGroup(
  transaction: DatabaseTransaction,
  ports: AssignmentPorts,
  { group, nowMs }: GroupWork,
): Promise<readonly AssignmentOutcome[]> {
  const facts = await gatherFacts(transaction, ports, { group, nowMs });
  if (!("buildingId" in facts)) return group.map(() => facts);
  const { buildingId, carrierId } = facts;
  const fresh = new Map<string, KeptAssignment>();
  const outcomes: AssignmentOutcome[] = [];
  for (const read of group) {
    const { hash, handed } = read;
    const known = facts.known.get(hash);
    // The very bytes were verified when they came first; another signature is verified again.
    if (known?.text === handed.text) {
      const grants = known.grantTexts.map((text) => readOwnGrant(ports.crypto, text));
      outcomes.push(answerFor({ id: known.id, known: true, grants, carrierId }));
      continue;
    }
    const checked = check(ports, facts, { read, nowMs });
    if (checked.kind === "refused") {
      outcomes.push(checked);
      continue;
    }
    const twin = fresh.get(hash);
    if (known !== undefined || twin !== undefined) {
      const grants =
        known?.grantTexts.map((text) => readOwnGrant(ports.crypto, text)) ??
        twin?.grants.map(({ body }) => body) ??
        [];
      outcomes.push(answerFor({ id: known?.id ?? twin?.id ?? "", known: true, grants, carrierId }));
      continue;
    }
    const kept = await sign(ports, { read, carrierId, grants: checked.grants, nowMs });
    fresh.set(hash, kept);
    const grants = kept.grants.map(({ body }) => body);
    outcomes.push(answerFor({ id: kept.id, known: false, grants, carrierId }));
  }
  await record(transaction, [...fresh.values()], { buildingId, at: new Date(nowMs) });
  return outcomes;
}

function answerFor(answer: {
  readonly id: string;
  readonly known: boolean;
  readonly grants: readonly Grant[];
  readonly carrierId: string;
}): AssignmentOutcome {
  const { grants, ...rest } = answer;
  const shown = grants.map(({ ctl, ents }) => ({ ctl, ents }));
  return { kind: "kept", ...rest, kept: countKept(grants), grants: shown };
}

type Facts = Exclude<Awaited<ReturnType<typeof gatherFacts>>, AssignmentOutcome>;

/** What the host holds about one building and one carrier; the locks follow the reading of neither. */
async function gatherFacts(
  transaction: DatabaseTransaction,
  { policies, keysets, hostKeys }: AssignmentPorts,
  { group, nowMs }: GroupWork,
) {
  const body = group[0]?.claimed.body;
  if (body === undefined) throw new Error("a group of no assignments");
  const unknown: AssignmentOutcome = { kind: "unknown-building" };
  const buildingId = await findInDirectory(transaction, { kind: "bld", key: body.bld });
  if (buildingId === undefined) return unknown;
  const carrier = await findParty(transaction, "carrier", body.iss);
  const context = { role: "carrier", principal: "assignment", buildings: [buildingId] } as const;
  await setContext(transaction, {
    ...context,
    carriers: carrier === undefined ? [] : [carrier.id],
  });
  const building = await findBuilding(transaction, buildingId);
  if (building?.state !== "proved") return unknown;
  if (carrier === undefined) return refuse("carrier-not-admitted");
  await lockAssignments(transaction, buildingId);
  const { inForce } = await policies.read(transaction, buildingId, nowMs);
  if (inForce === undefined) return refuse("notice-running");
  const vetters = inForce.carriers.get(body.iss)?.clearance.map(({ root }) => root) ?? [];
  const rows = await keysets.newest(transaction, [hostKeys.root, body.iss, ...vetters]);
  // Until there is a log, no key is shown in it: only demonstrations pass.
  const held = new Map<string, HeldKeyset>(
    [...rows].map(([root, { keyset }]) => [root, { keyset, includedAt: new Map() }]),
  );
  const units = await readUnits(transaction, buildingId);
  const optedOut = units.filter(({ optedOut: out }) => out).map(({ label }) => unitName(label));
  return {
    buildingId,
    carrierId: carrier.id,
    policy: inForce,
    keysets: held,
    optedOut: new Set(optedOut),
    known: await findKnownAssignments(
      transaction,
      buildingId,
      group.map(({ hash }) => hash),
    ),
    badges: await readBadgeTexts(
      transaction,
      group.map(({ claimed }) => claimed.body.badge),
    ),
  };
}

function check(
  { crypto, memo }: AssignmentPorts,
  facts: Facts,
  { read, nowMs }: { readonly read: Read; readonly nowMs: number },
) {
  const { handed, claimed } = read;
  const optOuts = new Set(
    (handed.units ?? []).flatMap((label, index) =>
      label !== null && facts.optedOut.has(unitName(label)) ? [index] : [],
    ),
  );
  return countersign(
    {
      crypto,
      memo,
      policy: facts.policy,
      keysets: facts.keysets,
      stops: [],
      at: Math.floor(nowMs / 1000),
    },
    { badge: facts.badges.get(claimed.body.badge), assignment: handed.text, optOuts },
    randomBytes,
  );
}

async function sign(
  { crypto, hostKeys }: AssignmentPorts,
  {
    read,
    carrierId,
    grants,
    nowMs,
  }: {
    readonly read: Read;
    readonly carrierId: string;
    readonly grants: readonly Grant[];
    readonly nowMs: number;
  },
): Promise<KeptAssignment> {
  const signed: KeptGrant[] = [];
  for (const body of grants) {
    const text = await signPaper("grant", body, hostKeys.grant);
    signed.push({ id: newId("grant", nowMs), hash: paperHash(crypto, text), text, body });
  }
  const { hash, handed, claimed } = read;
  return {
    id: newId("assignment", nowMs),
    carrierId,
    hash,
    text: handed.text,
    body: claimed.body,
    units: handed.units ?? [],
    grants: signed,
  };
}

async function record(
  transaction: DatabaseTransaction,
  kept: readonly KeptAssignment[],
  { buildingId, at }: { readonly buildingId: string; readonly at: Date },
): Promise<void> {
  if (kept.length === 0) return;
  await insertAssignments(transaction, kept, { buildingId, at });
  await touchPeople(
    transaction,
    kept.map(({ body }) => body.badge),
    at,
  );
  const events = kept.map(({ id, carrierId, grants }) => ({
    buildingId,
    kind: "assignment.granted",
    carrierId,
    body: { assignmentId: id, grants: grants.length },
  }));
  await appendOutbox(transaction, events, at);
}
