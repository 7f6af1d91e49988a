import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { canonicalize } from "../encoding/jcs.ts";
import { type Refusal, refuse } from "../faults/refusal-codes.ts";
import { type Assignment, sealedCodes } from "../papers/bodies.ts";
import { type Opened, readShape } from "../papers/jws.ts";
import { parcelDigest } from "../papers/sealing.ts";
import { distinct } from "../papers/shape.ts";
import { localDay } from "../schedule/index.ts";
import type { Authorized } from "./authorize.ts";
import type { Change } from "./decision.ts";
import type { BoxFacts, DoorState, Now, Spend, UnsealedFacts } from "./facts.ts";
import { isKept, keptBits } from "./papers-checks.ts";

const hourS = 3_600;

/** The codes matched parcels of the assignment, by index and in the order of the codes. */
export interface Matched {
  readonly kind: "matched";
  readonly indexes: readonly number[];
  readonly codes: readonly string[];
}

/** Tests every code in the phone's proof; all must match, else each wrong one is counted. */
export function matchCodes(
  state: DoorState,
  box: BoxFacts,
  { authorized, unsealed }: { readonly authorized: Authorized; readonly unsealed: UnsealedFacts },
):
  | Matched
  | { readonly kind: "wrong"; readonly refusal: Refusal; readonly changes: readonly Change[] } {
  const { chain, ground } = authorized;
  const { limits } = ground.policy.policy;
  const before = box.wrongCodes(chain.jkt, chain.assignment.hash);
  if (before >= limits.wrong_codes) return wrong(refuse("limit-wrong-codes"));
  if (unsealed.pepper === "unopenable") return wrong(refuse("not-sealed-here"));
  if (unsealed.codes === "unopenable") return wrong(refuse("proof-binding", { field: "sealed" }));
  const read = readShape(unsealed.codes, sealedCodes);
  if (read.kind === "refused" || !distinct(read.body))
    return wrong(refuse("shape", { field: "codes" }));
  const pepper = unsealed.pepper;
  const indexes = read.body.map((code) => indexOfParcel(state, authorized, { pepper, code }));
  const misses = indexes.filter((index) => index === undefined).length;
  if (misses === 0)
    return {
      kind: "matched",
      indexes: indexes.filter((index) => index !== undefined),
      codes: read.body,
    };
  const total = before + misses;
  const change: Change = {
    kind: "wrong-codes",
    jkt: chain.jkt,
    asg: chain.assignment.hash,
    total,
    until: chain.assignment.body.exp,
  };
  return wrong(refuse("code-unknown", { left: Math.max(0, limits.wrong_codes - total) }), [change]);
}

function wrong(
  refusal: Refusal,
  changes: readonly Change[] = [],
): { readonly kind: "wrong"; readonly refusal: Refusal; readonly changes: readonly Change[] } {
  return { kind: "wrong", refusal, changes };
}

function indexOfParcel(
  state: DoorState,
  { chain, ground }: Authorized,
  { pepper, code }: { readonly pepper: Uint8Array; readonly code: string },
): number | undefined {
  const { body } = chain.assignment;
  const digest = encodeBase64url(parcelDigest(state.crypto, pepper, { car: body.iss, code }));
  const index = indexByDigest(chain.assignment).get(digest);
  const parcel = index === undefined ? undefined : body.parcels[index];
  if (index === undefined || parcel === undefined) return undefined;
  if (!isKept(keptBits(chain.grant), index)) return undefined;
  const { ent, kind } = ground.entrance;
  // Private doors and the post's round open only for parcels that name them.
  const mustName = kind === "unit" || kind === "locker" || body.purpose === "round";
  if (parcel.ents === undefined) return mustName ? undefined : index;
  return parcel.ents.includes(ent) ? index : undefined;
}

// Keyed by the opened assignment's own object, which nobody changes: a cache of a pure function.
const digestsOf = new WeakMap<Opened<Assignment>, ReadonlyMap<string, number>>();

/** Parcels by digest. A digest is keyed by the pepper, so how long its search takes tells nobody anything. */
function indexByDigest(assignment: Opened<Assignment>): ReadonlyMap<string, number> {
  const known = digestsOf.get(assignment);
  if (known !== undefined) return known;
  const { parcels } = assignment.body;
  // Backwards, so that of two equal digests the first counts: a grant may have left either out.
  const digests = new Map(parcels.map(({ d }, index) => [d, index] as const).toReversed());
  digestsOf.set(assignment, digests);
  return digests;
}

/** The codes may be spent here now, or this is an allowed retry of the same opening. */
export interface Spendable {
  readonly kind: "spendable";
  readonly retry: boolean;
  readonly changes: readonly Change[];
}

