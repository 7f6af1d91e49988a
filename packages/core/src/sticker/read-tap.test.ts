import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { browserCrypto } from "../crypto/browser.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { aesCmac } from "./aes-cmac.ts";
import { decodeHex, encodeHex } from "./hex.ts";
import { readTap, type TagKeys, uidHashOf } from "./read-tap.ts";
import { softwareTap } from "./software-tag.ts";
import { decryptPiccData, sunMac } from "./sun-message.ts";

const crypto = nodeCrypto();

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}

const uid = hex("04de5f1eacc040");
const metaReadKey = hex("000102030405060708090a0b0c0d0e0f");
const fileReadKey = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
const street: TagKeys = {
  ent: "street",
  uidHash: uidHashOf(crypto, uid),
  metaReadKey,
  fileReadKey,
};
const reading = { uid, metaReadKey, fileReadKey, counter: 61, filler: hex("0102030405") };

describe("aesCmac", () => {
  const key = hex("2b7e151628aed2a6abf7158809cf4f3c");
  const message = hex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
  );
  it.each([
    [0, "BB1D6929E95937287FA37D129B756746"],
    [16, "070A16B46B4D4144F79BDD9DD04A287C"],
    [40, "DFA66747DE9AE63030CA32611497C827"],
    [64, "51F0BEBF7E3B9D92FC49741779363CFE"],
  ])("gives RFC 4493's figure for %i bytes, on both ports", (length, mac) => {
    for (const port of [crypto, browserCrypto()]) {
      expect(encodeHex(aesCmac(port, key, message.subarray(0, length)))).toBe(mac);
    }
  });

  const file = new URL(
    "../../../../../shared/vectors/wycheproof/aes_cmac_test.json",
    import.meta.url,
  );
  const suite = Type.Object({
    testGroups: Type.Array(
      Type.Object({
        keySize: Type.Integer(),
        tests: Type.Array(
          Type.Object({
            tcId: Type.Integer(),
            key: Type.String(),
            msg: Type.String(),
            tag: Type.String(),
            result: Type.String(),
          }),
        ),
      }),
    ),
  });
  it("agrees with Wycheproof on every 128-bit key and refuses every other length", (context) => {
    if (!existsSync(file)) return context.skip("the Wycheproof vectors lie outside the checkout");
    const { testGroups } = Value.Parse(suite, JSON.parse(readFileSync(file, "utf8")));
    let compared = 0;
    for (const { keySize, tests } of testGroups) {
      for (const { tcId, key: vectorKey, msg, tag, result } of tests) {
        const mac = () => encodeHex(aesCmac(crypto, hex(vectorKey), hex(msg)));
        if (keySize === 128)
          expect(mac() === tag.toUpperCase(), `${tcId}`).toBe(result === "valid");
        else expect(mac, `${tcId}`).toThrow(RangeError);
        compared += 1;
      }
    }
    expect(compared).toBe(311);
  });
});

