import type { Crypto } from "../crypto/port.ts";

/** The one function of the Crypto port that making a tap needs. */
export type BlockCipher = Pick<Crypto, "aes128EncryptBlock">;

export const aesKeyLength = 16;
const blockLength = 16;

/**
 * AES-CMAC with a 128-bit key (RFC 4493), 16 bytes.
 *
 * @throws RangeError when the key has another length: a fault of the caller, never of a message.
 */
export function aesCmac(crypto: BlockCipher, key: Uint8Array, message: Uint8Array): Uint8Array {
  if (key.length !== aesKeyLength) throw new RangeError("an AES-CMAC key has 16 bytes");
  const first = doubled(crypto.aes128EncryptBlock(key, new Uint8Array(blockLength)));
  const blocks = Math.max(1, Math.ceil(message.length / blockLength));
  const tail = message.subarray((blocks - 1) * blockLength);
  const last = new Uint8Array(blockLength);
  last.set(tail);
  if (tail.length < blockLength) last[tail.length] = 0x80;
  xorInto(last, tail.length < blockLength ? doubled(first) : first);
  let state = new Uint8Array(blockLength);
  for (let block = 0; block < blocks - 1; block += 1) {
    xorInto(state, message.subarray(block * blockLength, (block + 1) * blockLength));
    state = Uint8Array.from(crypto.aes128EncryptBlock(key, state));
  }
  xorInto(state, last);
  return Uint8Array.from(crypto.aes128EncryptBlock(key, state));
}

/** The subkeys' step: a shift by one bit in GF(2^128). */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(blockLength);
  for (let index = 0; index < blockLength; index += 1) {
    result[index] = ((block[index] ?? 0) << 1) | ((block[index + 1] ?? 0) >> 7);
  }
  // Without a branch on a key-dependent bit.
  result[15] = (result[15] ?? 0) ^ (0x87 & -((block[0] ?? 0) >> 7));
  return result;
}

function xorInto(target: Uint8Array, other: Uint8Array): void {
  for (let index = 0; index < target.length; index += 1) {
    target[index] = (target[index] ?? 0) ^ (other[index] ?? 0);
  }
}
