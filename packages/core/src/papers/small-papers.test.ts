import { beforeAll, describe, expect, it } from "vitest";
import { nodeCrypto } from "../crypto/node.ts";
import {
  generateSigner,
  type NodeSigner,
  randomText,
  softwareAssertion,
} from "../crypto/node-keys.ts";
import { proofChallenge } from "../decide/proof-check.ts";
import { canonicalize } from "../encoding/jcs.ts";
import { makeWorld, type World, worldStart } from "../testing/index.ts";
import { openHead, openNoAccess, openTicket } from "./box-papers.ts";
import { checkOffer, offerMac } from "./claim.ts";
import { checkEnrolment, enrolmentChallenge, enrolmentMac, enrolmentMessage } from "./enrolment.ts";
import { paperHash } from "./jws.ts";
import { signPaper } from "./sign.ts";
import type { Assertion } from "./webauthn.ts";

const crypto = nodeCrypto();
const context = { crypto };
let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
const other = "A".repeat(43);
const codeOf = (result: { readonly kind: string; readonly code?: string }) =>
  result.code ?? result.kind;

describe("a ticket at the phone", () => {
  it("is the policy's own box speaking of this phone and grant", async () => {
    const { signer } = world.box;
    const live = world.takeTicket();
    const expected = {
      policy: world.policy,
      jkt: world.handset.kid,
      grant: paperHash(crypto, world.papers.grant),
    };
    const open = async (change: object = {}, by: NodeSigner = signer) =>
      codeOf(
        openTicket(
          context,
          { text: await signPaper("ticket", { ...live.body, ...change }, by), jwk: by.jwk },
          expected,
        ),
      );
    expect(await open()).toBe("ticket");
    expect(await open({ iss: other })).toBe("iss-mismatch");
    expect(await open({ bld: other })).toBe("bld-mismatch");
    expect(await open({ ent: "lobby" })).toBe("entrance-unknown");
    expect(await open({ jkt: other })).toBe("handset-mismatch");
    expect(await open({ grant: other })).toBe("proof-binding");
    const foreign = generateSigner("EdDSA");
    expect(await open({ iss: foreign.kid }, foreign)).toBe("entrance-unknown");
    const phone = generateSigner("ES256");
    expect(await open({ iss: phone.kid }, phone)).toBe("alg");
    expect(codeOf(openTicket(context, { text: "x", jwk: signer.jwk }, expected))).toBe("shape");
  });
});

describe("a head", () => {
  it("is the box's own word", async () => {
    const { signer } = world.box;
    const body = {
      v: 1,
      iss: signer.kid,
      ctl: signer.kid,
      boot: randomText(16),
      hash: other,
      nonce: other,
      seq: 0,
    };
    const open = async (change: object = {}, by: NodeSigner = signer) =>
      codeOf(
        openHead(
          context,
          { text: await signPaper("head", { ...body, ...change }, by), jwk: by.jwk },
          signer.kid,
        ),
      );
    expect(await open()).toBe("head");
    expect(await open({ iss: other })).toBe("iss-mismatch");
    expect(await open({ ctl: other })).toBe("iss-mismatch");
    expect(await open({}, generateSigner("EdDSA"))).toBe("kid-unknown");
    expect(await open({}, generateSigner("ES256"))).toBe("alg");
  });
});

describe("a no-access paper", () => {
  it("is the host's, by a grant key, about an entrance of this building", async () => {
    const host = world.state.keysets.get(world.host.root.kid)?.keyset;
    if (host === undefined) throw new Error("no host");
    const body = {
      v: 1,
      iss: host.root,
      bld: world.policy.bld,
      ent: "street",
      iat: worldStart,
      since: worldStart,
      jkt: other,
    };
    const expected = { policy: world.policy, host, at: worldStart };
    const open = async (change: object = {}, by: NodeSigner = world.host.key) =>
      codeOf(
        openNoAccess(context, await signPaper("no-access", { ...body, ...change }, by), expected),
      );
    expect(await open()).toBe("no-access");
    expect(await open({ iss: other })).toBe("iss-mismatch");
    expect(await open({ bld: other })).toBe("bld-mismatch");
    expect(await open({ ent: "lobby" })).toBe("entrance-unknown");
    expect(await open({}, world.host.stop)).toBe("role");
    expect(await open({}, world.carrier.key)).toBe("kid-unknown");
    expect(await open({}, { ...world.carrier.key, kid: world.host.key.kid })).toBe("sig");
    const vetter = world.state.keysets.get(world.vetter.root.kid)?.keyset;
    if (vetter === undefined) throw new Error("no vetter");
    const posing = { ...vetter, keys: host.keys };
    const borrowed = await signPaper("no-access", body, world.host.key);
    expect(codeOf(openNoAccess(context, borrowed, { ...expected, host: posing }))).toBe(
      "iss-mismatch",
    );
    const text = await signPaper("no-access", { ...body, iss: vetter.root }, world.host.key);
    expect(codeOf(openNoAccess(context, text, { ...expected, host: posing }))).toBe("iss-mismatch");
  });
});

