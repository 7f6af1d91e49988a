import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeSecret } from "@vestibule/controller";
import {
  encodeBase64url,
  hashText,
  type Member,
  type PolicySignature,
  utf8,
} from "@vestibule/core";
import {
  generateSigner,
  type NodeSigner,
  nodeCrypto,
  signerFromJwk,
  softwareAssertion,
} from "@vestibule/core/node";
import type { PolicyBatch } from "@vestibule/sdk";

/** The demonstration's member: a software authenticator whose key lies in the data folder. */
export interface DemoMember {
  readonly id: string;
  readonly cred: string;
  readonly asMember: Member;
  readonly sign: (batch: PolicyBatch) => PolicySignature;
  /** What the console's "demo key" asks for: an assertion over a challenge, at the console's origin. */
  readonly assert: (challenge: Uint8Array) => {
    readonly authenticatorData: string;
    readonly clientDataJSON: string;
    readonly signature: string;
  };
}

/** Reads or makes a key of the demonstration, mode 0600. */
function demoKey(data: string, name: string): NodeSigner {
  const path = join(data, "demo-keys", `${name}.jwk`);
  if (!existsSync(path)) writeSecret(path, JSON.stringify(generateSigner("ES256").exportPrivate()));
  return signerFromJwk(JSON.parse(readFileSync(path, "utf8")));
}

/** A person's sign-in passkey in software, with its credential id. */
export function personKey(
  data: string,
  name: string,
): { readonly signer: NodeSigner; readonly cred: string } {
  const signer = demoKey(data, name);
  const id = nodeCrypto()
    .sha256(utf8(`passkey ${signer.kid}`))
    .subarray(0, 16);
  return { signer, cred: encodeBase64url(id) };
}

/** The member who signs every policy of the street, at the console's origin. */
export function demoMember(data: string, consoleOrigin: string): DemoMember {
  const signer = demoKey(data, "member");
  const crypto = nodeCrypto();
  const cred = hashText(crypto, utf8(signer.kid));
  const id = "demo-manager";
  const rpId = new URL(consoleOrigin).hostname;
  const assert = (challenge: Uint8Array) =>
    softwareAssertion(signer, { challenge, rpId, origin: consoleOrigin });
  return {
    id,
    cred,
    asMember: { id, keys: [{ cred, jwk: signer.jwk, rpId, origin: consoleOrigin, be: false }] },
    assert,
    sign: (batch) => ({ member: id, cred, batch: [...batch.hashes], ...assert(batch.challenge) }),
  };
}
