import { hash, integer, list, object, oneOf, optional, text } from "../wire/reader.ts";
import type { PinnedPolicy } from "./verify-policies.ts";

/** A building that a carrier has pinned: its identity by its address, for good. */
export interface PinnedBuilding {
  /** Hash of the building's genesis policy. */
  readonly bld: string;
  readonly name: string;
  /** As the carrier's lists write it, in the form of {@link normalizeAddress}. */
  readonly addresses: readonly string[];
  /** Codes that lists use instead of an address. */
  readonly codes: readonly string[];
  /** The newest verified policies, oldest first: what a later one must follow from. */
  readonly policies: readonly PinnedPolicy[];
}

/** A carrier's own book of addresses; the host has no say in it. */
export interface AddressBook {
  readonly v: 1;
  readonly buildings: readonly PinnedBuilding[];
}

/** How a list names a building. */
export type BuildingName =
  | { readonly kind: "address"; readonly text: string }
  | { readonly kind: "code"; readonly text: string };

const emptyBook: AddressBook = { v: 1, buildings: [] };
/** How many policies are kept per building: the one in force, pending ones, and some of the past. */
const policiesKept = 6;

const bookReader = object({
  v: integer,
  format: optional(oneOf("vestibule-address-book")),
  buildings: list(
    object({
      bld: hash,
      name: text,
      addresses: list(text),
      codes: list(text),
      policies: list(object({ text, inForceFrom: integer })),
    }),
  ),
});

/** A book with nothing in it. */
export function newAddressBook(): AddressBook {
  return emptyBook;
}

/**
 * Reads a book that {@link addressBookText} wrote.
 *
 * @throws AnswerError (or SyntaxError) where the text is no such book.
 */
export function readAddressBook(json: string): AddressBook {
  const { v: _version, buildings } = bookReader(JSON.parse(json), "");
  return { v: 1, buildings };
}

/** The text in which a book is kept. */
export function addressBookText(book: AddressBook): string {
  return `${JSON.stringify({ format: "vestibule-address-book", ...book }, undefined, 2)}\n`;
}

const abbreviations: ReadonlyMap<string, string> = new Map([
  ["st", "street"],
  ["str", "street"],
  ["ave", "avenue"],
  ["av", "avenue"],
  ["blvd", "boulevard"],
  ["rd", "road"],
  ["dr", "drive"],
  ["pl", "place"],
  ["ln", "lane"],
  ["ct", "court"],
  ["sq", "square"],
  ["pkwy", "parkway"],
  ["n", "north"],
  ["s", "south"],
  ["e", "east"],
  ["w", "west"],
]);

/**
 * Brings an address to one spelling: no case, accents, punctuation or common abbreviations. Two
 * different buildings must never become one, so numbers and order stay as they are.
 */
export function normalizeAddress(address: string): string {
  return address
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}/-]+/gu, " ")
    .trim()
    .split(" ")
    .map((word) => abbreviations.get(word) ?? word)
    .join(" ");
}

/** The building that a book pins for a name. */
export function findBuilding(book: AddressBook, name: BuildingName): PinnedBuilding | undefined {
  if (name.kind === "address") {
    const address = normalizeAddress(name.text);
    return book.buildings.find(({ addresses }) => addresses.includes(address));
  }
  const code = normalizeCode(name.text);
  return book.buildings.find(({ bld, codes }) => bld === name.text.trim() || codes.includes(code));
}

/** What pinning came to. `alarm`: this address or code belongs to another building already. */
export type Pinning =
  | { readonly kind: "pinned"; readonly book: AddressBook }
  | { readonly kind: "known"; readonly book: AddressBook }
  | { readonly kind: "alarm"; readonly pinned: PinnedBuilding };

/**
 * Pins a building under a name. A second building for an address that has one is an alarm, never a
 * change: it is how somebody would have parcels brought to a door of his own.
 */
export function pinBuilding(
  book: AddressBook,
  name: BuildingName,
  found: {
    readonly bld: string;
    readonly name: string;
    readonly policies: readonly PinnedPolicy[];
  },
): Pinning {
  const pinned = findBuilding(book, name);
  if (pinned !== undefined && pinned.bld !== found.bld) return { kind: "alarm", pinned };
  const known = book.buildings.find(({ bld }) => bld === found.bld);
  const addresses = name.kind === "address" ? [normalizeAddress(name.text)] : [];
  const codes = name.kind === "code" ? [normalizeCode(name.text)] : [];
  const building: PinnedBuilding = {
    bld: found.bld,
    name: found.name,
    addresses: [...new Set([...(known?.addresses ?? []), ...addresses])],
    codes: [...new Set([...(known?.codes ?? []), ...codes])],
    policies: found.policies.slice(-policiesKept),
  };
  const others = book.buildings.filter(({ bld }) => bld !== found.bld);
  const next: AddressBook = { v: 1, buildings: [...others, building] };
  return { kind: pinned === undefined ? "pinned" : "known", book: next };
}

function normalizeCode(code: string): string {
  return code.trim().toUpperCase();
}
