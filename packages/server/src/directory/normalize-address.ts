import { createHash } from "node:crypto";

// Postal abbreviations (USPS Publication 28, appendix C) that lists mix with the whole words.
const words: Readonly<Record<string, string>> = {
  avenue: "ave",
  av: "ave",
  boulevard: "blvd",
  circle: "cir",
  court: "ct",
  drive: "dr",
  east: "e",
  highway: "hwy",
  lane: "ln",
  north: "n",
  northeast: "ne",
  northwest: "nw",
  parkway: "pkwy",
  place: "pl",
  plaza: "plz",
  road: "rd",
  saint: "st",
  south: "s",
  southeast: "se",
  southwest: "sw",
  square: "sq",
  street: "st",
  terrace: "ter",
  west: "w",
};

/**
 * An address in the form in which addresses are compared: no case, accents or punctuation, whole
 * words as their postal abbreviations. House numbers keep hyphen and slash: 12-4 is not 124.
 */
export function normalizeAddress(address: string): string {
  return address
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}/-]+/gu, " ")
    .trim()
    .split(" ")
    .map((word) => (Object.hasOwn(words, word) ? (words[word] ?? word) : word))
    .join(" ");
}

/** The key under which the directory keeps a proved building's address. */
export function addressKey(address: string): string {
  return createHash("sha256").update(normalizeAddress(address)).digest("base64url");
}
