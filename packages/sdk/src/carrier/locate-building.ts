import { type AcceptedPolicy, type Crypto, type Refusal, readPolicy } from "@vestibule/core";
import type { PublicBuilding } from "../client/answers.ts";
import type { CarrierCalls } from "../client/carrier-calls.ts";
import type { Fault } from "../wire/fault.ts";
import {
  type AddressBook,
  type BuildingName,
  findBuilding,
  type PinnedBuilding,
  pinBuilding,
} from "./address-book.ts";
import { verifyPolicies } from "./verify-policies.ts";

/** What became of looking a building up. */
export type Located =
  | {
      readonly kind: "located";
      readonly bld: string;
      readonly name: string;
      readonly chain: readonly AcceptedPolicy[];
      /** The book with this building's newest policies; keep it. */
      readonly book: AddressBook;
      /** True where the book did not know it before. */
      readonly first: boolean;
    }
  /** Nobody with a proved address answers to this name. */
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly buildings: readonly PublicBuilding[] }
  /** Another building claims a pinned address: somebody may be lying. */
  | { readonly kind: "alarm"; readonly pinned: PinnedBuilding; readonly offered: PublicBuilding }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | Fault;

/** What looking up needs. */
export interface Locator {
  readonly crypto: Crypto;
  readonly calls: CarrierCalls;
  /** Epoch seconds. */
  readonly at: number;
}

/**
 * Finds a building by address or code: what the carrier's own book pins, compared with the directory,
 * its policies verified. A second building for a pinned address is an alarm.
 */
export async function locateBuilding(
  locator: Locator,
  book: AddressBook,
  name: BuildingName,
): Promise<Located> {
  const pinned = findBuilding(book, name);
  const by = name.kind === "address" ? { address: name.text } : { code: name.text };
  const listed = await locator.calls.directory(by);
  if (listed.kind === "fault") return listed;
  const foreign = listed.value.find(({ bld }) => pinned !== undefined && bld !== pinned.bld);
  if (pinned !== undefined && foreign !== undefined)
    return { kind: "alarm", pinned, offered: foreign };
  if (listed.value.length > 1) return { kind: "several", buildings: listed.value };
  const offered = listed.value[0] ?? (await byIdentity(locator, pinned));
  if (offered === undefined) return { kind: "none" };
  if ("kind" in offered) return offered;
  return verifyAndPin(locator, book, { name, pinned, offered });
}

/** The directory may not list a code that only this carrier uses; the building itself answers. */
async function byIdentity(
  { calls }: Locator,
  pinned: PinnedBuilding | undefined,
): Promise<PublicBuilding | Fault | undefined> {
  if (pinned === undefined) return undefined;
  const answer = await calls.building(pinned.bld);
  return answer.kind === "fault" ? answer : answer.value;
}

async function verifyAndPin(
  locator: Locator,
  book: AddressBook,
  {
    name,
    pinned,
    offered,
  }: {
    readonly name: BuildingName;
    readonly pinned: PinnedBuilding | undefined;
    readonly offered: PublicBuilding;
  },
): Promise<Located> {
  const { crypto, calls, at } = locator;
  const known = book.buildings.find(({ bld }) => bld === offered.bld)?.policies ?? [];
  const read = readPolicy(crypto, offered.policy);
  if (read.kind === "refused") return { kind: "refused", refusal: read };
  let texts: readonly string[] = [offered.policy];
  const newestKnown = known.at(-1);
  const last = newestKnown === undefined ? undefined : readPolicy(crypto, newestKnown.text);
  const heldVer = last?.kind === "read" ? last.policy.ver : 0;
  if (read.policy.ver > heldVer + 1) {
    const answer = await calls.policies(offered.bld);
    if (answer.kind === "fault") return answer;
    texts = answer.value;
  }
  const verified = verifyPolicies(crypto, { texts, bld: offered.bld, pinned: known, at });
  if (verified.kind === "refused") return { kind: "refused", refusal: verified };
  const newest = verified.chain.at(-1);
  const pinning = pinBuilding(book, name, {
    bld: offered.bld,
    // The name the members signed, not the one the host shows.
    name: newest?.policy.place.name ?? offered.name,
    policies: verified.chain.map(({ text, inForceFrom }) => ({ text, inForceFrom })),
  });
  if (pinning.kind === "alarm") return { kind: "alarm", pinned: pinning.pinned, offered };
  return {
    kind: "located",
    bld: offered.bld,
    name: newest?.policy.place.name ?? offered.name,
    chain: verified.chain,
    book: pinning.book,
    first: pinned === undefined,
  };
}
