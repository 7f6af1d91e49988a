import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "../encoding/base64url.ts";
import { concat } from "../encoding/bytes.ts";
import { browserCrypto } from "./browser.ts";
import { isStrongEd25519Key } from "./ed25519-key.ts";
import { nodeCrypto } from "./node.ts";
import { generateSigner } from "./node-keys.ts";
import type { PublicJwk } from "./port.ts";

const node = nodeCrypto();
const browser = browserCrypto();

/** Both ports' verdict, which must be one. */
function verdict(jwk: PublicJwk, data: Uint8Array, signature: Uint8Array): boolean {
  const [one, two] = [node.verify(jwk, data, signature), browser.verify(jwk, data, signature)];
  expect(two).toBe(one);
  return one;
}

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKey?: { readonly pk?: string; readonly uncompressed?: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
      readonly comment: string;
    }[];
  }[];
}

function vectors(name: string): Vectors | undefined {
  const file = fileURLToPath(
    new URL(`../../../../../shared/vectors/wycheproof/${name}`, import.meta.url),
  );
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const base64 = (bytes: Uint8Array) => encodeBase64url(bytes);

describe("both ports", () => {
  it.each([
    ["ecdsa_secp256r1_sha256_p1363_test.json", 200],
    ["ed25519_test.json", 100],
  ] as const)("give Wycheproof's verdicts on %s", (name, least) => {
    const file = vectors(name);
    if (file === undefined) return expect(least).toBeGreaterThan(0);
    let count = 0;
    for (const group of file.testGroups) {
      const { pk = "", uncompressed = "" } = group.publicKey ?? {};
      const point = hex(uncompressed);
      const jwk: PublicJwk = name.startsWith("ed")
        ? { kty: "OKP", crv: "Ed25519", x: base64(hex(pk)) }
        : {
            kty: "EC",
            crv: "P-256",
            x: base64(point.subarray(1, 33)),
            y: base64(point.subarray(33)),
          };
      for (const { tcId, msg, sig, result, comment } of group.tests) {
        expect(verdict(jwk, hex(msg), hex(sig)), `${tcId} ${comment}`).toBe(result === "valid");
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(least);
  });

  it("agree on random keys, data, flips and foreign keys", () => {
    const keys = [generateSigner("ES256"), generateSigner("EdDSA"), generateSigner("ES256")];
    const pick = fc.record({
      by: fc.nat(2),
      under: fc.nat(2),
      data: fc.uint8Array(),
      flip: fc.option(fc.nat(511)),
    });
    fc.assert(
      fc.property(pick, ({ by, under, data, flip }) => {
        const signature = new Uint8Array(keys[by]?.sign(data) ?? []);
        if (flip !== null) signature[flip >> 3] = (signature[flip >> 3] ?? 0) ^ (1 << (flip & 7));
        const jwk = keys[under]?.jwk;
        if (jwk === undefined) throw new Error("no key");
        expect(verdict(jwk, data, signature)).toBe(by === under && flip === null);
      }),
      { numRuns: 60 },
    );
  });

  it("answer false, and throw nothing, for keys and signatures that are none", () => {
    const text = fc.oneof(fc.string(), fc.uint8Array({ minLength: 32, maxLength: 32 }).map(base64));
    const jwk = fc.oneof(
      fc.record({
        kty: fc.constant("EC" as const),
        crv: fc.constant("P-256" as const),
        x: text,
        y: text,
      }),
      fc.record({
        kty: fc.constant("OKP" as const),
        crv: fc.constant("Ed25519" as const),
        x: text,
      }),
    );
    fc.assert(
      fc.property(
        jwk,
        fc.uint8Array({ maxLength: 70 }),
        (key, signature) => verdict(key, new Uint8Array(3), signature) === false,
      ),
      { numRuns: 60 },
    );
  });

  it("refuse Ed25519 keys of small order and in a second spelling, under which anybody signs", () => {
    const { Point } = ed25519;
    const torsion = Point.fromHex(
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    );
    let point = Point.ZERO;
    for (let order = 0; order < 8; order += 1) {
      const x = base64(point.toBytes());
      expect(isStrongEd25519Key(x)).toBe(false);
      // R = sB with s = 0 satisfies every message whose k is a multiple of eight, and many more.
      for (let message = 0; message < 16; message += 1)
        expect(
          verdict(
            { kty: "OKP", crv: "Ed25519", x },
            Uint8Array.of(message),
            concat(Point.ZERO.toBytes(), new Uint8Array(32)),
          ),
        ).toBe(false);
      point = point.add(torsion);
    }
    for (let low = 0xed; low <= 0xff; low += 1)
      for (const top of [0x7f, 0xff]) {
        const bytes = new Uint8Array(32).fill(0xff);
        bytes[0] = low;
        bytes[31] = top;
        expect(isStrongEd25519Key(base64(bytes))).toBe(false);
      }
    expect(isStrongEd25519Key(generateSigner("EdDSA").jwk.x)).toBe(true);
    expect(isStrongEd25519Key("AA")).toBe(false);
  });

  it("agree on signatures with torsion mixed in, which the cofactored equation would take", () => {
    const { Point } = ed25519;
    const torsion = Point.fromHex(
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    );
    const a = 12_345n;
    const key = Point.BASE.multiply(a);
    const data = Uint8Array.of(1, 2, 3);
    const little = (value: bigint) =>
      Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
    const number = (bytes: Uint8Array) =>
      bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    for (const extra of [Point.ZERO, torsion]) {
      const r = 6_789n;
      const spot = Point.BASE.multiply(r).add(extra).toBytes();
      const k = Point.Fn.create(number(sha512(concat(spot, key.toBytes(), data))));
      const s = Point.Fn.create(r + k * a);
      const jwk: PublicJwk = { kty: "OKP", crv: "Ed25519", x: base64(key.toBytes()) };
      expect(verdict(jwk, data, concat(spot, little(s)))).toBe(extra === Point.ZERO);
    }
  });

  it("hash, MAC and encrypt alike", () => {
    const bytes = fc.uint8Array({ maxLength: 200, size: "max" });
    fc.assert(
      fc.property(bytes, bytes, (key, data) => {
        expect(base64(browser.sha256(data))).toBe(base64(node.sha256(data)));
        expect(base64(browser.hmacSha256(key, data))).toBe(base64(node.hmacSha256(key, data)));
        expect(base64(node.hmacSha256(key, data))).toBe(
          createHmac("sha256", key).update(data).digest("base64url"),
        );
      }),
      { numRuns: 40 },
    );
    const [key, block] = [new Uint8Array(randomBytes(16)), new Uint8Array(randomBytes(16))];
    const sealed = node.aes128EncryptBlock(key, block);
    expect(base64(browser.aes128EncryptBlock(key, block))).toBe(base64(sealed));
    expect(base64(browser.aes128DecryptBlock(key, sealed))).toBe(base64(block));
    expect(base64(node.aes128DecryptBlock(key, sealed))).toBe(base64(block));
  });

  it("keep one kind of key from spoiling another in the cache", () => {
    const crypto = nodeCrypto();
    const signer = generateSigner("ES256");
    if (signer.jwk.kty !== "EC") throw new Error("not EC");
    const poison: PublicJwk = { kty: "OKP", crv: "Ed25519", x: `${signer.jwk.x}.${signer.jwk.y}` };
    const data = Uint8Array.of(1);
    expect(crypto.verify(poison, data, new Uint8Array(64))).toBe(false);
    expect(crypto.verify(signer.jwk, data, signer.sign(data))).toBe(true);
    expect(decodeBase64url(signer.jwk.x)).toHaveLength(32);
  });
});
