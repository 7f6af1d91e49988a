import { expect, it } from "vitest";
import { importSealPrivateKey, seal } from "../crypto/hpke.ts";
import { generateSealPair, randomText } from "../crypto/node-keys.ts";
import { decodeBase64url } from "../encoding/base64url.ts";
import { utf8 } from "../encoding/bytes.ts";
import { bodyOf } from "../testing/gestures.ts";
import { makeWorld } from "../testing/index.ts";
import type { Proof } from "./bodies.ts";
import { codesAad, pepperAad, unsealCodes, unsealPepper } from "./sealing.ts";

const raw = (text: string) => decodeBase64url(text) ?? new Uint8Array();

it("a pepper opens at the box it was sealed to, for its own assignment, at 32 bytes", async () => {
  const world = await makeWorld();
  const key = await importSealPrivateKey(raw(world.box.seal.privateText));
  const ctl = world.box.signer.kid;
  const assignment = bodyOf(world.papers.assignment);
  expect(await unsealPepper(key, assignment, ctl)).toHaveLength(32);
  expect(await unsealPepper(key, assignment, randomText(32))).toBe("unopenable");
  for (const change of [{ bld: randomText(32) }, { iss: randomText(32) }, { jti: randomText(16) }])
    expect(await unsealPepper(key, { ...assignment, ...change }, ctl)).toBe("unopenable");
  const { bld, iss: car, jti } = assignment;
  const aad = pepperAad({ bld, car, jti, ctl });
  const short = await seal(world.box.seal.publicText, "vestibule/pepper/1", {
    aad,
    plaintext: new Uint8Array(31),
  });
  expect(await unsealPepper(key, { ...assignment, pep: [{ ctl, ...short }] }, ctl)).toBe(
    "unopenable",
  );
});

it("codes open for their ticket and phone, as canonical JSON of texts", async () => {
  const pair = generateSealPair();
  const key = await importSealPrivateKey(raw(pair.privateText));
  const bound = { ticket: randomText(32), jkt: randomText(32) };
  const open = async (plaintext: Uint8Array, change: object = {}) => {
    const sealed = await seal(pair.publicText, "vestibule/codes/1", {
      aad: codesAad(bound),
      plaintext,
    });
    const proof: Proof = {
      v: 1,
      iss: bound.jkt,
      ticket: bound.ticket,
      grant: randomText(32),
      asg: randomText(32),
      ctl: randomText(32),
      ent: "street",
      purpose: "deliver",
      jti: randomText(16),
      sealed,
    };
    return unsealCodes(key, { ...proof, ...change });
  };
  expect(await open(utf8('["A-1","B-2"]'))).toEqual(["A-1", "B-2"]);
  expect(await open(utf8('["A-1"]'), { ticket: randomText(32) })).toBe("unopenable");
  expect(await open(utf8('["A-1"]'), { iss: randomText(32) })).toBe("unopenable");
  for (const text of ["[1]", "{}", "null", ' ["A-1"]', ""])
    expect(await open(utf8(text)), text).toBe("unopenable");
  expect(await open(Uint8Array.of(0xff))).toBe("unopenable");
});