/** Spent, retry and limits: one opening spends all codes of its proof, per entrance and local day. */
export function spendCodes(
  state: DoorState,
  box: BoxFacts,
  {
    authorized,
    matched,
    now,
  }: { readonly authorized: Authorized; readonly matched: Matched; readonly now: Now },
): Spendable | Refusal {
  const { chain, ground, keysets } = authorized;
  const { limits } = ground.policy.policy;
  const day = localDay(keysets.carrierTerms.tz, chain.assignment.body.nbf);
  // A zone this box does not know was refused by the schedule before; never spend on no day.
  if (day === undefined) return refuse("hours");
  const first: Spend["first"] = {
    boot: box.boot,
    atMs: now.monotonicMs,
    jkt: chain.jkt,
    asg: chain.assignment.hash,
    // Keyed like the spends: the box's disk must not give codes away to an offline guess.
    codes: encodeBase64url(
      state.crypto.hmacSha256(box.spentSecret, utf8(canonicalize(matched.codes.toSorted()))),
    ),
    retries: 0,
  };
  const changes: Change[] = [];
  const retries: boolean[] = [];
  const round = chain.assignment.body.purpose === "round";
  // A round opens each entrance once per assignment, however many route cards it lists.
  const openings = round ? 1 : limits.openings;
  for (const spent of spentDigests(state, box, { authorized, matched })) {
    const before = box.spend(spent, ground.entrance.ent);
    const after = nextSpend(before, { day, first, limits: { ...limits, openings } });
    if (after.kind === "refused") return after;
    retries.push(after.retry);
    changes.push({
      kind: "spend",
      spent,
      ent: ground.entrance.ent,
      spend: after.spend,
      at: ground.at,
    });
  }
  const retry = retries.every((value) => value);
  // Some codes fresh and some retried is neither: the retry must repeat the opening exactly.
  if (!retry && retries.some((value) => value)) return refuse("code-spent");
  const over = checkCaps(box, authorized);
  if (over !== undefined) return over;
  return { kind: "spendable", retry, changes: [...changes, ...openingsOf(authorized)] };
}

/** What is spent: every code of its carrier whatever the assignment; of a round, the assignment itself. */
function spentDigests(
  state: DoorState,
  box: BoxFacts,
  { authorized, matched }: { readonly authorized: Authorized; readonly matched: Matched },
): readonly string[] {
  const { body, hash } = authorized.chain.assignment;
  const car = decodeBase64url(body.iss) ?? new Uint8Array();
  const digest = (what: Uint8Array) =>
    encodeBase64url(state.crypto.hmacSha256(box.spentSecret, concat(car, what)));
  if (body.purpose === "round") return [digest(decodeBase64url(hash) ?? new Uint8Array())];
  return matched.codes.map((code) => digest(utf8(code)));
}

interface SpendRule {
  readonly day: string;
  readonly first: Spend["first"];
  readonly limits: Authorized["ground"]["policy"]["policy"]["limits"];
}

function nextSpend(
  before: Spend | undefined,
  { day, first, limits }: SpendRule,
): { readonly kind: "next"; readonly spend: Spend; readonly retry: boolean } | Refusal {
  const { days, first: earlier } = before ?? { days: [], first };
  const today = days.find((entry) => entry.day === day);
  if (today === undefined) {
    if (days.length >= limits.days) return refuse("limit-days");
    return { kind: "next", retry: false, spend: { days: [...days, { day, openings: 1 }], first } };
  }
  if (today.openings < limits.openings) {
    const counted = days.map((entry) =>
      entry.day === day ? { day, openings: entry.openings + 1 } : entry,
    );
    return { kind: "next", retry: false, spend: { days: counted, first } };
  }
  const same =
    earlier.jkt === first.jkt && earlier.asg === first.asg && earlier.codes === first.codes;
  // Monotonic time means nothing across a reboot, so a reboot ends the right to retry.
  const inTime = earlier.boot === first.boot && first.atMs - earlier.atMs <= limits.retry.s * 1_000;
  // Where the policy allows no retry at all, none can be exhausted.
  if (!same || !inTime || limits.retry.n === 0) return refuse("code-spent");
  if (earlier.retries >= limits.retry.n) return refuse("retry-exhausted");
  return {
    kind: "next",
    retry: true,
    spend: { days, first: { ...earlier, retries: earlier.retries + 1 } },
  };
}

function checkCaps(box: BoxFacts, { chain, ground, keysets }: Authorized): Refusal | undefined {
  const recent = (party: string) => box.openings(party, ground.at - hourS);
  const domain = keysets.carrierTerms.domain;
  if (recent(keysets.carrierTerms.root) >= keysets.carrierTerms.cap)
    return refuse("limit-cap", { domain });
  const { contractor } = chain.dispatchKey;
  if (contractor !== undefined && recent(chain.assignment.kid) >= contractor.cap)
    return refuse("contractor-limit", { domain });
  return undefined;
}

function openingsOf({ chain, ground, keysets }: Authorized): readonly Change[] {
  const carrier: Change = { kind: "opening", party: keysets.carrierTerms.root, at: ground.at };
  if (chain.dispatchKey.contractor === undefined) return [carrier];
  return [carrier, { kind: "opening", party: chain.assignment.kid, at: ground.at }];
}
