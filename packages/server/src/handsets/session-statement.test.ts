import { canonicalize, sessionBody, sessionMessage } from "@vestibule/core";
import { generateSigner, nodeCrypto, softwareAssertion } from "@vestibule/core/node";
import { describe, expect, it } from "vitest";
import { readFingerStatement } from "./session-statement.ts";

const crypto = nodeCrypto();
const origin = "https://driver.example";
const place = { rpId: "driver.example", origin };
const handset = generateSigner("ES256");
const about = { jkt: handset.kid, audience: "https://host.example", nonce: "n1" };

function stated(body = sessionBody(about), { by = handset, at = place, message = body } = {}) {
  const challenge = crypto.sha256(sessionMessage(message));
  return { body, assertion: softwareAssertion(by, { challenge, ...at }) };
}
const holds = (made: ReturnType<typeof stated>, key = handset.jwk) =>
  readFingerStatement(made, origin)?.verify(crypto, key);

describe("a statement made with a finger", () => {
  it("says who, to which host and over which nonce, and holds under that handset's key alone", () => {
    const read = readFingerStatement(stated(), origin);
    expect(read).toMatchObject({ jkt: handset.kid, audience: about.audience, nonce: "n1" });
    expect(read?.verify(crypto, handset.jwk)).toBe(true);
    expect(read?.verify(crypto, generateSigner("ES256").jwk)).toBe(false);
    expect(read?.verify(crypto, generateSigner("EdDSA").jwk)).toBe(false);
  });

  it("does not hold for another text, another key's finger, another page or another kind of paper", () => {
    const other = sessionBody({ ...about, nonce: "n2" });
    expect(holds(stated(undefined, { message: other }))).toBe(false);
    expect(holds(stated(undefined, { by: generateSigner("ES256") }))).toBe(false);
    const page = { rpId: "driver.examp1e", origin: "https://driver.examp1e" };
    expect(holds(stated(undefined, { at: page }))).toBe(false);
    const bare = crypto.sha256(Buffer.from(sessionBody(about)));
    const unprefixed = {
      body: sessionBody(about),
      assertion: softwareAssertion(handset, { challenge: bare, ...place }),
    };
    expect(holds(unprefixed)).toBe(false);
  });

  it("is not read where its body is not canonical or says more than it may", () => {
    const said = { v: 1, iss: handset.kid, aud: about.audience, nonce: "n1" };
    for (const body of [
      "",
      "{}",
      JSON.stringify(said),
      canonicalize({ ...said, extra: 1 }),
      canonicalize({ ...said, v: 2 }),
      ` ${sessionBody(about)}`,
    ])
      expect(readFingerStatement(stated(body), origin)).toBeUndefined();
  });
});
