const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Int8Array(128).fill(-1);
for (let index = 0; index < alphabet.length; index += 1) values[alphabet.charCodeAt(index)] = index;

/** Base64url without padding (RFC 4648 §5). */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const first = bytes[index] ?? 0;
    const second = bytes[index + 1] ?? 0;
    const third = bytes[index + 2] ?? 0;
    text += alphabet.charAt(first >> 2) + alphabet.charAt(((first & 3) << 4) | (second >> 4));
    if (index + 1 < bytes.length) text += alphabet.charAt(((second & 15) << 2) | (third >> 6));
    if (index + 2 < bytes.length) text += alphabet.charAt(third & 63);
  }
  return text;
}

/**
 * Decodes strictly: no padding, no foreign characters, no unused bits set, so that a byte string has
 * exactly one text. Anything else is `undefined`.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let accumulator = 0;
  let bits = 0;
  let offset = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const value = code < 128 ? (values[code] ?? -1) : -1;
    if (value < 0) return undefined;
    accumulator = ((accumulator << 6) | value) & 0x3fff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset] = (accumulator >> bits) & 0xff;
      offset += 1;
    }
  }
  return (accumulator & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
