import { type Crypto, canonicalize } from "@vestibule/core";
import type { NodeSigner } from "@vestibule/core/node";
import { type CarrierCalls, type SignedAssignment, signAssignments } from "@vestibule/sdk";
import type { Progress } from "../terminal/progress.ts";
import { type Issue, issue } from "./issue.ts";
import type { Patience } from "./patience.ts";
import type { ShiftGroup } from "./resolve-manifest.ts";
import type { SentStore } from "./sent-store.ts";

/** What signing and sending need. */
export interface Sender {
  readonly crypto: Crypto;
  readonly calls: CarrierCalls;
  readonly store: SentStore;
  readonly signer: NodeSigner;
  /** The carrier's root thumbprint. */
  readonly car: string;
  readonly host: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly progress: Progress;
  readonly patience: Patience;
  /** Sign and send nothing; only what a policy would refuse is told. */
  readonly dryRun: boolean;
}

/** A shift that went out, or would have. */
export interface SentShift {
  readonly building: string;
  readonly bld: string;
  readonly drv: string;
  readonly nbf: number;
  readonly exp: number;
  readonly parcels: number;
  /** Signed now, signed by an earlier run, or not signed since this is a dry run. */
  readonly made: "new" | "earlier" | "dry-run";
  readonly papers: readonly { readonly hash: string; readonly known: boolean }[];
}

/** What became of all shifts. */
export interface Sending {
  readonly shifts: readonly SentShift[];
  readonly issues: readonly Issue[];
}

/**
 * Signs and uploads shifts one by one. What was signed before for the very same content is sent again
 * as it is. A host that stops answering ends the sending; the rest is told line by line.
 */
export async function sendShifts(sender: Sender, groups: readonly ShiftGroup[]): Promise<Sending> {
  const shifts: SentShift[] = [];
  const issues: Issue[] = [];
  let lost: string | undefined;
  for (const [index, group] of groups.entries()) {
    sender.progress(`shift ${index + 1} of ${groups.length}`);
    if (lost !== undefined) {
      issues.push(...forLines(group, "upload-failed", lost));
      continue;
    }
    const prepared = await prepare(sender, group);
    if (prepared.kind === "refused") {
      issues.push(...forLines(group, "door-refused", prepared.code));
      continue;
    }
    const papers: { hash: string; known: boolean }[] = [];
    let failed: string | undefined;
    const going = sender.dryRun ? [] : prepared.assignments;
    for (const { text, units, hash } of going) {
      const place = `paper ${papers.length + 1} of ${going.length}`;
      sender.progress(`shift ${index + 1} of ${groups.length}, ${place}`);
      const paper = units === undefined ? { text } : { text, units };
      const answer = await sender.patience(() => sender.calls.uploadAssignment(paper));
      if (answer.kind === "fault") {
        failed = answer.code;
        if (answer.status === 0) lost = answer.code;
        break;
      }
      papers.push({ hash, known: answer.value.known });
    }
    if (failed !== undefined) issues.push(...forLines(group, "upload-failed", failed));
    else shifts.push(shiftOf(group, papers, sender.dryRun ? "dry-run" : prepared.made));
  }
  return { shifts, issues };
}

type Prepared =
  | {
      readonly kind: "prepared";
      readonly made: "new" | "earlier";
      readonly assignments: readonly SignedAssignment[];
    }
  | { readonly kind: "refused"; readonly code: string };

async function prepare(sender: Sender, group: ShiftGroup): Promise<Prepared> {
  const { crypto, store, signer, car, at } = sender;
  const name = store.name(contentOf(sender, group));
  const earlier = sender.dryRun ? undefined : store.find(name);
  if (earlier !== undefined) return { kind: "prepared", made: "earlier", assignments: earlier };
  const { chain, nbf, exp, purpose } = group;
  const plan = {
    chain,
    at,
    nbf,
    exp,
    purpose,
    badge: group.badge.text,
    parcels: group.parcels.map(({ code, unit }) => ({
      code,
      ...(unit === undefined ? {} : { unit }),
    })),
  };
  const signed = await signAssignments(crypto, plan, { car, signer });
  if (signed.kind === "refused") return { kind: "refused", code: signed.code };
  // On disk before it is sent: after a crash the very same papers go out again.
  if (!sender.dryRun) store.keep(name, { assignments: signed.assignments, exp });
  return { kind: "prepared", made: "new", assignments: signed.assignments };
}

/** Everything that makes a shift's papers what they are, whatever the order of its lines. */
function contentOf(sender: Sender, group: ShiftGroup): object {
  const boxes = group.chain.flatMap(({ policy }) =>
    policy.entrances.map(({ ent, ctl, seal }) => [ent, ctl, seal]),
  );
  return {
    host: sender.host,
    car: sender.car,
    kid: sender.signer.kid,
    bld: group.bld,
    badge: group.badge.hash,
    nbf: group.nbf,
    exp: group.exp,
    purpose: group.purpose,
    boxes: [...new Set(boxes.map((box) => canonicalize(box)))].toSorted(),
    parcels: group.parcels.map(({ code, unit }) => canonicalize([code, unit ?? null])).toSorted(),
  };
}

function shiftOf(
  group: ShiftGroup,
  papers: SentShift["papers"],
  made: SentShift["made"],
): SentShift {
  const { building, bld, badge, nbf, exp, parcels } = group;
  return { building, bld, drv: badge.body.drv, nbf, exp, parcels: parcels.length, made, papers };
}

function forLines(
  group: ShiftGroup,
  code: "door-refused" | "upload-failed",
  because: string,
): readonly Issue[] {
  return group.parcels.map(({ line }) => issue(line, code, { because }));
}
