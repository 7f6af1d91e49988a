const encoder = new TextEncoder();

/** Joins byte strings: the ‖ of the papers' notation. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** From this length on the platform's encoder is faster than a loop over characters (measured). */
const loopLengthMax = 96;

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  // Codes and hashes are short and ASCII, and a call out of JavaScript costs more than a short loop.
  if (text.length > loopLengthMax) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return encoder.encode(text);
    bytes[index] = code;
  }
  return bytes;
}

/** Compares without leaking where the first difference lies. Lengths are not secret. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) {
    difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  }
  return difference === 0;
}
