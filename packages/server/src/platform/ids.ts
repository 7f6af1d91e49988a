import { randomBytes } from "node:crypto";

/** What a TypeID names, by its prefix. Labels for URLs and rows; verified nowhere. */
export const idPrefixes = {
  organization: "org",
  building: "bld",
  entrance: "ent",
  unit: "unt",
  controller: "ctl",
  policy: "pol",
  carrier: "car",
  vetter: "vet",
  driver: "drv",
  handset: "hst",
  badge: "bdg",
  assignment: "asg",
  grant: "grt",
  attempt: "att",
  receipt: "rct",
  visit: "vis",
  consent: "con",
  audit: "aud",
  invitation: "inv",
  user: "usr",
  member: "mem",
  session: "ses",
  account: "acc",
  verification: "ver",
  passkey: "pky",
  signingKey: "sgk",
  request: "req",
} as const;

/** A kind of thing that has a TypeID. */
export type IdKind = keyof typeof idPrefixes;
/** A TypeID of one kind. */
export type Id<K extends IdKind> = string & { readonly __id: K };

/** Crockford's base 32 in lower case, as the TypeID specification (0.3) has it. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Whether a text is a TypeID of one kind. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  return new RegExp(idPattern(kind)).test(text);
}

/** The pattern of a kind's TypeIDs, for schemas. */
export function idPattern(kind: IdKind): string {
  return `^${idPrefixes[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`;
}

/**
 * A new TypeID: a UUID version 7 in base 32, so that ids sort by the time they were made.
 *
 * @param nowMs epoch ms.
 * @param random gives the bytes of chance; 10 are asked for.
 */
export function newId<K extends IdKind>(kind: K, nowMs: number, random = randomBytes): Id<K> {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.set(random(10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let value = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (let digit = 0; digit < 26; digit += 1) {
    text = (alphabet[Number(value & 31n)] ?? "0") + text;
    value >>= 5n;
  }
  const id = `${idPrefixes[kind]}_${text}`;
  if (!isId(kind, id)) throw new Error("a TypeID that does not match its own pattern");
  return id;
}
