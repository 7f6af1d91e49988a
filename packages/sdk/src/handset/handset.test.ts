import { generateKeyPairSync } from "node:crypto";
import {
  checkAssertion,
  codesPerProofMax,
  decide,
  type PublicJwk,
  paperHash,
  proofChallenge,
  readPolicy,
  signPaper,
} from "@vestibule/core";
import { browserCrypto } from "@vestibule/core/browser";
import {
  generateSigner,
  type NodeSigner,
  nodeCrypto,
  softwareAssertion,
} from "@vestibule/core/node";
import { makeWorld, type World } from "@vestibule/core/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { type CheckedTicket, checkTicket, type TicketOffered } from "./check-ticket.ts";
import {
  answerEnrolment,
  checkEnrolment,
  driverFingerConsentVersion,
  enrolmentUrl,
  readEnrolmentLink,
} from "./enrol.ts";
import { makeProof } from "./make-proof.ts";
import { jwkOfSpki, type Passkey } from "./passkey.ts";
import { signSession, stateWithFinger } from "./session.ts";
import { makeHandsetKey, webCryptoSigner } from "./webcrypto-signer.ts";

const crypto = browserCrypto();
let world: World;
beforeEach(async () => {
  world = await makeWorld();
});

async function offered(): Promise<TicketOffered & { readonly hash: string }> {
  const live = world.takeTicket();
  const text = await signPaper("ticket", live.body, world.box.signer);
  const policy = readPolicy(crypto, world.policy.text);
  if (policy.kind === "refused") throw new Error(policy.code);
  const grant = paperHash(crypto, world.papers.grant);
  const { jwk: boxJwk } = world.box.signer;
  return { text, boxJwk, policy, ent: "street", jkt: world.handset.kid, grant, hash: live.hash };
}

function expectTicket(found: ReturnType<typeof checkTicket>): CheckedTicket {
  if (found.kind === "refused") throw new Error(found.code);
  return found;
}

/** A passkey at the driver's app, in software. */
function fingerOn(signer: NodeSigner, origin = "https://driver.example"): Passkey {
  const rpId = new URL(origin).hostname;
  return {
    jwk: signer.jwk,
    kid: signer.kid,
    ask: async (challenge) => softwareAssertion(signer, { challenge, rpId, origin }),
  };
}

