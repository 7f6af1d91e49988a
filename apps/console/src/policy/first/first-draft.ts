import { type Crypto, maxStaleSMax, noticeSMinDemo, type Policy } from "@vestibule/core";
import { genesisPolicy, type RecoveryKeys } from "@vestibule/sdk";
import type { BuildingDetail, HostTerms } from "../../api/buildings.ts";
import { type DoorGap, entranceOf, gapsOf, newDoor, usualPaths } from "../doors/door-draft.ts";
import { type Draft, partsOf } from "../draft.ts";

const dayS = 86_400;
/** How long a first policy holds unless somebody says otherwise, in days. */
const usualDays = 365;
/** The usual notice (papers.md), in seconds. */
const usualNoticeS = 14 * dayS;

/** A first policy while it is being written. */
export interface FirstDraft extends Draft {
  /** False once somebody set the ways in by hand. */
  readonly pathsFollowDoors: boolean;
  readonly recovery: RecoveryKeys | undefined;
  /** How many days it holds. */
  readonly days: number;
  /** The rest is for buildings that are no demonstration. */
  readonly log: string;
  /** A witness on each line: its domain and its verifier key. */
  readonly witnesses: string;
  readonly witnessesNeeded: number;
  /** A release signer's thumbprint on each line. */
  readonly signers: string;
}

/** What a building's first policy begins with: its registered doors, and what most buildings choose. */
export function newFirstDraft(
  { entrances }: Pick<BuildingDetail, "entrances">,
  { demo, apps }: HostTerms,
): FirstDraft {
  const doors = entrances.map((door) => newDoor(door, undefined));
  const least = demo ? 1 : 2;
  return {
    doors,
    paths: usualPaths(doors),
    pathsFollowDoors: true,
    carriers: [],
    members: [],
    quorum: { members: least, origins: least },
    notice_s: demo ? noticeSMinDemo : usualNoticeS,
    limits: {
      release_ms: 5_000,
      openings: 1,
      days: 3,
      retry: { n: 2, s: 120 },
      per_handset: 60,
      wrong_codes: 5,
    },
    offline: { max_stale_s: maxStaleSMax, after_reboot: "refuse" },
    apps: { domains: apps, uv: false },
    recovery: undefined,
    days: usualDays,
    log: "",
    witnesses: "",
    witnessesNeeded: 2,
    signers: "",
  };
}

/** What a first policy still lacks. */
export type FirstGap =
  | { readonly kind: "door"; readonly ent: string; readonly gap: DoorGap }
  | { readonly kind: "doors" | "members" | "recovery" | "apps" | "log" | "witnesses" };

/** Everything that is missing before it can be shown to its signers. */
export function firstGaps(
  draft: FirstDraft,
  { seals, demo }: { readonly seals: ReadonlyMap<string, string>; readonly demo: boolean },
): readonly FirstGap[] {
  const gaps: FirstGap[] = [];
  if (draft.doors.length === 0) gaps.push({ kind: "doors" });
  for (const door of draft.doors)
    for (const gap of gapsOf(door, seals)) gaps.push({ kind: "door", ent: door.ent, gap });
  if (draft.members.length === 0) gaps.push({ kind: "members" });
  if (draft.recovery === undefined) gaps.push({ kind: "recovery" });
  if (draft.apps.domains.length === 0) gaps.push({ kind: "apps" });
  if (!demo && draft.log.trim() === "") gaps.push({ kind: "log" });
  if (!demo && witnessesOf(draft.witnesses) === undefined) gaps.push({ kind: "witnesses" });
  return gaps;
}

/** What a first policy is about, beside what is written in the form. */
export interface FirstAbout {
  readonly place: Policy["place"];
  readonly host: HostTerms;
  readonly seals: ReadonlyMap<string, string>;
  /** The moment of the writing, epoch seconds. */
  readonly at: number;
}

/** The policy that a draft says; undefined while something is missing. */
export function firstPolicyOf(
  crypto: Crypto,
  draft: FirstDraft,
  { place, host, seals, at }: FirstAbout,
): Policy | undefined {
  const { demo } = host;
  const { recovery } = draft;
  const entrances = draft.doors
    .map((door) => entranceOf(crypto, door, seals))
    .filter((entrance) => entrance !== undefined);
  if (recovery === undefined || firstGaps(draft, { seals, demo }).length > 0) return undefined;
  const signers = linesOf(draft.signers);
  const until = at + draft.days * dayS;
  const independence = demo
    ? ({ demo: true } as const)
    : {
        log: draft.log.trim(),
        witnesses: { k: draft.witnessesNeeded, of: witnessesOf(draft.witnesses) ?? [] },
      };
  return genesisPolicy(
    {
      ...partsOf(draft),
      ...independence,
      // Without `demo` a first policy names no carriers (papers.md).
      carriers: demo ? draft.carriers : [],
      place,
      host: { domain: host.domain, root: host.root },
      entrances,
      recovery,
      software: { k: signers.length === 0 ? 0 : 2, signers },
      until,
      accept_by: Math.min(until, at + 30 * dayS),
    },
    at,
  );
}

/** Witnesses as typed: `domain verifier-key`, one on a line. Undefined = not so, or none. */
export function witnessesOf(
  text: string,
): readonly { readonly domain: string; readonly vkey: string }[] | undefined {
  const witnesses = linesOf(text).map((line) => {
    const [domain = "", vkey = "", ...rest] = line.split(/\s+/);
    return rest.length > 0 || vkey === "" ? undefined : { domain, vkey };
  });
  const good = witnesses.filter((witness) => witness !== undefined);
  return good.length === 0 || good.length < witnesses.length ? undefined : good;
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
