import type { Crypto } from "../crypto/port.ts";
import { concat, equalBytes } from "../encoding/bytes.ts";
import { aesCmac, type BlockCipher } from "./aes-cmac.ts";

/** NXP AN12196: UID and counter mirrored, UID of 7 bytes. */
export const piccDataTag = 0xc7;
export const uidLength = 7;
export const counterLength = 3;
export const sunMacLength = 8;
const sessionVectorStart = Uint8Array.of(0x3c, 0xc3, 0x00, 0x01, 0x00, 0x80);

/** What the tag mirrors, decrypted: worth nothing until its MAC is checked. */
export interface PiccData {
  readonly uid: Uint8Array;
  /** Little endian, three bytes, as the session key takes it. */
  readonly counterBytes: Uint8Array;
  /** SDMReadCtr, 0 to 2^24 - 1. */
  readonly counter: number;
}

/**
 * Decrypts the 16 bytes of `e`. CBC with a zero IV over one block is the bare block cipher.
 * `undefined` when the tag byte is not C7: another key, or a tag set up otherwise.
 */
export function decryptPiccData(
  crypto: Pick<Crypto, "aes128DecryptBlock">,
  metaReadKey: Uint8Array,
  encrypted: Uint8Array,
): PiccData | undefined {
  // A copy: ports may hand out views of larger buffers.
  const plain = Uint8Array.from(crypto.aes128DecryptBlock(metaReadKey, encrypted));
  if (plain[0] !== piccDataTag) return undefined;
  const counterBytes = plain.slice(1 + uidLength, 1 + uidLength + counterLength);
  const [low = 0, middle = 0, high = 0] = counterBytes;
  return {
    uid: plain.slice(1, 1 + uidLength),
    counterBytes,
    counter: low + middle * 0x100 + high * 0x1_0000,
  };
}

/** The 8 bytes of `c` for one reading: CMAC under the session key, cut to its odd bytes. */
export function sunMac(
  crypto: BlockCipher,
  fileReadKey: Uint8Array,
  reading: Omit<PiccData, "counter"> & { readonly macInput: Uint8Array },
): Uint8Array {
  const vector = concat(sessionVectorStart, reading.uid, reading.counterBytes);
  const session = aesCmac(crypto, fileReadKey, vector);
  return aesCmac(crypto, session, reading.macInput).filter((_, index) => index % 2 === 1);
}

/** Whether `mac` is the tag's for this reading; compared in constant time. */
export function sunMacFits(
  crypto: BlockCipher,
  fileReadKey: Uint8Array,
  reading: Omit<PiccData, "counter"> & { readonly macInput: Uint8Array; readonly mac: Uint8Array },
): boolean {
  return equalBytes(sunMac(crypto, fileReadKey, reading), reading.mac);
}