describe("the handset", () => {
  it("makes a proof over a checked ticket that opens the door", async () => {
    const ticket = expectTicket(checkTicket(crypto, await offered()));
    const proof = await makeProof(crypto, {
      ticket,
      assignment: world.papers.assignment,
      grant: world.papers.grant,
      purpose: "deliver",
      codes: world.codes.slice(0, 1),
      jkt: world.handset.kid,
      by: { kind: "key", signer: world.handset },
    });
    expect(decide(world.state, await world.request(proof), world.now).kind).toBe("open");
  });

  it("refuses to make a proof of no code or of more than a box reads", async () => {
    const ticket = expectTicket(checkTicket(crypto, await offered()));
    for (const count of [0, codesPerProofMax + 1]) {
      const parts = {
        ticket,
        assignment: world.papers.assignment,
        grant: world.papers.grant,
        purpose: "deliver" as const,
        codes: Array.from({ length: count }, (_, index) => `TBA${index}0000000000`),
        jkt: world.handset.kid,
        by: { kind: "key", signer: world.handset } as const,
      };
      await expect(makeProof(crypto, parts)).rejects.toThrow(RangeError);
    }
  });

  it("refuses a ticket of a box that the policy does not name, or for another handset, grant or door", async () => {
    const good = await offered();
    const stranger = generateSigner("EdDSA");
    const { body } = expectTicket(checkTicket(crypto, good)).ticket;
    const forged = await signPaper("ticket", { ...body, iss: stranger.kid }, stranger);
    const jwk: PublicJwk = stranger.jwk;
    const code = (bend: Partial<TicketOffered>) => {
      const found = checkTicket(crypto, { ...good, ...bend });
      return found.kind === "refused" ? found.code : found.kind;
    };
    expect(code({ text: forged, boxJwk: jwk })).toBe("entrance-unknown");
    expect(code({ boxJwk: jwk })).toBe("kid-unknown");
    expect(code({ jkt: stranger.kid })).toBe("proof-binding");
    expect(code({ grant: stranger.kid })).toBe("proof-binding");
    expect(code({ ent: "lobby" })).toBe("tap-other-entrance");
    // In the middle of the signature: its end is the same now and then, whatever one writes there.
    const at = good.text.length - 40;
    const other = good.text[at] === "A" ? "B" : "A";
    const changed = good.text.slice(0, at) + other + good.text.slice(at + 1);
    expect(code({ text: changed })).toBe("sig");
    expect(code({ policy: { ...good.policy, bld: stranger.kid } })).toBe("bld-mismatch");
  });

  it("answers a vetter's link with a key that no script can read, and the vetter accepts it", async () => {
    const link = {
      id: "A".repeat(22),
      secret: `${"B".repeat(21)}A`,
      terms: {
        app: "driver.example",
        car: world.carrier.root.kid,
        clr: world.vetter.root.kid,
        drv: "drv-0001",
        uv: false,
      },
      host: "https://host.example",
      until: 2_000_000_000,
    };
    const url = new URL(enrolmentUrl("https://driver.example", link));
    expect(readEnrolmentLink(url.hash)).toEqual(link);
    expect(readEnrolmentLink("#enrol=AAAA")).toBeUndefined();
    expect(readEnrolmentLink("#tap=x")).toBeUndefined();
    const pair = await makeHandsetKey();
    expect(pair.privateKey.extractable).toBe(false);
    const signer = await webCryptoSigner(crypto, pair);
    const answer = await answerEnrolment(crypto, link, { signer, consent: "driver-2026-11" });
    const check = (bend: object, bendLink: object = {}) =>
      checkEnrolment(
        nodeCrypto(),
        { ...link, ...bendLink },
        {
          answer: { ...answer, ...bend },
          at: 1_900_000_000,
        },
      );
    expect(check({})).toMatchObject({ kind: "checked", jkt: signer.kid });
    const other = generateSigner("ES256");
    if (other.jwk.kty !== "EC") throw new Error("an ES256 key is on P-256");
    expect(check({ jwk: other.jwk })).toMatchObject({ code: "enrol-key" });
    expect(check({ mac: other.kid })).toMatchObject({ code: "enrol-mac" });
    expect(check({ sig: "A".repeat(86) })).toMatchObject({ code: "enrol-signature" });
    expect(check({ terms: { ...answer.terms, drv: "drv-0002" } })).toMatchObject({
      code: "enrol-terms",
    });
    expect(check({}, { secret: "A".repeat(22) })).toMatchObject({ code: "enrol-mac" });
    expect(check({}, { until: 1_900_000_000 })).toMatchObject({ code: "enrol-expired" });
  });

  it("answers a link that asks for a finger with a passkey's assertion, and never with a plain key", async () => {
    const terms = {
      app: "driver.example",
      car: world.carrier.root.kid,
      clr: world.vetter.root.kid,
      drv: "drv-0001",
      uv: true,
    };
    const names = { carrier: "UPS", vetter: "Clearance & Söhne" };
    const link = {
      id: "A".repeat(22),
      secret: `${"B".repeat(21)}A`,
      terms,
      host: "https://host.example",
      until: 2_000_000_000,
      names,
    };
    const url = new URL(enrolmentUrl("https://driver.example", link));
    expect(readEnrolmentLink(url.hash)).toEqual(link);
    const broken = enrolmentUrl("", { ...link, names: { ...names, carrier: "two\nlines" } });
    expect(readEnrolmentLink(broken.slice(1))).toBeUndefined();
    const passkey = fingerOn(world.handset);
    const consent = driverFingerConsentVersion;
    const answer = await answerEnrolment(crypto, link, { signer: passkey, consent });
    const check = (bend: object, bendLink: object = {}) => {
      const bent = { ...link, ...bendLink };
      return checkEnrolment(nodeCrypto(), bent, {
        answer: { ...answer, ...bend },
        at: 1_900_000_000,
      });
    };
    expect(check({})).toMatchObject({ kind: "checked", jkt: world.handset.kid });
    expect(check({ sig: "A".repeat(86) })).toMatchObject({ code: "enrol-finger" });
    expect(check({ sig: "?" })).toMatchObject({ code: "enrol-finger" });
    const elsewhere = fingerOn(world.handset, "https://driver.examp1e");
    const phished = await answerEnrolment(crypto, link, { signer: elsewhere, consent });
    expect(check(phished)).toMatchObject({ code: "enrol-finger" });
    const plain = { ...link, terms: { ...terms, uv: false } };
    for (const [asked, signer] of [
      [link, world.handset],
      [plain, passkey],
    ] as const)
      await expect(answerEnrolment(crypto, asked, { signer, consent })).rejects.toThrow(TypeError);
  });

  it("reads a passkey's key out of the form that browsers give it in, and no other kind of key", async () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = new Uint8Array(pair.publicKey.export({ type: "spki", format: "der" }));
    const { x, y } = pair.publicKey.export({ format: "jwk" });
    expect(jwkOfSpki(spki)).toEqual({ kty: "EC", crv: "P-256", x, y });
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey;
    expect(jwkOfSpki(new Uint8Array(rsa.export({ type: "spki", format: "der" })))).toBeUndefined();
    expect(jwkOfSpki(spki.with(26, 0x02))).toBeUndefined();
    expect(jwkOfSpki(spki.subarray(0, 90))).toBeUndefined();
  });

  it("states a session with one finger over a text that is no proof's and no enrolment's", async () => {
    const passkey = fingerOn(world.handset);
    const about = { audience: "https://host.example", nonce: "n1" };
    const { body, assertion } = await stateWithFinger(passkey, about);
    expect(JSON.parse(body)).toEqual({
      v: 1,
      iss: world.handset.kid,
      aud: about.audience,
      nonce: "n1",
    });
    const challenge = crypto.sha256(Buffer.from(`vestibule/session/1\n${body}`));
    const { jwk } = world.handset;
    const place = { origin: "https://driver.example", rpId: "driver.example", jwk };
    expect(checkAssertion(crypto, assertion, { challenge, ...place })).toBeUndefined();
    const asProof = proofChallenge(crypto, body);
    expect(checkAssertion(crypto, assertion, { challenge: asProof, ...place })?.code).toBe(
      "webauthn-challenge",
    );
  });

  it("signs a session statement that its key verifies and that names host and nonce", async () => {
    const signer = await webCryptoSigner(crypto, await makeHandsetKey());
    const jws = await signSession(signer, { audience: "https://host.example", nonce: "n1" });
    const [head = "", body = "", signature = ""] = jws.split(".");
    const bytes = Buffer.from(signature, "base64url");
    expect(nodeCrypto().verify(signer.jwk, Buffer.from(`${head}.${body}`), bytes)).toBe(true);
    expect(JSON.parse(Buffer.from(body, "base64url").toString())).toEqual({
      v: 1,
      iss: signer.kid,
      aud: "https://host.example",
      nonce: "n1",
    });
  });
});
