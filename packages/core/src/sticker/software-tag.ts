import { concat } from "../encoding/bytes.ts";
import type { BlockCipher } from "./aes-cmac.ts";
import { encodeHex } from "./hex.ts";
import { counterLength, piccDataTag, sunMac, uidLength } from "./sun-message.ts";
import { tapCounterEnd } from "./tap-window.ts";

/** One reading of a tag that exists in software alone: the demo's, and the tests'. */
export interface SoftwareTagReading {
  /** 7 bytes. */
  readonly uid: Uint8Array;
  /** 16 bytes each. */
  readonly metaReadKey: Uint8Array;
  readonly fileReadKey: Uint8Array;
  /** The caller raises it at each reading, as the chip does. */
  readonly counter: number;
  /** 5 random bytes, which make every `e` look new. */
  readonly filler: Uint8Array;
  /** Empty unless the tag covers a part of its address. */
  readonly macInput?: Uint8Array;
}

/**
 * What an NTAG 424 DNA with these keys would write into its address at this reading.
 *
 * @throws RangeError when a length or the counter is not the chip's.
 */
export function softwareTap(
  crypto: BlockCipher,
  reading: SoftwareTagReading,
): { readonly e: string; readonly c: string } {
  const { uid, counter, filler, macInput = new Uint8Array() } = reading;
  const counterFits = Number.isInteger(counter) && counter >= 0 && counter < tapCounterEnd;
  if (uid.length !== uidLength || filler.length !== 5 || !counterFits) {
    throw new RangeError("a tag has a UID of 7 bytes, 5 random bytes and a counter of 24 bits");
  }
  const counterBytes = new Uint8Array(counterLength);
  counterBytes.set([counter & 0xff, (counter >> 8) & 0xff, counter >> 16]);
  const plain = concat(Uint8Array.of(piccDataTag), uid, counterBytes, filler);
  return {
    e: encodeHex(crypto.aes128EncryptBlock(reading.metaReadKey, plain)),
    c: encodeHex(sunMac(crypto, reading.fileReadKey, { uid, counterBytes, macInput })),
  };
}
