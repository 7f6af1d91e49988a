import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";

/** An HPKE encapsulation and ciphertext, both base64url. */
export interface Sealed {
  readonly enc: string;
  readonly ct: string;
}

/** What a sealed text is for; part of the key schedule, so one can never pass for another. */
export type SealInfo = "vestibule/pepper/1" | "vestibule/codes/1" | "vestibule/tag-key/1";

/** The private half of a seal key, held by the box (or the recovery paper) only. */
export interface SealPrivateKey {
  readonly key: CryptoKey;
}

type CryptoKey = Awaited<ReturnType<CipherSuite["kem"]["deserializePublicKey"]>>;

// RFC 9180 base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM (papers.md).
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

/** Imports the 32 raw bytes of an X25519 private key. */
export async function importSealPrivateKey(raw: Uint8Array): Promise<SealPrivateKey> {
  return { key: await suite.kem.importKey("raw", exactBuffer(raw), false) };
}

/** Seals to a public key given as base64url of its 32 bytes, as the signed policy names it. */
export async function seal(
  to: string,
  info: SealInfo,
  { aad, plaintext }: { readonly aad: Uint8Array; readonly plaintext: Uint8Array },
): Promise<Sealed> {
  const raw = decodeBase64url(to);
  if (raw === undefined) throw new TypeError("a seal key is not base64url");
  const recipientPublicKey = await suite.kem.deserializePublicKey(exactBuffer(raw));
  const sender = await suite.createSenderContext({
    recipientPublicKey,
    info: exactBuffer(utf8(info)),
  });
  const ct = await sender.seal(exactBuffer(plaintext), exactBuffer(aad));
  return {
    enc: encodeBase64url(new Uint8Array(sender.enc)),
    ct: encodeBase64url(new Uint8Array(ct)),
  };
}

/** Opens what was sealed to this key. Anything altered, or sealed elsewhere, is `undefined`. */
export async function unseal(
  key: SealPrivateKey,
  info: SealInfo,
  { sealed, aad }: { readonly sealed: Sealed; readonly aad: Uint8Array },
): Promise<Uint8Array | undefined> {
  const enc = decodeBase64url(sealed.enc);
  const ct = decodeBase64url(sealed.ct);
  if (enc === undefined || ct === undefined) return undefined;
  try {
    const recipient = await suite.createRecipientContext({
      recipientKey: key.key,
      enc: exactBuffer(enc),
      info: exactBuffer(utf8(info)),
    });
    return new Uint8Array(await recipient.open(exactBuffer(ct), exactBuffer(aad)));
  } catch {
    // The library throws one error for every failure of the tag or the point; all mean "not for us".
    return undefined;
  }
}

function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}
