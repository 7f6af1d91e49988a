/**
 * The text of a manifest: UTF-8 with or without BOM, or UTF-16 with one or where every other byte of its
 * beginning is zero, as it is of no other text. Bytes that are neither become U+FFFD, so that only
 * their lines are broken.
 */
export function decodeFile(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const [first, second, third, fourth] = bytes;
  if (first && second === 0 && third && fourth === 0)
    return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0 && second && third === 0 && fourth)
    return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}

/** What stands where bytes could not be read. */
export const unreadable = "\ufffd";
