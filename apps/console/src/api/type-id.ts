const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const length = 26;

/**
 * The smallest TypeID that could have been made at a moment (UUIDv7: 48 bits of epoch ms come first).
 * Lists that begin after an id can so begin at a time.
 */
export function idAt(prefix: string, atMs: number): string {
  return encode(prefix, BigInt(Math.max(0, Math.floor(atMs))) << 80n);
}

/** The id right after another in a list's order; undefined where the text is no TypeID. */
export function idAfter(id: string): string | undefined {
  const [prefix = "", suffix = ""] = id.split("_");
  if (!/^[a-z]{3}$/.test(prefix) || suffix.length !== length) return undefined;
  let value = 0n;
  for (const letter of suffix) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return undefined;
    value = value * 32n + BigInt(digit);
  }
  return encode(prefix, value + 1n);
}

function encode(prefix: string, value: bigint): string {
  let rest = value;
  let text = "";
  for (let index = 0; index < length; index += 1) {
    text = (alphabet[Number(rest % 32n)] ?? "0") + text;
    rest /= 32n;
  }
  return `${prefix}_${text}`;
}
