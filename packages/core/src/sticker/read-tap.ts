import type { Crypto } from "../crypto/port.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { aesKeyLength } from "./aes-cmac.ts";
import { decodeHex } from "./hex.ts";
import { decryptPiccData, sunMacFits, sunMacLength } from "./sun-message.ts";

/** A sticker of this box: pinned by its UID's hash, with the two keys that only box and tag hold. */
export interface TagKeys {
  readonly ent: string;
  /** {@link uidHashOf} the tag's UID, as the policy's entrance names it. */
  readonly uidHash: string;
  /** SDMMetaRead, 16 random bytes. */
  readonly metaReadKey: Uint8Array;
  /** SDMFileRead, 16 random bytes. */
  readonly fileReadKey: Uint8Array;
}

/** The two mirrored parameters of the tap's address, and the bytes of it that the tag's MAC covers. */
export interface TapText {
  /** Encrypted PICC data: 32 digits of upper-case hex. */
  readonly e: string;
  /** Truncated CMAC: 16 digits of upper-case hex. */
  readonly c: string;
  /** Empty unless the tag was set up with two different offsets. */
  readonly macInput?: Uint8Array;
}

/**
 * For the box's own log; whoever tapped hears `tap-mac` and no more.
 * `factory-keys`: the tag still has the zeros it was sold with, so anybody can make its taps.
 */
export type TapReason = "shape" | "tag-unknown" | "mac" | "factory-keys";

export type TapReading =
  | {
      readonly kind: "tap";
      readonly ent: string;
      readonly uid: Uint8Array;
      readonly counter: number;
    }
  | { readonly kind: "refused"; readonly code: "tap-mac"; readonly reason: TapReason };

/** A box serves a few entrances with one sticker each; every tap tries the key of every one. */
export const tagsPerBoxMax = 16;

/** The base64url SHA-256 of a tag's 7-byte UID: how a policy pins a sticker to its entrance. */
export function uidHashOf(crypto: Pick<Crypto, "sha256">, uid: Uint8Array): string {
  return encodeBase64url(crypto.sha256(uid));
}

/**
 * Verifies a tap of an NTAG 424 DNA (NXP AN12196) and finds its entrance by the pinned UID, never by
 * anything in the address. It does not know whether the counter was used: see `acceptTap`.
 *
 * @throws RangeError when a key has not 16 bytes or the box has more than {@link tagsPerBoxMax} tags.
 */
export function readTap(crypto: Crypto, tags: readonly TagKeys[], tap: TapText): TapReading {
  if (tags.length > tagsPerBoxMax) throw new RangeError("more tags than a box may have");
  const encrypted = decodeHex(tap.e, 16);
  const mac = decodeHex(tap.c, sunMacLength);
  if (encrypted === undefined || mac === undefined) return refused("shape");
  let reason: TapReason = "tag-unknown";
  for (const tag of tags) {
    if (tag.metaReadKey.length !== aesKeyLength || tag.fileReadKey.length !== aesKeyLength) {
      throw new RangeError("a tag's keys have 16 bytes");
    }
    const data = decryptPiccData(crypto, tag.metaReadKey, encrypted);
    if (data === undefined || uidHashOf(crypto, data.uid) !== tag.uidHash) continue;
    const reading = { ...data, mac, macInput: tap.macInput ?? new Uint8Array() };
    if (hasFactoryKeys(tag)) reason = "factory-keys";
    else if (!sunMacFits(crypto, tag.fileReadKey, reading)) reason = "mac";
    else return { kind: "tap", ent: tag.ent, uid: data.uid, counter: data.counter };
  }
  return refused(reason);
}

/** Either key being all zeros is enough to refuse the tag; commissioning should ask before it pins one. */
export function hasFactoryKeys(tag: Pick<TagKeys, "metaReadKey" | "fileReadKey">): boolean {
  const zeros = new Uint8Array(aesKeyLength);
  return equalBytes(tag.metaReadKey, zeros) || equalBytes(tag.fileReadKey, zeros);
}

function refused(reason: TapReason): TapReading {
  return { kind: "refused", code: "tap-mac", reason };
}
