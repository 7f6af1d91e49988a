import { decodeBase64url } from "../encoding/base64url.ts";

// The y coordinates of the points of order 1, 2, 4 and 8, little endian, sign bit clear.
const weakCoordinates: ReadonlySet<string> = new Set([
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "00".repeat(32),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/**
 * Whether 32 bytes may be an Ed25519 public key: written in the one canonical way (RFC 8032 §5.1.3)
 * and not of small order, under which anybody could sign. OpenSSL checks neither.
 */
export function isStrongEd25519Key(x: string): boolean {
  const bytes = decodeBase64url(x);
  if (bytes?.length !== 32) return false;
  const y = Uint8Array.from(bytes);
  y[31] = (y[31] ?? 0) & 0x7f;
  return isBelowPrime(y) && !weakCoordinates.has(hex(y));
}

/** Little endian below 2^255 - 19: only values that end in thirty-one full bytes can reach it. */
function isBelowPrime(y: Uint8Array): boolean {
  if (y[31] !== 0x7f) return true;
  for (let index = 1; index < 31; index += 1) if (y[index] !== 0xff) return true;
  return (y[0] ?? 0) < 0xed;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