describe("an enrolment", () => {
  it("is answered by whoever opened the vetter's link, with a key he holds, within a day", () => {
    const secret = new Uint8Array(16).fill(9);
    const handset = generateSigner("ES256");
    const terms = { app: "driver.example", car: other, clr: other, drv: "drv-0001", uv: false };
    const link = { secret, terms, madeAt: worldStart, at: worldStart };
    const full = { ...terms, jkt: handset.kid };
    const answer = {
      jwk: handset.jwk,
      mac: enrolmentMac(crypto, secret, full),
      signature: handset.sign(enrolmentMessage(full)),
    };
    expect(checkEnrolment(crypto, link, answer)).toEqual({ kind: "enrolled", terms: full });
    const check = (change: object, more: object = {}) =>
      codeOf(checkEnrolment(crypto, { ...link, ...more }, { ...answer, ...change }));
    expect(check({ mac: enrolmentMac(crypto, secret, { ...full, uv: true }) })).toBe(
      "handset-mismatch",
    );
    expect(check({}, { secret: new Uint8Array(16) })).toBe("handset-mismatch");
    expect(check({ jwk: generateSigner("ES256").jwk })).toBe("handset-mismatch");
    expect(check({ jwk: generateSigner("EdDSA").jwk })).toBe("alg");
    expect(check({ signature: generateSigner("ES256").sign(enrolmentMessage(full)) })).toBe("sig");
    expect(check({}, { secret: secret.subarray(1) })).toBe("shape");
    expect(check({}, { at: worldStart + 86_399 })).toBe("enrolled");
    expect(check({}, { at: worldStart + 86_400 })).toBe("expired");
    for (const name of ["car", "clr", "drv", "app"] as const) {
      const foreign = { terms: { ...terms, [name]: "B".repeat(43) } };
      expect(check({}, foreign)).toBe("handset-mismatch");
    }
  });

  it("with `uv` is answered with a finger at the app, and never with one form for the other", () => {
    const secret = new Uint8Array(16).fill(9);
    const handset = generateSigner("ES256");
    const terms = { app: "driver.example", car: other, clr: other, drv: "drv-0001", uv: true };
    const full = { ...terms, jkt: handset.kid };
    const place = { rpId: terms.app, origin: "https://driver.example" };
    const finger = (said = full, at = place, by = handset) =>
      softwareAssertion(by, { challenge: enrolmentChallenge(crypto, said), ...at });
    const check = (signature: Uint8Array | Assertion, uv = true) => {
      const named = { ...full, uv };
      const mac = enrolmentMac(crypto, secret, named);
      const link = { secret, terms: { ...terms, uv }, madeAt: worldStart, at: worldStart };
      return codeOf(checkEnrolment(crypto, link, { jwk: handset.jwk, mac, signature }));
    };
    expect(check(finger())).toBe("enrolled");
    expect(check(handset.sign(enrolmentMessage(full)))).toBe("uv-missing");
    expect(check(finger({ ...full, uv: false }), false)).toBe("typ");
    expect(check(finger({ ...full, drv: "drv-0002" }))).toBe("webauthn-challenge");
    expect(check(finger(full, { ...place, origin: "https://driver.examp1e" }))).toBe(
      "webauthn-origin",
    );
    expect(check(finger(full, { ...place, rpId: "example" }))).toBe("webauthn-rp");
    expect(check(finger(full, place, generateSigner("ES256")))).toBe("webauthn-signature");
    // A proof's or a session's challenge is another text's hash, so neither enrols anybody.
    const challenge = proofChallenge(crypto, canonicalize(full));
    expect(check(softwareAssertion(handset, { challenge, ...place }))).toBe("webauthn-challenge");
  });
});

describe("a box's offer", () => {
  it("is made under the card's secret over keys of the right size", () => {
    const claim = new Uint8Array(16).fill(3);
    const offer = { ctl: randomText(32), seal: randomText(32), nonce: randomText(32) };
    const mac = offerMac(crypto, claim, offer);
    expect(checkOffer(crypto, claim, { offer, mac })).toBeUndefined();
    for (const name of ["ctl", "seal", "nonce"] as const) {
      const swapped = { ...offer, [name]: randomText(32) };
      expect(checkOffer(crypto, claim, { offer: swapped, mac })?.code).toBe("sig");
      const short = { ...offer, [name]: randomText(31) };
      expect(checkOffer(crypto, claim, { offer: short, mac })?.code).toBe("shape");
    }
    expect(checkOffer(crypto, new Uint8Array(16), { offer, mac })?.code).toBe("sig");
    expect(checkOffer(crypto, claim.subarray(1), { offer, mac })?.code).toBe("shape");
  });
});
