import {
  type Crypto,
  decodeBase64url,
  type Grant,
  grantBody,
  type OpenContext,
  readPaper,
} from "@vestibule/core";

/** Reads a grant of our own making. */
export function readOwnGrant(crypto: Crypto, text: string): Grant {
  const context: OpenContext = { crypto };
  const read = readPaper(context, { kind: "grant", text, body: grantBody });
  if (read.kind === "refused")
    throw new Error(`a grant of ours cannot be read: ${read.refusal.code}`);
  return read.body;
}

/** How many parcels at least one of these grants keeps. */
export function countKept(grants: readonly Pick<Grant, "keep">[]): number {
  const bitmaps = grants.map(({ keep }) => decodeBase64url(keep) ?? new Uint8Array());
  const length = Math.max(0, ...bitmaps.map((bitmap) => bitmap.length));
  let count = 0;
  for (let index = 0; index < length; index += 1) {
    let bits = bitmaps.reduce((all, bitmap) => all | (bitmap[index] ?? 0), 0);
    for (; bits !== 0; bits &= bits - 1) count += 1;
  }
  return count;
}
