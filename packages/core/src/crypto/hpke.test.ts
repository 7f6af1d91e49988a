import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from "node:crypto";
import { expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { importSealPrivateKey, seal, unseal } from "./hpke.ts";
import { generateSealPair } from "./node-keys.ts";

const hmac = (key: Uint8Array, data: Uint8Array) =>
  new Uint8Array(createHmac("sha256", key).update(data).digest());
const kemSuite = concat(utf8("KEM"), Uint8Array.of(0, 0x20));
const hpkeSuite = concat(utf8("HPKE"), Uint8Array.of(0, 0x20, 0, 1, 0, 1));

/** LabeledExtract and LabeledExpand of RFC 9180, section 4, for outputs of up to 32 bytes. */
const extract = (suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array) =>
  hmac(salt, concat(utf8("HPKE-v1"), suite, utf8(label), ikm));
const expand = (
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
) =>
  hmac(
    prk,
    concat(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), info, Uint8Array.of(1)),
  ).subarray(0, length);

/** Opens in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, written from the RFC with node's primitives. */
function openByHand(
  pair: { readonly publicText: string; readonly privateText: string },
  sealed: { readonly enc: string; readonly ct: string },
  info: string,
  aad: Uint8Array,
) {
  const key = createPrivateKey({
    key: { kty: "OKP", crv: "X25519", x: pair.publicText, d: pair.privateText },
    format: "jwk",
  });
  const peer = createPublicKey({
    key: { kty: "OKP", crv: "X25519", x: sealed.enc },
    format: "jwk",
  });
  const dh = new Uint8Array(diffieHellman({ privateKey: key, publicKey: peer }));
  const raw = (text: string) => decodeBase64url(text) ?? new Uint8Array();
  const none = new Uint8Array();
  const context = concat(raw(sealed.enc), raw(pair.publicText));
  const shared = expand(
    kemSuite,
    extract(kemSuite, none, "eae_prk", dh),
    "shared_secret",
    context,
    32,
  );
  const schedule = concat(
    Uint8Array.of(0),
    extract(hpkeSuite, none, "psk_id_hash", none),
    extract(hpkeSuite, none, "info_hash", utf8(info)),
  );
  const secret = extract(hpkeSuite, shared, "secret", none);
  const aead = expand(hpkeSuite, secret, "key", schedule, 16);
  const nonce = expand(hpkeSuite, secret, "base_nonce", schedule, 12);
  const ct = raw(sealed.ct);
  const open = createDecipheriv("aes-128-gcm", aead, nonce)
    .setAAD(aad)
    .setAuthTag(ct.subarray(ct.length - 16));
  return concat(open.update(ct.subarray(0, ct.length - 16)), open.final());
}

const info = "vestibule/codes/1";
const aad = utf8("ticket and phone");
const plaintext = utf8('["1Z999AA10123456784"]');

it("what it seals opens by RFC 9180 written out with node's own primitives", async () => {
  for (let run = 0; run < 5; run += 1) {
    const pair = generateSealPair();
    const sealed = await seal(pair.publicText, info, { aad, plaintext });
    expect(encodeBase64url(openByHand(pair, sealed, info, aad))).toBe(encodeBase64url(plaintext));
  }
});

it("opens for its own key, purpose and binding only", async () => {
  const pair = generateSealPair();
  const key = await importSealPrivateKey(decodeBase64url(pair.privateText) ?? new Uint8Array());
  const sealed = await seal(pair.publicText, info, { aad, plaintext });
  expect(await unseal(key, info, { sealed, aad })).toEqual(plaintext);
  expect(await unseal(key, "vestibule/pepper/1", { sealed, aad })).toBeUndefined();
  expect(await unseal(key, info, { sealed, aad: utf8("another ticket") })).toBeUndefined();
  const foreign = await importSealPrivateKey(
    decodeBase64url(generateSealPair().privateText) ?? new Uint8Array(),
  );
  expect(await unseal(foreign, info, { sealed, aad })).toBeUndefined();
  for (const change of [
    { enc: "A".repeat(43) },
    { enc: "*" },
    { ct: "*" },
    { ct: "" },
    { ct: `A${sealed.ct.slice(1)}` },
    { ct: `B${sealed.ct.slice(1)}` },
  ]) {
    const bent = { ...sealed, ...change };
    if (bent.ct !== sealed.ct || bent.enc !== sealed.enc)
      expect(await unseal(key, info, { sealed: bent, aad })).toBeUndefined();
  }
});

it("refuses to seal to a key that is none", async () => {
  await expect(seal("*", info, { aad, plaintext })).rejects.toThrow(TypeError);
});
