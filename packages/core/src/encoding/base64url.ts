const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Int8Array(128).fill(-1);
const characters = new Uint8Array(64);
for (let index = 0; index < alphabet.length; index += 1) {
  values[alphabet.charCodeAt(index)] = index;
  characters[index] = alphabet.charCodeAt(index);
}
const decoder = new TextDecoder();

/** Base64url without padding (RFC 4648 §5). */
export function encodeBase64url(bytes: Uint8Array): string {
  // In one piece: a text that grows by characters is a chain of pieces, which costs again when it is read.
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let offset = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const group =
      ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text[offset] = characterOf(group >> 18);
    text[offset + 1] = characterOf(group >> 12);
    // Beyond the text's end these two fall away, as the last group of a text without padding must.
    text[offset + 2] = characterOf(group >> 6);
    text[offset + 3] = characterOf(group);
    offset += 4;
  }
  return decoder.decode(text);
}

function characterOf(bits: number): number {
  return characters[bits & 63] ?? 0;
}

/**
 * Decodes strictly: no padding, no foreign characters, no unused bits set, so that a byte string has
 * exactly one text. Anything else is `undefined`.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  const whole = text.length - rest;
  let offset = 0;
  for (let index = 0; index < whole; index += 4) {
    const group =
      (valueAt(text, index) << 18) |
      (valueAt(text, index + 1) << 12) |
      (valueAt(text, index + 2) << 6) |
      valueAt(text, index + 3);
    // One foreign character is -1 and makes the whole group negative.
    if (group < 0) return undefined;
    bytes[offset] = group >> 16;
    bytes[offset + 1] = group >> 8;
    bytes[offset + 2] = group;
    offset += 3;
  }
  if (rest === 0) return bytes;
  const last = rest === 3 ? valueAt(text, whole + 2) : 0;
  const tail = (valueAt(text, whole) << 12) | (valueAt(text, whole + 1) << 6) | last;
  // Bits that no byte takes must be clear.
  if (tail < 0 || (tail & (rest === 3 ? 0x3 : 0x3ff)) !== 0) return undefined;
  bytes[offset] = tail >> 10;
  if (rest === 3) bytes[offset + 1] = tail >> 2;
  return bytes;
}

function valueAt(text: string, index: number): number {
  return values[text.charCodeAt(index)] ?? -1;
}
