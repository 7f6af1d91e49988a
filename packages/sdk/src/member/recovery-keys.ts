import { concat, decodeBase64url, encodeBase64url, utf8 } from "@vestibule/core";

/** The size of the secret on the recovery paper. */
const recoverySecretBytes = 32;

/** What a policy names of the recovery paper: two public keys, base64url of 32 bytes each. */
export interface RecoveryKeys {
  readonly sign: string;
  readonly seal: string;
}

/** A fresh secret for a recovery paper. */
export function newRecoverySecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(recoverySecretBytes));
}

/** As it stands on paper: groups of four, so that a person can copy and compare it. */
export function recoveryPaperText(secret: Uint8Array): string {
  return (hexOf(secret).match(/.{1,4}/g) ?? []).join(" ");
}

/** A secret that was read off paper; undefined where it is none. */
export function readRecoveryPaper(text: string): Uint8Array | undefined {
  const hex = text.replace(/\s+/g, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) return undefined;
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/**
 * Both keys of a recovery paper by HKDF-SHA256 from its one secret (papers.md, Policy): no salt, info
 * `vestibule/recovery/sign/1` and `vestibule/recovery/seal/1`, 32 bytes each.
 *
 * @throws DOMException `NotSupportedError` in a browser without Ed25519 or X25519.
 */
export async function recoveryKeys(secret: Uint8Array): Promise<RecoveryKeys> {
  const [sign, seal] = await Promise.all([
    publicHalf("Ed25519", await derived(secret, "vestibule/recovery/sign/1")),
    publicHalf("X25519", await derived(secret, "vestibule/recovery/seal/1")),
  ]);
  return { sign, seal };
}

async function derived(secret: Uint8Array, info: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(secret), "HKDF", false, [
    "deriveBits",
  ]);
  const bits = await crypto.subtle.deriveBits(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(),
      info: new Uint8Array(utf8(info)),
    },
    key,
    256,
  );
  return new Uint8Array(bits);
}

/** RFC 8410 §7: a private key of 32 bytes in PKCS #8; its last byte of the object id tells the curve. */
const pkcs8: Readonly<Record<"Ed25519" | "X25519", Uint8Array>> = {
  Ed25519: Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20),
  X25519: Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20),
};

async function publicHalf(name: "Ed25519" | "X25519", seed: Uint8Array): Promise<string> {
  const uses: KeyUsage[] = name === "Ed25519" ? ["sign"] : ["deriveBits"];
  const bytes = new Uint8Array(concat(pkcs8[name], seed));
  const key = await crypto.subtle.importKey("pkcs8", bytes, { name }, true, uses);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  const raw = x === undefined ? undefined : decodeBase64url(x);
  if (raw?.length !== 32) throw new TypeError("the browser gave no public key");
  return encodeBase64url(raw);
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