describe("readTap", () => {
  const example = { e: "EF963FF7828658A599F3041510671E88", c: "94EED9EE65337086" };

  it("reads the application note's example, and refuses it as a tag for its factory keys", () => {
    const zeros = new Uint8Array(16);
    const data = decryptPiccData(crypto, zeros, hex(example.e));
    expect(data).toMatchObject({ uid, counter: 61 });
    if (data === undefined) throw new Error("the example did not decrypt");
    const mac = sunMac(crypto, zeros, { ...data, macInput: new Uint8Array() });
    expect(encodeHex(mac)).toBe(example.c);
    const tags = [{ ...street, metaReadKey: zeros, fileReadKey: zeros }];
    expect(readTap(crypto, tags, example)).toEqual({
      kind: "refused",
      code: "tap-mac",
      reason: "factory-keys",
    });
  });

  it("refuses a tag one of whose keys is still the factory's", () => {
    for (const name of ["metaReadKey", "fileReadKey"]) {
      const zero = { [name]: new Uint8Array(16) };
      const tap = softwareTap(crypto, { ...reading, ...zero });
      const refusal = readTap(crypto, [{ ...street, ...zero }], tap);
      expect(refusal).toMatchObject({ reason: "factory-keys" });
    }
  });

  it("finds the entrance by the pinned UID, on both ports", () => {
    const lobbyUid = hex("04112233445566");
    const lobby = {
      ent: "lobby",
      uidHash: uidHashOf(crypto, lobbyUid),
      metaReadKey: fileReadKey,
      fileReadKey: metaReadKey,
    };
    const lobbyTap = softwareTap(crypto, {
      ...lobby,
      uid: lobbyUid,
      counter: 0xabcdef,
      filler: hex("ffffffffff"),
    });
    for (const port of [crypto, browserCrypto()]) {
      const tags = [street, lobby];
      const streetTap = readTap(port, tags, softwareTap(port, reading));
      expect(streetTap).toEqual({ kind: "tap", ent: "street", uid, counter: 61 });
      const other = readTap(port, tags, lobbyTap);
      expect(other).toEqual({ kind: "tap", ent: "lobby", uid: lobbyUid, counter: 0xabcdef });
      expect(readTap(port, [street], lobbyTap)).toMatchObject({ reason: "tag-unknown" });
    }
  });

  it("refuses the right keys under another UID than the pinned one", () => {
    const tags = [{ ...street, uidHash: uidHashOf(crypto, hex("04000000000000")) }];
    const tap = softwareTap(crypto, reading);
    expect(readTap(crypto, tags, tap)).toMatchObject({ kind: "refused", reason: "tag-unknown" });
  });

  it("refuses a tag byte other than C7 though all else fits", () => {
    const plain = Uint8Array.of(0xc6, ...uid, 61, 0, 0, 1, 2, 3, 4, 5);
    const e = encodeHex(crypto.aes128EncryptBlock(metaReadKey, plain));
    const { c } = softwareTap(crypto, reading);
    expect(readTap(crypto, [street], { e, c })).toMatchObject({ reason: "tag-unknown" });
  });

  it("covers the bytes of the address that the tag covers", () => {
    const macInput = hex("653d");
    const tap = softwareTap(crypto, { ...reading, macInput });
    expect(readTap(crypto, [street], tap)).toMatchObject({ reason: "mac" });
    expect(readTap(crypto, [street], { ...tap, macInput })).toMatchObject({ kind: "tap" });
  });

  it("takes one spelling only: upper-case hex of the right length", () => {
    const { e, c } = softwareTap(crypto, reading);
    const spellings = [
      { e: e.toLowerCase(), c },
      { e, c: `${c.slice(0, -1)}g` },
      { e: `${e}00`, c },
      { e: e.slice(2), c },
      { e, c: ` ${c.slice(1)}` },
      { e: "", c: "" },
      { e, c: `${c}\n` },
    ];
    for (const tap of spellings) {
      expect(readTap(crypto, [street], tap)).toMatchObject({ kind: "refused", reason: "shape" });
    }
  });

  it("refuses every tap with a single bit changed", () => {
    const tap = softwareTap(crypto, reading);
    for (let bit = 0; bit < 24 * 8; bit += 1) {
      const bytes = decodeHex(tap.e + tap.c, 24);
      if (bytes === undefined) throw new Error("a software tag writes upper-case hex");
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = encodeHex(bytes);
      const changed = { e: text.slice(0, 32), c: text.slice(32) };
      expect(readTap(crypto, [street], changed)).toMatchObject({ code: "tap-mac" });
    }
  });

  it("never throws and never accepts, whatever the text", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789ABCDEFg"), maxLength: 40 });
    const text = fc.oneof(digits, fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(text, text, (e, c) => readTap(crypto, [street], { e, c }).kind === "refused"),
    );
  });
});
