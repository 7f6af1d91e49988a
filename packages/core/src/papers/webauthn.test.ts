import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import { generateSigner, softwareAssertion } from "../crypto/node-keys.ts";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { concat, utf8 } from "../encoding/bytes.ts";
import { type Assertion, checkAssertion } from "./webauthn.ts";

const crypto = nodeCrypto();
const challenge = new Uint8Array(32).fill(7);
const place = { rpId: "sign.example", origin: "https://sign.example:8443" };

/** An assertion over other client data or flags, signed by the same key in raw EdDSA. */
function bent({
  client = {},
  flags = 5,
  rpId = place.rpId,
}: {
  client?: object;
  flags?: number;
  rpId?: string;
}) {
  const signer = generateSigner("EdDSA");
  const data = {
    type: "webauthn.get",
    challenge: encodeBase64url(challenge),
    origin: place.origin,
    crossOrigin: false,
    ...client,
  };
  const clientData = utf8(JSON.stringify(data));
  const authenticatorData = concat(crypto.sha256(utf8(rpId)), Uint8Array.of(flags, 0, 0, 0, 1));
  const assertion: Assertion = {
    authenticatorData: encodeBase64url(authenticatorData),
    clientDataJSON: encodeBase64url(clientData),
    signature: encodeBase64url(signer.sign(concat(authenticatorData, crypto.sha256(clientData)))),
  };
  return check(assertion, signer.jwk);
}

function check(assertion: Assertion, jwk: Parameters<typeof checkAssertion>[2]["jwk"]) {
  return checkAssertion(crypto, assertion, { challenge, ...place, jwk })?.code;
}

describe("an assertion", () => {
  it("holds for both kinds of key, and with members that browsers may add", () => {
    for (const alg of ["ES256", "EdDSA"] as const) {
      const signer = generateSigner(alg);
      expect(check(softwareAssertion(signer, { challenge, ...place }), signer.jwk)).toBeUndefined();
    }
    expect(bent({ client: { extra: 1 } })).toBeUndefined();
    expect(bent({ client: { crossOrigin: undefined } })).toBeUndefined();
  });

  it.each([
    ["webauthn-type", { client: { type: "webauthn.create" } }],
    ["webauthn-challenge", { client: { challenge: encodeBase64url(new Uint8Array(32)) } }],
    ["webauthn-origin", { client: { origin: "https://sign.example" } }],
    ["webauthn-cross-origin", { client: { crossOrigin: true } }],
    ["webauthn-cross-origin", { client: { crossOrigin: "no" } }],
    ["webauthn-rp", { rpId: "example" }],
    ["webauthn-up", { flags: 4 }],
    ["webauthn-uv", { flags: 1 }],
    ["webauthn-shape", { client: { type: 1 } }],
  ] as const)("is refused with %s for %o", (code, bend) => {
    expect(bent(bend)).toBe(code);
  });

  it("is refused when its parts have not their form", () => {
    const signer = generateSigner("ES256");
    const good = softwareAssertion(signer, { challenge, ...place });
    const data = decodeBase64url(good.authenticatorData) ?? new Uint8Array();
    const cases: readonly (readonly [string, Partial<Assertion>])[] = [
      ["webauthn-shape", { authenticatorData: encodeBase64url(data.subarray(0, 36)) }],
      ["webauthn-shape", { authenticatorData: "*" }],
      ["webauthn-shape", { clientDataJSON: "*" }],
      ["webauthn-shape", { clientDataJSON: encodeBase64url(utf8("{")) }],
      ["webauthn-shape", { clientDataJSON: encodeBase64url(utf8("null")) }],
      ["webauthn-shape", { clientDataJSON: encodeBase64url(Uint8Array.of(0xff)) }],
      ["webauthn-signature", softwareAssertion(generateSigner("ES256"), { challenge, ...place })],
      ["webauthn-signature", { signature: "*" }],
      ["webauthn-signature", { signature: "" }],
      ["size", { authenticatorData: "A".repeat(1_401) }],
      ["size", { clientDataJSON: "A".repeat(2_801) }],
      ["size", { signature: "A".repeat(401) }],
    ];
    for (const [code, change] of cases)
      expect(check({ ...good, ...change }, signer.jwk)).toBe(code);
  });

  it("takes DER of exactly one form", () => {
    const signer = generateSigner("ES256");
    const good = softwareAssertion(signer, { challenge, ...place });
    const der = decodeBase64url(good.signature) ?? new Uint8Array();
    const r = der.subarray(2, 4 + (der[3] ?? 0));
    const s = der.subarray(4 + (der[3] ?? 0));
    const sequence = (...parts: readonly Uint8Array[]) => {
      const body = concat(...parts);
      return encodeBase64url(concat(Uint8Array.of(0x30, body.length), body));
    };
    const padded = (part: Uint8Array) =>
      concat(Uint8Array.of(2, (part[1] ?? 0) + 1, 0), part.subarray(2));
    expect(check({ ...good, signature: sequence(r, s) }, signer.jwk)).toBeUndefined();
    const wrong = [
      sequence(padded(padded(r)), s),
      sequence(r, padded(padded(s))),
      sequence(r),
      sequence(r, s, Uint8Array.of(0)),
      sequence(r, s, s),
      sequence(Uint8Array.of(2, 0), s),
      sequence(Uint8Array.of(2, 1, 0x80), s),
      sequence(Uint8Array.of(3, 1, 1), s),
      sequence(concat(Uint8Array.of(2, 33, 1), new Uint8Array(32)), s),
      encodeBase64url(concat(der, Uint8Array.of(0))),
      encodeBase64url(concat(Uint8Array.of(0x31), der.subarray(1))),
      encodeBase64url(signer.sign(challenge)),
    ];
    for (const signature of wrong)
      expect(check({ ...good, signature }, signer.jwk)).toBe("webauthn-signature");
  });
});
