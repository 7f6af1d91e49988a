const digits = "0123456789ABCDEF";

/** Upper-case hex, as the tag writes it. */
export function encodeHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += digits.charAt(byte >> 4) + digits.charAt(byte & 15);
  return text;
}

/** Decodes exactly `length` bytes of upper-case hex, so that a tap has one spelling; else `undefined`. */
export function decodeHex(text: string, length: number): Uint8Array | undefined {
  if (text.length !== length * 2 || !/^[0-9A-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}
